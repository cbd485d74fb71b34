#include "app/controllers/study/mask_file_name.h"

#include "ui/models/series_model.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

namespace app {

namespace {

/// Letters and digits only: what a file name can hold on every system.
QString forFileName(const QString& text)
{
    static const QRegularExpression other(QStringLiteral("[^\\p{L}\\p{N}]+"));
    return QString(text).replace(other, QStringLiteral("-")).left(40);
}

/// The series in words, without those of the patient's name and number, should someone have written them there.
QString seriesWords(const imaging::StudyContext& study)
{
    const auto wordsOf = [](const std::string& text) {
        return forFileName(QString::fromStdString(text)).split(QLatin1Char('-'), Qt::SkipEmptyParts);
    };
    const QStringList patient = wordsOf(study.patientName) + wordsOf(study.patientId);
    QStringList words;
    const auto& description = study.seriesDescription.empty() ? study.studyDescription : study.seriesDescription;
    for (const QString& word : wordsOf(description))
        if (!patient.contains(word, Qt::CaseInsensitive))
            words << word;
    return words.join(QLatin1Char('-'));
}

} // namespace

QString maskFileStem(const imaging::StudyContext& study, const QDateTime& now)
{
    QStringList parts{forFileName(ui::dateText(study.studyDate)), forFileName(QString::fromStdString(study.modality)),
        seriesWords(study), QStringLiteral("mask-%1").arg(now.toString(QStringLiteral("yyyyMMdd-HHmmss")))};
    parts.removeAll(QString());
    return parts.join(QLatin1Char('_'));
}

QString freePath(const QString& folder, const QString& stem, const QString& suffix)
{
    const QDir place(folder);
    QString path = place.filePath(stem + suffix);
    for (int number = 2; QFileInfo::exists(path); ++number)
        path = place.filePath(QStringLiteral("%1-%2%3").arg(stem).arg(number).arg(suffix));
    return path;
}

} // namespace app
