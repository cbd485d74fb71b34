#include "app/controllers/study/open_controller.h"

#include "app/controllers/study/mask_controller.h"
#include "app/controllers/study/save_controller.h"
#include "app/controllers/study/series_entry.h"
#include "app/workflow/open.h"
#include "app/workflow/open_mask.h"
#include "imaging/files/image_file.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/study_list.h"
#include "ui/study_actions.h"
#include "ui/views/shown_picture.h"

#include <QFileDialog>
#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace app {

namespace {

const QString kOpenMessage = QStringLiteral("open");

/// What lies at a path, and the series that the mask to be opened with it lies on.
struct Found
{
    imaging::ScanResult scan;
    std::string wantedSeries;
};

} // namespace

OpenController::OpenController(JobRunner& jobs, Session& session, const StudyScreen& screen, SaveController& save,
    MaskController& masks, const QString& settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_screen(screen)
    , m_save(save)
    , m_masks(masks)
    , m_filler(jobs, screen.list, screen.messages)
    , m_reader(jobs, session, screen.list, screen.messages, screen.picture)
    , m_folder(settingsFile, QStringLiteral("open"))
{
    const auto& actions = screen.actions;
    connect(actions.openFolder, &QAction::triggered, this, &OpenController::askForFolder);
    connect(actions.openFile, &QAction::triggered, this, &OpenController::askForFile);
    connect(actions.closeStudy, &QAction::triggered, this,
        [this] { m_save.whenSafe(tr("before the study is closed"), [this] { close(); }); });
    connect(actions.nextSeries, &QAction::triggered, this, [this] { m_screen.list.step(1); });
    connect(actions.previousSeries, &QAction::triggered, this, [this] { m_screen.list.step(-1); });
    connect(&screen.list, &ui::StudyList::seriesRequested, this, &OpenController::request);
    connect(&save, &SaveController::takeOverRequested, this, &OpenController::reopen);
    connect(&m_reader, &SeriesReader::arriving, this, [this] {
        m_newListing = m_listing.has_value();
        list();
    });
    connect(&m_reader, &SeriesReader::shown, this, [this] {
        if (m_newListing)
            m_filler.fill();
    });
    connect(&m_reader, &SeriesReader::arrived, this, [this](std::size_t restoredSteps) {
        Q_EMIT pictureReady();
        openPendingMask(restoredSteps);
    });
    connect(&m_reader, &SeriesReader::failed, this, &OpenController::readingFailed);
    connect(&m_reader, &SeriesReader::stopped, this, &OpenController::readingEnded);
}

void OpenController::askForFolder()
{
    auto* dialog = new QFileDialog(&m_screen.window, tr("Open Folder"), m_folder.last());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { open(path); });
    dialog->open();
}

