#include "app/controllers/study/series_reader.h"

#include "app/controllers/study/series_entry.h"
#include "app/workflow/warnings.h"
#include "imaging/dicom/series.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/study_list.h"
#include "ui/qt_text.h"
#include "ui/views/shown_picture.h"

#include <utility>

namespace app {

namespace {

const QString kSeriesReaderMessage = QStringLiteral("open");

} // namespace

SeriesReader::SeriesReader(JobRunner& jobs, Session& session, ui::StudyList& list, ui::Messages& messages,
    ui::ShownPicture& picture)
    : m_jobs(jobs)
    , m_session(session)
    , m_list(list)
    , m_messages(messages)
    , m_picture(picture)
{
}

void SeriesReader::read(const imaging::SeriesInfo& series, const QString& path)
{
    makeRoom(series);
    m_reading = QString::fromStdString(series.id);
    m_messages.remove(kSeriesReaderMessage);
    if (!isPictureFile(series) && series.slices > 1 && !m_session.isOpen())
        showFirst(series);
    m_jobs.start<OpenedPicture>(
        {Lane::Io, QStringLiteral("read"), tr("Reading %1").arg(ui::titleOf(series))},
        [series](std::stop_token stop, const imaging::Progress& progress) {
            return readPicture(series, stop, progress);
        },
        [this, place = Place{series, path}](OpenedPicture opened) {
            if (opened.volume)
                replace(place, std::move(opened));
        },
        [this](const JobFailure& failure) { Q_EMIT failed(failure); },
        [this, id = m_reading] {
            if (m_reading == id) // Not when another series took its place.
                Q_EMIT stopped();
        });
}

void SeriesReader::stop()
{
    for (const char* channel : {"read", "first"})
        m_jobs.stopChannel(QLatin1String(channel));
    m_reading.clear();
    m_madeRoom.reset();
}

/// What is open stays to be looked at until the new picture is there, but nothing is drawn on it that would be lost.
void SeriesReader::makeRoom(const imaging::SeriesInfo& series)
{
    m_madeRoom.reset();
    if (!m_session.isOpen())
        return;
    if (fitsBeside(series)) {
        m_session.hold(tr("Another picture is being read: this one can be changed again if that fails."));
        return;
    }
    auto& model = m_list.model();
    if (const int row = model.rowOf(m_session.id()); row >= 0)
        m_madeRoom = Place{model.series(row), m_openPath};
    letGo();
}

void SeriesReader::letGo()
{
    auto volume = m_session.volume();
    m_session.close();
    m_picture.setVolume(nullptr);
    if (volume)
        m_jobs.start<bool>(
            {Lane::Io, {}, {}},
            [volume = std::move(volume)](std::stop_token, const imaging::Progress&) { return volume != nullptr; },
            [](bool) {});
}

void SeriesReader::settle()
{
    m_reading.clear();
    m_session.release();
    m_list.setCurrent(m_session.id());
    if (!m_session.isOpen()) {
        m_picture.setVolume(nullptr);
        m_picture.setCaption({});
    }
    if (auto before = std::exchange(m_madeRoom, {})) {
        read(before->series, before->path);
        m_list.setCurrent(m_reading);
    }
}

/// The middle slice is on the screen before the rest has been read.
void SeriesReader::showFirst(const imaging::SeriesInfo& series)
{
    m_jobs.start<imaging::LoadedVolume>(
        {Lane::Io, QStringLiteral("first"), {}},
        [series](std::stop_token, const imaging::Progress&) { return imaging::readSlice(series, series.slices / 2); },
        [this, id = m_reading, series](imaging::LoadedVolume loaded) {
            if (!loaded.volume || m_reading != id)
                return; // The whole series was faster.
            m_picture.setVolume(std::move(loaded.volume));
            m_picture.setCaption(captionOf(series));
        },
        [](const JobFailure&) {}); // Reading the series says it.
}

/// The picture is on the screen at once; the masks of its journal follow.
void SeriesReader::replace(const Place& place, OpenedPicture opened)
{
    const auto& series = place.series;
    const QString id = QString::fromStdString(series.id);
    m_jobs.stopChannel(QStringLiteral("first"));
    m_madeRoom.reset();
    if (m_session.isOpen())
        letGo();
    Q_EMIT arriving();
    m_openPath = place.path;
    m_picture.setVolume(opened.volume, std::move(opened.middle));
    m_picture.setCaption(captionOf(series));
    m_picture.setSubject(ui::titleOf(series));
    m_list.setCurrent(id);
    m_list.model().setThumbnail(id, opened.thumbnail);
    m_opened = std::move(opened.volume);
    m_jobs.start<Session::PreparedWork>(
        {Lane::Io, QStringLiteral("read"), {}},
        [volume = m_opened, id, journals = m_session.journalPlace(), note = noteOf(series, place.path)](
            std::stop_token, const imaging::Progress&) { return prepareWork(journals, *volume, id, nullptr, &note); },
        [this, id, warnings = std::move(opened.warnings)](Session::PreparedWork work) {
            show(id, warnings, std::move(work));
        },
        [this](const JobFailure& failure) { Q_EMIT failed(failure); });
    Q_EMIT shown();
}

void SeriesReader::show(const QString& id, imaging::Warnings warnings, Session::PreparedWork work)
{
    m_reading.clear();
    const auto restored = m_session.open(std::exchange(m_opened, {}), id, std::move(work));
    addWarnings(warnings, restored.warnings);
    if (!warnings.empty())
        m_messages.show({kSeriesReaderMessage, ui::MessageKind::Warning, ui::joined(warnings), {}, {}});
    sayRestored(restored);
    Q_EMIT arrived(restored.steps);
}

void SeriesReader::sayRestored(const Session::Restored& restored)
{
    QString text;
    const auto& saved = restored.saved;
    if (restored.steps > 0)
        text = tr("Unsaved work was brought back (steps: %1).").arg(restored.steps);
    else if (saved && !m_session.labelMap()->empty())
        text = saved->file.empty() ? tr("The masks that were stored in %1 are here again.").arg(ui::qt(saved->archive))
                                   : tr("The masks that were saved as “%1” are here again.").arg(ui::qt(saved->file));
    if (!text.isEmpty())
        m_messages.show({QStringLiteral("restored"), ui::MessageKind::Info, text, {}, {}});
    else
        m_messages.remove(QStringLiteral("restored"));
}

} // namespace app
