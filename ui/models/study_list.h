#pragma once

#include "ui/models/series_model.h"

#include <QObject>
#include <QString>

namespace ui {

/// The list of studies, as all panels show it: the series that were found and where, which of them is marked, and what
/// is looked for. Controllers fill it and answer what is asked for.
class StudyList : public QObject
{
    Q_OBJECT

public:
    explicit StudyList(QObject* parent = nullptr);

    SeriesModel& model() { return m_model; }
    const SeriesModel& model() const { return m_model; }

    /// Where the series were found; plain text.
    const QString& place() const { return m_place; }
    void setPlace(const QString& place);

    /// Id of the marked series; empty: none. It is marked without being asked for.
    const QString& current() const { return m_current; }
    void setCurrent(const QString& id);

    /// Words of the studies that are listed; empty: all are.
    const QString& search() const { return m_search; }
    void setSearch(const QString& words);
    /// Whether the row is listed. A study is listed whole, since its first series carries its patient.
    bool isListed(int row) const;

    /// The first row that is listed and can be asked for, or -1.
    int firstUsable() const;
    /// Asks for the next usable series in a direction, of those that are listed.
    void step(int by);
    /// The first picture series of the next study that is listed, or -1.
    int nextStudy() const;
    /// Asks for the series of a row, where it can be.
    void request(int row);

Q_SIGNALS:
    void placeChanged();
    void currentChanged();
    /// What is listed is another: other series, or other words.
    void listingChanged();
    void seriesRequested(const QString& id);

private:
    bool isUsable(int row) const;
    void findListed();

    SeriesModel m_model;
    QString m_place;
    QString m_current;
    QString m_search;
    std::vector<bool> m_listed; ///< By row.
};

} // namespace ui
