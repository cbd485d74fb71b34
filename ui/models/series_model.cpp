#include "ui/models/series_model.h"

#include <algorithm>
#include <map>

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

/// What series of one study have in common; series of files without a study are alone.
std::string studyKey(const imaging::SeriesInfo& series)
{
    const auto& study = series.study;
    if (!study.studyInstanceUid.empty())
        return study.studyInstanceUid;
    const std::string patient = study.patientId + '\n' + study.patientName;
    return patient.size() > 1 ? patient + '\n' + study.studyDate : series.id;
}

/// Name and ID; the ID alone when there is no name.
QString patientLine(const imaging::StudyContext& study)
{
    const QString name = patientText(study.patientName);
    return name.isEmpty() ? QString::fromStdString(study.patientId).simplified() : name;
}

QString joined(QStringList parts)
{
    parts.removeAll(QString());
    return parts.join(QStringLiteral("  ·  "));
}

/// ID and date, for below the patient's name; the name may be the ID already.
QString studyText(const imaging::StudyContext& study, const QString& between)
{
    const QString id = QString::fromStdString(study.patientId).simplified();
    QStringList parts{
        patientText(study.patientName).isEmpty() ? QString() : id, dateText(study.studyDate).simplified()};
    parts.removeAll(QString());
    return parts.join(between);
}

} // namespace

QString stateText(StudyState state)
{
    switch (state) {
    case StudyState::New:
        return SeriesModel::tr("new");
    case StudyState::Draft:
        return SeriesModel::tr("draft");
    case StudyState::Saved:
        return SeriesModel::tr("saved");
    case StudyState::Sent:
        return SeriesModel::tr("sent");
    }
    return {};
}

QString patientText(const std::string& dicomName)
{
    // Components and groups of a person name, PS3.5 6.2.
    return QString::fromStdString(dicomName)
        .replace(QLatin1Char('^'), QLatin1Char(' '))
        .replace(QLatin1Char('='), QLatin1Char(' '))
        .simplified();
}

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

bool SeriesModel::sameStudy(int row, int other) const
{
    return item(row).study == item(other).study;
}

bool SeriesModel::beginsStudy(int row) const
{
    return row == 0 || !sameStudy(row, row - 1);
}

bool SeriesModel::isAlone(int row) const
{
    return beginsStudy(row) && (row + 1 == rowCount() || beginsStudy(row + 1));
}

/// Whether the row's own title is the patient.
bool SeriesModel::namesPatient(int row) const
{
    return isAlone(row) && item(row).info.displayable && !patientLine(item(row).info.study).isEmpty();
}

int SeriesModel::studies() const
{
    int count = 0;
    for (int row = 0; row < rowCount(); ++row)
        count += beginsStudy(row) ? 1 : 0;
    return count;
}

StudyState SeriesModel::stateOfStudy(int row) const
{
    auto state = StudyState::New;
    for (int other = 0; other < rowCount(); ++other)
        if (const auto own = item(other).state; own != StudyState::New && sameStudy(row, other))
            state = state == StudyState::New ? own : std::min(state, own);
    return state;
}

QString SeriesModel::titleAt(int row) const
{
    return namesPatient(row) ? patientLine(item(row).info.study) : titleOf(item(row).info);
}

QString SeriesModel::detailOf(int row) const
{
    const Item& one = item(row);
    if (namesPatient(row))
        return studyText(one.info.study, QStringLiteral("\n"));
    if (!one.mask)
        return detailText(one.info);
    const QString modality = QString::fromStdString(one.info.study.modality);
    return joined({modality, one.mask->detail});
}

