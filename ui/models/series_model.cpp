#include "ui/models/series_model.h"

#include <algorithm>

namespace ui {

namespace {

QString countText(const imaging::SeriesInfo& series)
{
    if (series.slices == 0)
        return series.files.size() == 1 ? SeriesModel::tr("1 file")
                                        : SeriesModel::tr("%1 files").arg(series.files.size());
    return series.slices == 1 ? SeriesModel::tr("1 image") : SeriesModel::tr("%1 slices").arg(series.slices);
}

QString detailText(const imaging::SeriesInfo& series)
{
    QString text = QString::fromStdString(series.study.modality);
    if (!text.isEmpty())
        text += QStringLiteral("  ·  ");
    return text + countText(series);
}

} // namespace

QString dateText(const std::string& dicomDate)
{
    const QString text = QString::fromStdString(dicomDate).trimmed();
    const bool digits = text.size() == 8 && std::all_of(text.begin(), text.end(), [](QChar c) { return c.isDigit(); });
    return digits ? text.left(4) + QLatin1Char('-') + text.mid(4, 2) + QLatin1Char('-') + text.mid(6) : text;
}

QString titleOf(const imaging::SeriesInfo& series)
{
    for (const std::string* text :
        {&series.study.seriesDescription, &series.study.studyDescription, &series.study.bodyPart})
        if (const QString title = QString::fromStdString(*text).trimmed(); !title.isEmpty())
            return title;
    if (!series.files.empty())
        return QString::fromStdString(series.files.front().path).section(QLatin1Char('/'), -1);
    return SeriesModel::tr("Series without a name");
}

QString SeriesModel::detailOf(const Item& item) const
{
    if (!item.mask)
        return detailText(item.info);
    const QString modality = QString::fromStdString(item.info.study.modality);
    return item.mask->detail.isEmpty() ? modality : QStringLiteral("%1  ·  %2").arg(modality, item.mask->detail);
}

/// For a mask: the pictures it lies on.
QString SeriesModel::statusOf(const Item& item) const
{
    QString status = item.status;
    if (item.mask) {
        const auto source = std::find_if(m_items.begin(), m_items.end(), [&](const Item& other) {
            return other.info.displayable && other.info.study.seriesInstanceUid == item.mask->source.toStdString();
        });
        status = source == m_items.end() ? tr("its pictures are not here") : tr("on “%1”").arg(titleOf(source->info));
    } else if (!item.info.displayable) {
        status = tr("not a picture");
    }
    QStringList parts{item.mask ? QString() : dateText(item.info.study.studyDate), status};
    parts.removeAll(QString());
    return parts.join(QStringLiteral("  ·  "));
}

void SeriesModel::setSeries(std::vector<imaging::SeriesInfo> series)
{
    beginResetModel();
    m_items.clear();
    for (auto& info : series)
        m_items.push_back({std::move(info), {}, {}, {}});
    endResetModel();
}

void SeriesModel::addSeries(imaging::SeriesInfo series)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_items.push_back({std::move(series), {}, {}, {}});
    endInsertRows();
}

int SeriesModel::rowOf(const QString& id) const
{
    const std::string wanted = id.toStdString();
    const auto found =
        std::find_if(m_items.begin(), m_items.end(), [&](const Item& item) { return item.info.id == wanted; });
    return found == m_items.end() ? -1 : static_cast<int>(found - m_items.begin());
}

void SeriesModel::setThumbnail(const QString& id, const QImage& picture)
{
    const int row = rowOf(id);
    if (row < 0)
        return;
    m_items[static_cast<std::size_t>(row)].thumbnail = picture;
    Q_EMIT dataChanged(index(row), index(row), {Qt::DecorationRole});
}

void SeriesModel::setStatus(const QString& id, const QString& status)
{
    const int row = rowOf(id);
    if (row < 0)
        return;
    m_items[static_cast<std::size_t>(row)].status = status;
    Q_EMIT dataChanged(index(row), index(row), {StatusRole});
}

void SeriesModel::setMask(const QString& id, const MaskItem& mask)
{
    const int row = rowOf(id);
    if (row < 0)
        return;
    m_items[static_cast<std::size_t>(row)].mask = mask;
    Q_EMIT dataChanged(index(row), index(row));
}

const MaskItem* SeriesModel::mask(int row) const
{
    const auto& mask = m_items[static_cast<std::size_t>(row)].mask;
    return mask ? &*mask : nullptr;
}

int SeriesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant SeriesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Item& item = m_items[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return titleOf(item.info);
    case Qt::DecorationRole:
        return item.thumbnail.isNull() ? QVariant() : QVariant(item.thumbnail);
    case DetailRole:
        return detailOf(item);
    case StatusRole:
        return statusOf(item);
    case UsableRole:
        return item.usable();
    case MaskRole:
        return item.mask.has_value();
    case Qt::ToolTipRole:
        return QStringLiteral("%1\n%2\n%3").arg(titleOf(item.info), detailOf(item), statusOf(item)).toHtmlEscaped();
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2, %3").arg(titleOf(item.info), detailOf(item), statusOf(item));
    default:
        return {};
    }
}

Qt::ItemFlags SeriesModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return m_items[static_cast<std::size_t>(index.row())].usable() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable
                                                                   : Qt::ItemIsSelectable;
}

} // namespace ui