void OpenController::askForFile()
{
    auto* dialog = new QFileDialog(&m_screen.window, tr("Open File"), m_folder.last(),
        tr("Pictures, DICOM files and zip archives (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { open(path); });
    dialog->open();
}

void OpenController::open(const QString& path, const QString& mask)
{
    m_folder.remember(QFileInfo(path).absolutePath());
    const bool maybeMask = mask.isEmpty() && m_session.isOpen() && QFileInfo(path).isFile();
    const bool zip = path.endsWith(QStringLiteral(".zip"), Qt::CaseInsensitive); // Holds a study.
    if (maybeMask && !zip && !imaging::isImageFile(path.toStdString()))
        openMaskOrStudy(path);
    else
        openStudy({path, mask, {}});
}

void OpenController::openSeries(const QString& path, const QString& id)
{
    openStudy({path, {}, id});
}

/// A mask is laid on what is open; anything else takes its place.
void OpenController::openMaskOrStudy(const QString& path)
{
    m_jobs.start<bool>(
        {Lane::Io, QStringLiteral("scan"), {}},
        [file = std::filesystem::path(path.toStdString())](std::stop_token stop, const imaging::Progress& progress) {
            const auto found = findSeries(file, stop, progress);
            return found.series.size() == 1 && isSeg(found.series.front());
        },
        [this, path](bool mask) {
            if (mask)
                m_masks.load(path);
            else
                openStudy({path, {}, {}});
        },
        [this, path](const JobFailure&) { openStudy({path, {}, {}}); }); // It says what is wrong.
}

/// Looks first and asks then: what cannot be opened leaves what is open as it is.
void OpenController::openStudy(const Wish& wish)
{
    m_screen.messages.remove(kOpenMessage);
    m_jobs.start<Found>(
        {Lane::Io, QStringLiteral("scan"), tr("Looking for series")},
        [file = std::filesystem::path(wish.path.toStdString()),
            mask = std::filesystem::path(wish.mask.toStdString())](
            std::stop_token stop, const imaging::Progress& progress) {
            Found found{findSeries(file, stop, progress), {}};
            if (!mask.empty() && !imaging::isImageFile(mask) && !imaging::isImageFile(file))
                found.wantedSeries = summarizeSeg(mask).sourceSeriesUid;
            return found;
        },
        [this, wish](Found found) { scanned(wish, std::move(found.scan), found.wantedSeries); },
        [this](const JobFailure& failure) { say(failure); });
}

void OpenController::scanned(const Wish& wish, imaging::ScanResult result, const std::string& wantedSeries)
{
    auto series = withMasksApart(std::move(result.series));
    const auto choice =
        chooseSeries(series, wish.series.isEmpty() ? wantedSeries : wish.series.toStdString());
    if (!choice.chosen) {
        m_filler.sayRefused(result.refused);
        const bool onlyMasks = std::any_of(series.begin(), series.end(), isSeg);
        const QString why = onlyMasks
            ? tr("“%1” holds masks without the pictures they lie on: open the pictures, then the mask (Ctrl+M).")
            : tr("There is no picture in “%1”.");
        return say({imaging::ErrorKind::NotFound, why.arg(QFileInfo(wish.path).fileName()).toStdString()});
    }
    const auto chosen = series[*choice.chosen];
    if (!choice.wantedIsThere)
        m_screen.messages.show({kOpenMessage, ui::MessageKind::Warning,
            (wish.series.isEmpty() ? tr("The pictures that the mask was drawn on are not in “%1”: its first series is shown.")
                                   : tr("The series that was asked for is not in “%1”: its first series is shown."))
                .arg(QFileInfo(wish.path).fileName()),
            {}, {}});
    m_save.whenSafe(tr("before another study is opened"),
        [this, wish, chosen, listing = Listing{wish.path, std::move(series), std::move(result.refused),
                          std::move(result.warnings)}] {
            readFirst(listing, chosen, wish.mask);
        });
}

/// A study whose first picture cannot be read leaves list and picture of the one that is open.
void OpenController::readFirst(Listing listing, const imaging::SeriesInfo& series, const QString& mask)
{
    m_reader.stop();
    const QString path = listing.path;
    m_listing = std::move(listing);
    const bool atOnce = !m_session.isOpen();
    if (atOnce)
        list();
    read(series, path);
    m_pendingMask = mask;
    if (atOnce)
        m_filler.fill();
}

/// The list shows what was found where the picture comes from.
void OpenController::list()
{
    if (auto listing = std::exchange(m_listing, {}))
        m_filler.list(std::move(*listing));
}

void OpenController::requestMask(int row)
{
    auto& model = m_screen.list.model();
    const QString file = QString::fromStdString(model.series(row).files.front().path);
    const std::string source = model.mask(row)->source.toStdString();
    if (m_session.isOpen() && m_session.volume()->info().study.seriesInstanceUid == source)
        return m_masks.load(file);
    for (int other = 0; other < model.rowCount(); ++other) {
        if (!model.series(other).displayable || model.series(other).study.seriesInstanceUid != source)
            continue;
        m_save.whenSafe(tr("before another series is opened"), [this, series = model.series(other), file] {
            readListed(series);
            m_pendingMask = file;
        });
        return;
    }
    m_masks.load(file); // Refused with a sentence, unless the file does not say what it lies on.
}

void OpenController::request(const QString& id)
{
    auto& list = m_screen.list;
    if (const int row = list.model().rowOf(id); row >= 0 && list.model().mask(row)) {
        requestMask(row);
        return list.setCurrent(m_reader.reading().isEmpty() ? m_session.id() : m_reader.reading());
    }
    if (id == m_session.id()) {
        m_jobs.stopChannel(QStringLiteral("read"));
        return m_reader.reading().isEmpty() ? void() : readingEnded();
    }
    m_save.whenSafe(tr("before another series is opened"), [this, id] {
        auto& model = m_screen.list.model();
        m_pendingMask.clear();
        if (const int row = model.rowOf(id); row >= 0)
            readListed(model.series(row));
    });
    if (m_session.hasUnsavedWork())
        m_screen.list.setCurrent(m_session.id());
}

/// A series of the list that is shown, not of another study that was being read.
void OpenController::readListed(const imaging::SeriesInfo& series)
{
    m_listing.reset();
    read(series, m_filler.path());
}

void OpenController::read(const imaging::SeriesInfo& series, const QString& path)
{
    m_reader.read(series, path);
    if (!m_listing)
        m_screen.list.setCurrent(m_reader.reading());
}

void OpenController::readingEnded()
{
    m_pendingMask.clear();
    m_listing.reset();
    m_reader.settle();
}

void OpenController::readingFailed(const JobFailure& failure)
{
    const auto listing = std::exchange(m_listing, {});
    readingEnded();
    say(failure);
    if (listing && listing->series.size() > 1)
        offerList(*listing);
}

/// A study whose first picture cannot be read may have others that can.
void OpenController::offerList(const Listing& listing)
{
    const QString name = QFileInfo(listing.path).fileName();
    m_screen.messages.show({QStringLiteral("listing"), ui::MessageKind::Info,
        tr("“%1” holds other series.").arg(name), tr("Show its list"), [this, listing] {
            m_save.whenSafe(tr("before another study is listed"), [this, listing] {
                close();
                m_listing = listing;
                list();
                m_filler.fill();
            });
        }});
}

/// The study that another window has let go of, with that window's work.
void OpenController::reopen()
{
    auto& model = m_screen.list.model();
    if (const int row = model.rowOf(m_session.id()); row >= 0)
        readListed(model.series(row));
}

void OpenController::openPendingMask(std::size_t restoredSteps)
{
    const QString mask = std::exchange(m_pendingMask, {});
    if (mask.isEmpty())
        return;
    const auto saved = m_save.savedFile(); // Nothing when the file has become another since.
    if (restoredSteps == 0 && saved == std::filesystem::path(mask.toStdString()))
        return maskStays(); // It came back with the study.
    if (restoredSteps == 0)
        return m_masks.load(mask);
    m_screen.messages.show({QStringLiteral("mask"), ui::MessageKind::Info,
        tr("“%1” was not opened, since unsaved work was brought back.").arg(QFileInfo(mask).fileName()),
        tr("Open it all the same"), [this, mask] { m_masks.load(mask); }});
    maskStays();
}

void OpenController::setAside()
{
    m_aside = m_reader.reading().isEmpty() ? m_session.id() : m_reader.reading();
    const auto file = m_save.savedFile();
    m_asideMask = file ? QString::fromStdString(file->string()) : QString();
    m_reader.stop();
    m_pendingMask.clear();
    m_listing.reset();
    m_session.close();
    m_screen.messages.clear();
    m_screen.picture.setVolume(nullptr);
    m_screen.picture.setCaption({});
    m_screen.picture.setSubject({});
}

void OpenController::takeUp()
{
    auto& model = m_screen.list.model();
    const int row = model.rowOf(std::exchange(m_aside, {}));
    if (row < 0)
        return;
    readListed(model.series(row));
    m_pendingMask = std::exchange(m_asideMask, {});
}

void OpenController::say(const JobFailure& failure)
{
    QString text = ui::errorText(failure.kind, failure.message);
    if (m_session.isOpen())
        text = tr("%1 What was open is still open.").arg(text);
    m_screen.messages.show({kOpenMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT failed(text);
}

void OpenController::close()
{
    m_jobs.stopChannel(QStringLiteral("scan"));
    m_reader.stop();
    m_pendingMask.clear();
    m_listing.reset();
    m_screen.messages.clear();
    m_reader.letGo();
    m_screen.picture.setCaption({});
    m_screen.picture.setSubject({});
    m_filler.clear();
}

} // namespace app
