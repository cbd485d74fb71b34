#pragma once

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>
#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace ui {

/// What a model thinks of a class.
struct ClassBar
{
    QString name;
    double probability = 0; ///< 0..1
    QStringList texts; ///< What the model read for it.
};

/// The probabilities of classes as bars below each other, each with a button that asks where in the picture it comes
/// from; the texts that made them are in the tooltip and read aloud.
class ClassBars : public QWidget
{
    Q_OBJECT

public:
    explicit ClassBars(QWidget* parent = nullptr);

    /// `title` says what the probabilities are of. In this order.
    void setBars(const QString& title, const QList<ClassBar>& bars);
    void clear();
    /// Where the picture speaks for this class is shown in it; empty: for none.
    void setWhere(const QString& name);

Q_SIGNALS:
    /// It is to be shown for this class; empty: for none any more.
    void whereRequested(const QString& name);

private:
    QWidget* makeBar(const ClassBar& bar);
    QPushButton* makeWhere(const QString& name);

    QLabel* m_title;
    QVBoxLayout* m_column;
    QHash<QString, QPushButton*> m_where; ///< By class.
};

} // namespace ui