/// For a mask: the pictures it lies on.
QString SeriesModel::statusOf(int row) const
{
    const Item& one = item(row);
    if (namesPatient(row))
        return joined({QString::fromStdString(one.info.study.modality), titleOf(one.info), one.status});
    if (one.mask) {
        const auto source = std::find_if(m_items.begin(), m_items.end(), [&](const Item& other) {
            return other.info.displayable && other.info.study.seriesInstanceUid == one.mask->source.toStdString();
        });
        return source == m_items.end() ? tr("its pictures are not here") : tr("on “%1”").arg(titleOf(source->info));
    }
    // The date stands in the header where there is one.
    const bool headed = !patientLine(one.info.study).isEmpty();
    return joined({headed ? QString() : dateText(one.info.study.studyDate),
        one.info.displayable ? one.status : tr("not a picture")});
}

QStringList SeriesModel::headerOf(int row) const
{
    const auto& study = item(row).info.study;
    if (!beginsStudy(row) || namesPatient(row) || patientLine(study).isEmpty())
        return {};
    return {patientLine(study), studyText(study, QStringLiteral("  ·  "))};
}

/// All that is seen of a row, its study and state with it.
QStringList SeriesModel::textsOf(int row) const
{
    QStringList parts = headerOf(row);
    parts << titleAt(row) << detailOf(row) << statusOf(row);
    if (data(index(row), StateRole).isValid())
        parts << stateText(stateOfStudy(row));
    parts.removeAll(QString());
    return parts;
}

bool SeriesModel::matches(int row, const QString& words) const
{
    const auto& study = item(row).info.study;
    QString all = titleOf(item(row).info) + QLatin1Char(' ') + dateText(study.studyDate);
    for (const std::string* part : {&study.patientId, &study.studyDescription, &study.modality, &study.accessionNumber})
        all += QLatin1Char(' ') + QString::fromStdString(*part);
    all += QLatin1Char(' ') + patientText(study.patientName);
    const auto wanted = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::all_of(wanted.begin(), wanted.end(),
        [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

/// Scans give series by date and number: those of two studies of one day may alternate.
void SeriesModel::setSeries(std::vector<imaging::SeriesInfo> series)
{
    beginResetModel();
    m_items.clear();
    std::map<std::string, int> place;
    for (auto& info : series) {
        const auto [study, added] = place.emplace(studyKey(info), static_cast<int>(place.size()));
        m_items.emplace_back();
        m_items.back().info = std::move(info);
        m_items.back().study = study->second;
    }
    std::stable_sort(
        m_items.begin(), m_items.end(), [](const Item& a, const Item& b) { return a.study < b.study; });
    endResetModel();
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

void SeriesModel::setState(const QString& id, StudyState state)
{
    const int row = rowOf(id);
    if (row < 0 || item(row).state == state)
        return;
    m_items[static_cast<std::size_t>(row)].state = state;
    int first = row;
    while (!beginsStudy(first))
        --first;
    Q_EMIT dataChanged(index(first), index(first), {StateRole, Qt::AccessibleTextRole});
    Q_EMIT stateChanged(id, state);
}

StudyState SeriesModel::state(const QString& id) const
{
    const int row = rowOf(id);
    return row < 0 ? StudyState::New : item(row).state;
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
    const int row = index.row();
    const Item& one = item(row);
    switch (role) {
    case Qt::DisplayRole:
        return titleAt(row);
    case Qt::DecorationRole:
        return one.thumbnail.isNull() ? QVariant() : QVariant(one.thumbnail);
    case DetailRole:
        return detailOf(row);
    case StatusRole:
        return statusOf(row);
    case UsableRole:
        return one.usable();
    case MaskRole:
        return one.mask.has_value();
    case HeaderRole:
        return headerOf(row);
    case StateRole:
        return namesPatient(row) || !headerOf(row).isEmpty() ? QVariant(static_cast<int>(stateOfStudy(row)))
                                                             : QVariant();
    case Qt::ToolTipRole:
        return textsOf(row).join(QLatin1Char('\n')).toHtmlEscaped();
    case Qt::AccessibleTextRole:
        return textsOf(row).join(QStringLiteral(", "));
    default:
        return {};
    }
}

Qt::ItemFlags SeriesModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return item(index.row()).usable() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable
                                                                   : Qt::ItemIsSelectable;
}

} // namespace ui
