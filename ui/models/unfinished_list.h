#pragma once

#include <QList>
#include <QObject>
#include <QString>

namespace ui {

/// A study with work that was not saved, as the list at the start shows it.
struct UnfinishedStudy
{
    QString title; ///< Patient, date, modality, series.
    QString detail; ///< How much, and from when.
    QString place; ///< Where its pictures lie.
};

/// The studies with work that was not saved, while nothing is open. A controller fills it and answers what is asked
/// for.
class UnfinishedList : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    const QList<UnfinishedStudy>& studies() const { return m_studies; }
    void setStudies(const QList<UnfinishedStudy>& studies);

Q_SIGNALS:
    void changed();
    void openRequested(int row);
    void forgetRequested(int row);

private:
    QList<UnfinishedStudy> m_studies;
};

} // namespace ui
