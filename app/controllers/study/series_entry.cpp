#include "app/controllers/study/series_entry.h"

#include "imaging/dicom/sop_classes.h"
#include "ui/models/series_model.h"

#include <QFileInfo>

#include <utility>

namespace app {

bool isSeg(const imaging::SeriesInfo& series)
{
    return !series.files.empty() && imaging::isSegmentation(series.files.front().sopClassUid);
}

std::vector<imaging::SeriesInfo> withMasksApart(std::vector<imaging::SeriesInfo> series)
{
    std::vector<imaging::SeriesInfo> apart;
    for (auto& one : series) {
        const auto files = one.files;
        if (!isSeg(one) || files.size() == 1) {
            apart.push_back(std::move(one));
            continue;
        }
        for (std::size_t i = 0; i < files.size(); ++i) {
            apart.push_back(one);
            apart.back().files = {files[i]};
            apart.back().id.append("/").append(std::to_string(i + 1));
        }
    }
    return apart;
}

QStringList captionOf(const imaging::SeriesInfo& series)
{
    const auto& study = series.study;
    QStringList lines;
    QStringList who;
    for (const std::string* part : {&study.patientId, &study.patientName, &study.patientSex})
        if (!part->empty())
            who << QString::fromStdString(*part).replace(QLatin1Char('^'), QLatin1Char(' ')).simplified();
    lines << who.join(QStringLiteral("  ·  "));
    QString what = ui::titleOf(series);
    if (const QString date = ui::dateText(study.studyDate); !date.isEmpty())
        what += QStringLiteral("  ·  ") + date;
    lines << what;
    lines.removeAll(QString());
    for (QString& line : lines)
        line = line.left(80);
    return lines;
}

annotations::StudyNote noteOf(const imaging::SeriesInfo& series, const QString& path)
{
    const auto& study = series.study;
    const QString name = QString::fromStdString(study.patientName).replace(QLatin1Char('^'), QLatin1Char(' '));
    QStringList who{QString::fromStdString(study.patientId), name.simplified()};
    who.removeAll(QString());
    return {QFileInfo(path).absoluteFilePath().toStdString(), series.id,
        who.join(QStringLiteral("  ·  ")).toStdString(), study.studyDate, study.modality,
        ui::titleOf(series).toStdString()};
}

} // namespace app
