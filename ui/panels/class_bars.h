#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace ui {

/// What a model thinks of a class.
struct ClassBar
{
    QString name;
    double probability = 0; ///< 0..1
    QStringList texts; ///< What the model read for it.
};

/// The probabilities of classes as bars below each other; the texts that made them are in the tooltip and read aloud.
class ClassBars : public QWidget
{
    Q_OBJECT

public:
    explicit ClassBars(QWidget* parent = nullptr);

    /// `title` says what the probabilities are of. In this order.
    void setBars(const QString& title, const QList<ClassBar>& bars);
    void clear();

private:
    QWidget* makeBar(const ClassBar& bar) const;

    QLabel* m_title;
    QVBoxLayout* m_column;
};

} // namespace ui
