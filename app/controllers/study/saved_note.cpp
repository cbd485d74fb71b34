#include "app/controllers/study/saved_note.h"

#include "ui/qt_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>

#include <cstdint>
#include <system_error>

namespace app {

namespace {

QString said(const char* text)
{
    return QCoreApplication::translate("app::SavedNote", text);
}

QString timeText(std::int64_t when)
{
    const auto time = QDateTime::fromSecsSinceEpoch(when);
    const bool today = time.date() == QDate::currentDate();
    return time.toString(today ? QStringLiteral("HH:mm:ss") : QStringLiteral("yyyy-MM-dd HH:mm"));
}

} // namespace

annotations::SavedNote savedNoteOf(const std::filesystem::path& path, const QString& archive)
{
    annotations::SavedNote note;
    std::error_code missing;
    note.when = QDateTime::currentSecsSinceEpoch();
    note.archive = archive.toStdString();
    if (path.empty())
        return note;
    note.file = std::filesystem::absolute(path, missing).string();
    note.fileBytes = std::filesystem::file_size(path, missing);
    note.fileTime = QFileInfo(QString::fromStdString(path.string())).lastModified().toMSecsSinceEpoch();
    return note;
}

bool isUnchanged(const annotations::SavedNote& note)
{
    const auto now = savedNoteOf(note.file);
    return !note.file.empty() && now.fileBytes == note.fileBytes && now.fileTime == note.fileTime;
}

QString savedText(const annotations::SavedNote& note)
{
    return note.archive.empty()
        ? said("Saved %1 at %2").arg(QFileInfo(ui::qt(note.file)).fileName(), timeText(note.when))
        : said("Stored in %1 at %2").arg(ui::qt(note.archive), timeText(note.when));
}

} // namespace app
