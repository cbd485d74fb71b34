#pragma once

#include <QFrame>
#include <QList>
#include <QString>

class QListWidget;

namespace ui {

/// A study with work that was not saved, as the list at the start shows it.
struct UnfinishedStudy
{
    QString title; ///< Patient, date, modality, series.
    QString detail; ///< How much, and from when.
    QString place; ///< Where its pictures lie.
};

/// The list of studies with unfinished work, when nothing is open. A click or Return opens one; Delete asks to throw its
/// work away. Hidden when it is empty.
class UnfinishedPanel : public QFrame
{
    Q_OBJECT

public:
    explicit UnfinishedPanel(QWidget* parent = nullptr);

    void setStudies(const QList<UnfinishedStudy>& studies);

Q_SIGNALS:
    void openRequested(int row);
    void forgetRequested(int row);

private:
    void request(int row);

    QListWidget* m_list;
};

} // namespace ui
