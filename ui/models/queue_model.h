#pragma once

#include "annotations/cohort/cohort_types.h"
#include "annotations/cohort/review_queue.h"

#include <QAbstractListModel>
#include <QHash>
#include <QImage>

#include <vector>

namespace ui {

/// The first cases of the review queue; more are asked for when the view comes to the end.
class QueueModel : public QAbstractListModel
{
    Q_OBJECT

public:
    /// DetailRole: the sentence, behind what is to be known of the case; WarningRole: whether something is; ValueRole:
    /// the score the queue is ordered by; StateRole: the state in words.
    enum Role { DetailRole = Qt::UserRole + 1, ValueRole, StateRole, IdRole, WarningRole };

    using QAbstractListModel::QAbstractListModel;

    /// The first rows as they stand now, of `total`. Rows that are the same cases as before keep their place.
    void setRows(std::vector<annotations::Study> rows, int total, annotations::QueueOrder order);
    /// The rows behind the last one.
    void append(std::vector<annotations::Study> rows);
    void clear() { setRows({}, 0, m_order); }

    int total() const { return m_total; }
    const annotations::Study& study(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// Row of a case, or -1.
    int rowOf(std::int64_t id) const;
    void setThumbnail(std::int64_t id, const QImage& picture);
    bool hasThumbnail(std::int64_t id) const { return m_thumbnails.contains(id); }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

Q_SIGNALS:
    /// The view is at the end of what is loaded.
    void moreWanted();

private:
    std::vector<annotations::Study> m_rows;
    int m_total = 0;
    annotations::QueueOrder m_order = annotations::QueueOrder::Uncertainty;
    bool m_asked = false; ///< For more rows than these.
    QHash<qint64, QImage> m_thumbnails;
};

} // namespace ui
