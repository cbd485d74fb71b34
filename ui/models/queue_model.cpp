#include "ui/models/queue_model.h"

#include "ui/cohort_text.h"

#include <algorithm>

namespace ui {

namespace {

constexpr int kMostThumbnails = 600; ///< About 5 MB.

} // namespace

void QueueModel::setRows(std::vector<annotations::Study> rows, int total, annotations::QueueOrder order)
{
    m_total = total;
    m_order = order;
    m_asked = false;
    const bool same = std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
        [](const auto& a, const auto& b) { return a.id == b.id; });
    if (same) {
        m_rows = std::move(rows);
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void QueueModel::append(std::vector<annotations::Study> rows)
{
    m_asked = false;
    if (rows.empty()) {
        m_total = rowCount(); // Others decided them meanwhile.
        return;
    }
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(rows.size()) - 1);
    std::move(rows.begin(), rows.end(), std::back_inserter(m_rows));
    m_total = std::max(m_total, static_cast<int>(m_rows.size()));
    endInsertRows();
}

int QueueModel::rowOf(std::int64_t id) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [=](const auto& study) { return study.id == id; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

void QueueModel::setThumbnail(std::int64_t id, const QImage& picture)
{
    if (m_thumbnails.size() >= kMostThumbnails)
        m_thumbnails.clear(); // Those in sight are asked for again.
    m_thumbnails[id] = picture;
    if (const int row = rowOf(id); row >= 0)
        Q_EMIT dataChanged(index(row), index(row), {Qt::DecorationRole});
}

int QueueModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant QueueModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const auto& study = m_rows[static_cast<std::size_t>(index.row())];
    const QString name = QString::fromStdString(study.name);
    const QString text = study.text.empty() ? tr("no sentence") : QString::fromStdString(study.text).simplified();
    switch (role) {
    case Qt::DisplayRole:
        return name;
    case Qt::DecorationRole:
        return m_thumbnails.contains(study.id) ? QVariant(m_thumbnails[study.id]) : QVariant();
    case DetailRole:
        return study.warnings.empty() ? text : QStringLiteral("! %1 · %2").arg(warningsText(study.warnings), text);
    case ValueRole:
        return orderValueText(study, m_order);
    case StateRole:
        return study.claimedBy.empty()
            ? stateText(study.state)
            : tr("%1, with %2").arg(stateText(study.state), QString::fromStdString(study.claimedBy));
    case IdRole:
        return QVariant::fromValue<qint64>(study.id);
    case WarningRole:
        return !study.warnings.empty();
    case Qt::ToolTipRole:
        return study.warnings.empty()
            ? text.toHtmlEscaped()
            : QStringLiteral("%1<br>%2").arg(text.toHtmlEscaped(), warningsText(study.warnings).toHtmlEscaped());
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2, %3, %4 %5")
            .arg(name, stateText(study.state), text, scoresText(study.scores, study.uncertainty),
                warningsText(study.warnings))
            .trimmed();
    default:
        return {};
    }
}

bool QueueModel::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && !m_asked && rowCount() < m_total;
}

void QueueModel::fetchMore(const QModelIndex&)
{
    m_asked = true;
    Q_EMIT moreWanted();
}

} // namespace ui
