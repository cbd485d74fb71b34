#include "app/controllers/study/open_controller.h"

#include "app/controllers/study/mask_controller.h"
#include "app/controllers/study/save_controller.h"
#include "app/workflow/open.h"
#include "app/workflow/open_mask.h"
#include "imaging/dicom/series.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/files/image_file.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/series_model.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/series_panel.h"
#include "ui/views/slice_view.h"
#include "ui/views/window_presets.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace app {

namespace {

constexpr int kThumbnailSize = 104;
const QString kMessage = QStringLiteral("open");

struct Thumbnail
{
    QString id;
    QImage picture;
};

/// What lies at a path, and the series that the mask to be opened with it lies on.
struct Found
{
    imaging::ScanResult scan;
    std::string wantedSeries;
};

bool isSeg(const imaging::SeriesInfo& series)
{
    return !series.files.empty() && series.files.front().sopClassUid == imaging::sop_class::kSegmentation;
}

/// Every file of a SEG series is a mask of its own in the list.
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

/// What the viewer says at its top left. Plain text: it comes from the file.
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

/// A picture that is no DICOM, as an entry of the list.
imaging::SeriesInfo seriesOfFile(const QString& path)
{
    imaging::SeriesInfo series;
    series.id = path.toStdString();
    series.study.seriesDescription = QFileInfo(path).fileName().toStdString();
    imaging::SeriesFile file;
    file.path = path.toStdString();
    series.files.push_back(std::move(file));
    series.slices = 1;
    return series;
}

/// For the list of unfinished work.
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

/// Bytes that the computer can still give; nothing when it does not say.
std::optional<std::uint64_t> availableMemory()
{
    std::ifstream file("/proc/meminfo");
    std::string line;
    while (std::getline(file, line))
        if (line.starts_with("MemAvailable:"))
            return std::strtoull(line.c_str() + 13, nullptr, 10) * 1024;
    return std::nullopt;
}

/// Whether the series can be read while another one is open: two bytes a voxel, twice for what reading takes besides.
bool fitsBeside(const imaging::SeriesInfo& series)
{
    const auto voxels = static_cast<std::uint64_t>(series.columns) * static_cast<std::uint64_t>(series.rows)
        * static_cast<std::uint64_t>(series.slices);
    const auto available = availableMemory();
    return !available || voxels * 4 < *available;
}

OpenedPicture readPicture(
    const imaging::SeriesInfo& series, bool isFile, std::stop_token stop, const imaging::Progress& progress)
{
    OpenedPicture opened;
    if (isFile) {
        auto file = openPicture(series.files.front().path, {}, stop, progress);
        opened.volume = std::move(file.volume);
        opened.warnings = std::move(file.warnings);
    } else {
        auto loaded = imaging::readVolume(series, stop, progress);
        opened.volume = std::move(loaded.volume);
        opened.warnings = std::move(loaded.warnings);
    }
    if (!opened.volume || stop.stop_requested())
        return opened;
    opened.middle.emplace(opened.volume, opened.volume->grid().slices / 2);
    opened.thumbnail = thumbnailOf(*opened.volume, *opened.middle, kThumbnailSize);
    return opened;
}

} // namespace

QImage thumbnailOf(const imaging::Volume& volume, const ui::SlicePixels& pixels, int size)
{
    ui::SliceScene scene;
    scene.pixels = &pixels;
    scene.window = ui::openingWindow(volume);
    scene.inverted = volume.info().monochrome1;
    const auto& grid = volume.grid();
    scene.view = ui::fitted(QSize(grid.columns, grid.rows), {grid.spacingMm[0], grid.spacingMm[1]}, QSize(size, size));
    return ui::renderSlice(scene, QSize(size, size));
}

OpenController::OpenController(
    JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages, ui::SliceView& view,
    SaveController& save, MaskController& masks,
    const QString& settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_page(page)
    , m_messages(messages)
    , m_view(view)
    , m_save(save)
    , m_masks(masks)
    , m_folder(settingsFile, QStringLiteral("open"))
{
    auto& actions = page.actions();
    connect(actions.openFolder, &QAction::triggered, this, &OpenController::askForFolder);
    connect(actions.openFile, &QAction::triggered, this, &OpenController::askForFile);
    connect(actions.closeStudy, &QAction::triggered, this,
        [this] { m_save.whenSafe(tr("before the study is closed"), [this] { close(); }); });
    connect(&page.series(), &ui::SeriesPanel::seriesRequested, this, &OpenController::request);
    connect(&save, &SaveController::takeOverRequested, this, &OpenController::reopen);
}

void OpenController::askForFolder()
{
    auto* dialog = new QFileDialog(m_page.window(), tr("Open Folder"), m_folder.last());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { open(path); });
    dialog->open();
}

void OpenController::askForFile()
{
    auto* dialog = new QFileDialog(m_page.window(), tr("Open File"), m_folder.last(),
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
            const auto found = imaging::scanPath(file, stop, progress);
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
    m_messages.remove(kMessage);
    const std::filesystem::path file = wish.path.toStdString();
    if (imaging::isImageFile(file)) {
        m_jobs.stopChannel(QStringLiteral("scan"));
        const auto series = seriesOfFile(wish.path);
        return m_save.whenSafe(tr("before another study is opened"),
            [this, wish, series] { readFirst({wish.path, {series}, {}}, series, wish.mask); });
    }
    m_jobs.start<Found>(
        {Lane::Io, QStringLiteral("scan"), tr("Looking for series")},
        [file, mask = std::filesystem::path(wish.mask.toStdString())](
            std::stop_token stop, const imaging::Progress& progress) {
            Found found{imaging::scanPath(file, stop, progress), {}};
            if (!mask.empty() && !imaging::isImageFile(mask))
                found.wantedSeries = summarizeSeg(mask).sourceSeriesUid;
            return found;
        },
        [this, wish](Found found) { scanned(wish, std::move(found.scan), found.wantedSeries); },
        [this](const JobFailure& failure) { say(failure); });
}

void OpenController::scanned(const Wish& wish, imaging::ScanResult result, const std::string& wantedSeries)
{
    auto series = withMasksApart(std::move(result.series));
    const auto canBeShown = [](const imaging::SeriesInfo& one) { return one.displayable && one.slices > 0; };
    const auto first = std::find_if(series.begin(), series.end(), canBeShown);
    if (first == series.end()) {
        sayRefused(result.refused);
        const bool onlyMasks = std::any_of(series.begin(), series.end(), isSeg);
        const QString why = onlyMasks
            ? tr("“%1” holds masks without the pictures they lie on: open the pictures, then the mask (Ctrl+M).")
            : tr("There is no picture in “%1”.");
        return say({imaging::ErrorKind::NotFound, why.arg(QFileInfo(wish.path).fileName()).toStdString()});
    }
    const auto wanted = std::find_if(series.begin(), series.end(), [&](const auto& one) {
        return canBeShown(one)
            && (wish.series.isEmpty() ? one.study.seriesInstanceUid == wantedSeries
                                      : one.id == wish.series.toStdString());
    });
    const auto chosen = wanted == series.end() ? *first : *wanted;
    m_save.whenSafe(tr("before another study is opened"),
        [this, wish, chosen, listing = Listing{wish.path, std::move(series), std::move(result.refused),
                          std::move(result.warnings)}] {
            readFirst(listing, chosen, wish.mask);
        });
}

/// A study whose first picture cannot be read leaves list and picture of the one that is open.
void OpenController::readFirst(Listing listing, const imaging::SeriesInfo& series, const QString& mask)
{
    for (const char* channel : {"read", "first"})
        m_jobs.stopChannel(QLatin1String(channel));
    m_listing = std::move(listing);
    const bool atOnce = !m_session.isOpen();
    if (atOnce)
        list();
    readSeries(series);
    m_pendingMask = mask;
    if (atOnce)
        fillList();
}

/// The list shows what was found where the picture comes from.
void OpenController::list()
{
    if (!m_listing)
        return;
    for (const char* channel : {"thumbnails", "masks"})
        m_jobs.stopChannel(QLatin1String(channel));
    auto listing = *std::exchange(m_listing, {});
    m_path = listing.path;
    m_messages.clear();
    sayRefused(listing.refused);
    if (!listing.warnings.empty())
        m_messages.show({QStringLiteral("found"), ui::MessageKind::Info,
            ui::joined(listing.warnings), {}, {}});
    m_page.series().setPlace(QFileInfo(m_path).fileName());
    m_page.series().model().setSeries(std::move(listing.series));
}

/// After the picture that is waited for.
void OpenController::fillList()
{
    makeThumbnail(0);
    summarizeMasks(0);
}

/// One after the other: what each mask of the list lies on.
void OpenController::summarizeMasks(int row)
{
    auto& model = m_page.series().model();
    while (row < model.rowCount() && !isSeg(model.series(row)))
        ++row;
    if (row >= model.rowCount())
        return;
    const QString id = QString::fromStdString(model.series(row).id);
    m_jobs.start<MaskSummary>(
        {Lane::Io, QStringLiteral("masks"), {}},
        [file = model.series(row).files.front().path](
            std::stop_token, const imaging::Progress&) { return summarizeSeg(file); },
        [this, id, row](const MaskSummary& summary) {
            const auto count = static_cast<int>(summary.segments.size());
            const QString what =
                count == 1 ? QString::fromStdString(summary.segments.front()) : tr("%1 segments").arg(count);
            m_page.series().model().setMask(id, {QString::fromStdString(summary.sourceSeriesUid), what, true});
            summarizeMasks(row + 1);
        },
        [this, id, row](const JobFailure& failure) {
            m_page.series().model().setMask(id, {{}, QString::fromStdString(failure.message), false});
            summarizeMasks(row + 1);
        });
}

void OpenController::sayRefused(const std::vector<imaging::RefusedFile>& refused)
{
    const auto isDicom = [](const imaging::RefusedFile& file) { return file.isDicom; };
    const auto bad = std::count_if(refused.begin(), refused.end(), isDicom);
    if (bad == 0)
        return;
    const auto first = std::find_if(refused.begin(), refused.end(), isDicom);
    m_messages.show({QStringLiteral("refused"), ui::MessageKind::Warning,
        tr("Files that could not be used: %1. The first: %2").arg(bad).arg(QString::fromStdString(first->reason)), {},
        {}});
}

void OpenController::requestMask(int row)
{
    auto& model = m_page.series().model();
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
    auto& list = m_page.series().model();
    if (const int row = list.rowOf(id); row >= 0 && list.mask(row)) {
        requestMask(row);
        return m_page.series().setCurrent(m_reading.isEmpty() ? m_session.id() : m_reading);
    }
    if (id == m_session.id()) {
        m_jobs.stopChannel(QStringLiteral("read"));
        return m_reading.isEmpty() ? void() : readingEnded();
    }
    m_save.whenSafe(tr("before another series is opened"), [this, id] {
        auto& model = m_page.series().model();
        m_pendingMask.clear();
        if (const int row = model.rowOf(id); row >= 0)
            readListed(model.series(row));
    });
    if (m_session.hasUnsavedWork())
        m_page.series().setCurrent(m_session.id());
}

/// A series of the list that is shown, not of another study that was being read.
void OpenController::readListed(const imaging::SeriesInfo& series)
{
    m_listing.reset();
    readSeries(series);
}

void OpenController::readSeries(const imaging::SeriesInfo& series)
{
    makeRoom(series);
    m_reading = QString::fromStdString(series.id);
    m_messages.remove(kMessage);
    if (!m_listing)
        m_page.series().setCurrent(m_reading);
    const bool file = !series.files.empty() && imaging::isImageFile(series.files.front().path);
    if (!file && series.slices > 1 && !m_session.isOpen())
        showFirst(series);
    m_jobs.start<OpenedPicture>(
        {Lane::Io, QStringLiteral("read"), tr("Reading %1").arg(ui::titleOf(series))},
        [series, file](std::stop_token stop, const imaging::Progress& progress) {
            return readPicture(series, file, stop, progress);
        },
        [this, series](OpenedPicture opened) {
            if (opened.volume)
                replace(series, std::move(opened));
        },
        [this](const JobFailure& failure) {
            const auto listing = std::move(m_listing);
            readingEnded();
            say(failure);
            if (listing && listing->series.size() > 1)
                offerList(*listing);
        },
        [this, id = m_reading] {
            if (m_reading == id) // Not when another series took its place.
                readingEnded();
        });
}

/// What is open stays to be looked at until the new picture is there, but nothing is drawn on it that would be lost.
void OpenController::makeRoom(const imaging::SeriesInfo& series)
{
    m_madeRoom.reset();
    if (!m_session.isOpen())
        return;
    if (fitsBeside(series)) {
        m_session.hold(tr("Another picture is being read: this one can be changed again if that fails."));
        return;
    }
    auto& model = m_page.series().model();
    if (const int row = model.rowOf(m_session.id()); row >= 0)
        m_madeRoom = model.series(row);
    letGo();
}

/// Closes what is open. Letting go of much memory takes a while too.
void OpenController::letGo()
{
    auto volume = m_session.volume();
    m_session.close();
    m_view.setVolume(nullptr);
    if (volume)
        m_jobs.start<bool>(
            {Lane::Io, {}, {}},
            [volume = std::move(volume)](std::stop_token, const imaging::Progress&) { return volume != nullptr; },
            [](bool) {});
}

/// Nothing came of it: what was open is there as before.
void OpenController::readingEnded()
{
    m_reading.clear();
    m_pendingMask.clear();
    m_listing.reset();
    m_session.release();
    m_page.series().setCurrent(m_session.id());
    if (!m_session.isOpen()) {
        m_view.setVolume(nullptr);
        m_view.setCaption({});
    }
    if (auto before = std::exchange(m_madeRoom, {}))
        readSeries(*before);
}

/// A study whose first picture cannot be read may have others that can.
void OpenController::offerList(const Listing& listing)
{
    const QString name = QFileInfo(listing.path).fileName();
    m_messages.show({QStringLiteral("listing"), ui::MessageKind::Info,
        tr("“%1” holds other series.").arg(name), tr("Show its list"), [this, listing] {
            m_save.whenSafe(tr("before another study is listed"), [this, listing] {
                close();
                m_listing = listing;
                list();
                fillList();
            });
        }});
}

/// The study that another window has let go of, with that window's work.
void OpenController::reopen()
{
    auto& model = m_page.series().model();
    if (const int row = model.rowOf(m_session.id()); row >= 0)
        readListed(model.series(row));
}

/// The middle slice is on the screen before the rest has been read.
void OpenController::showFirst(const imaging::SeriesInfo& series)
{
    m_jobs.start<imaging::LoadedVolume>(
        {Lane::Io, QStringLiteral("first"), {}},
        [series](std::stop_token, const imaging::Progress&) { return imaging::readSlice(series, series.slices / 2); },
        [this, id = m_reading, series](imaging::LoadedVolume loaded) {
            if (!loaded.volume || m_reading != id)
                return; // The whole series was faster.
            m_view.setVolume(std::move(loaded.volume));
            m_view.setCaption(captionOf(series));
        },
        [](const JobFailure&) {}); // Reading the series says it.
}

/// The picture is on the screen at once; the masks of its journal follow.
void OpenController::replace(const imaging::SeriesInfo& series, OpenedPicture opened)
{
    const QString id = QString::fromStdString(series.id);
    m_jobs.stopChannel(QStringLiteral("first"));
    m_madeRoom.reset();
    if (m_session.isOpen())
        letGo();
    const bool another = m_listing.has_value();
    list();
    m_view.setVolume(opened.volume, std::move(opened.middle));
    m_view.setCaption(captionOf(series));
    m_page.setSubject(ui::titleOf(series));
    m_page.series().setCurrent(id);
    m_page.series().model().setThumbnail(id, opened.thumbnail);
    m_opened = std::move(opened.volume);
    m_jobs.start<Session::PreparedWork>(
        {Lane::Io, QStringLiteral("read"), {}},
        [volume = m_opened, id, place = m_session.journalPlace(), note = noteOf(series, m_path)](
            std::stop_token, const imaging::Progress&) { return prepareWork(place, *volume, id, nullptr, &note); },
        [this, series, warnings = std::move(opened.warnings)](Session::PreparedWork work) {
            show(series, warnings, std::move(work));
        },
        [this](const JobFailure& failure) {
            readingEnded();
            say(failure);
        });
    if (another)
        fillList();
}

void OpenController::show(
    const imaging::SeriesInfo& series, const imaging::Warnings& warnings, Session::PreparedWork work)
{
    m_reading.clear();
    const auto restored =
        m_session.open(std::exchange(m_opened, {}), QString::fromStdString(series.id), std::move(work));
    QStringList texts;
    for (const auto* list : {&series.warnings, &warnings, &restored.warnings})
        for (const auto& warning : *list)
            texts << QString::fromStdString(warning);
    texts.removeDuplicates();
    if (!texts.isEmpty())
        m_messages.show({kMessage, ui::MessageKind::Warning, texts.join(QLatin1Char(' ')), {}, {}});
    sayRestored(restored);
    Q_EMIT pictureReady();
    openPendingMask(restored.steps);
}

void OpenController::sayRestored(const Session::Restored& restored)
{
    QString text;
    if (restored.steps > 0)
        text = tr("Unsaved work was brought back (steps: %1).").arg(restored.steps);
    else if (restored.saved && !m_session.labelMap()->empty())
        text = restored.saved->file.empty()
            ? tr("The masks that were stored in %1 are here again.").arg(QString::fromStdString(restored.saved->archive))
            : tr("The masks that were saved as “%1” are here again.").arg(QString::fromStdString(restored.saved->file));
    if (!text.isEmpty())
        m_messages.show({QStringLiteral("restored"), ui::MessageKind::Info, text, {}, {}});
    else
        m_messages.remove(QStringLiteral("restored"));
}

void OpenController::openPendingMask(std::size_t restoredSteps)
{
    const QString mask = std::exchange(m_pendingMask, {});
    if (mask.isEmpty())
        return;
    const auto& saved = m_session.savedNote();
    if (restoredSteps == 0 && saved && saved->file == mask.toStdString())
        return; // It came back with the study.
    if (restoredSteps == 0)
        return m_masks.load(mask);
    m_messages.show({QStringLiteral("mask"), ui::MessageKind::Info,
        tr("“%1” was not opened, since unsaved work was brought back.").arg(QFileInfo(mask).fileName()),
        tr("Open it all the same"), [this, mask] { m_masks.load(mask); }});
}

void OpenController::setAside()
{
    m_aside = m_reading.isEmpty() ? m_session.id() : m_reading;
    const auto file = m_save.savedFile();
    m_asideMask = file ? QString::fromStdString(file->string()) : QString();
    for (const char* channel : {"read", "first"})
        m_jobs.stopChannel(QLatin1String(channel));
    m_reading.clear();
    m_pendingMask.clear();
    m_listing.reset();
    m_madeRoom.reset();
    m_session.close();
    m_messages.clear();
    m_view.setVolume(nullptr);
    m_view.setCaption({});
    m_page.setSubject({});
}

void OpenController::takeUp()
{
    auto& model = m_page.series().model();
    const int row = model.rowOf(std::exchange(m_aside, {}));
    if (row < 0)
        return;
    readListed(model.series(row));
    m_pendingMask = std::exchange(m_asideMask, {});
}

void OpenController::makeThumbnail(int row)
{
    auto& model = m_page.series().model();
    while (row < model.rowCount()
        && (!model.series(row).displayable || model.series(row).slices == 0
            || model.data(model.index(row), Qt::DecorationRole).isValid()))
        ++row;
    if (row >= model.rowCount())
        return;
    const auto next = [this, row] { makeThumbnail(row + 1); };
    m_jobs.start<Thumbnail>(
        {Lane::Io, QStringLiteral("thumbnails"), {}},
        [series = model.series(row)](std::stop_token, const imaging::Progress&) {
            const auto loaded = imaging::readSlice(series, series.slices / 2);
            return Thumbnail{QString::fromStdString(series.id),
                loaded.volume ? thumbnailOf(*loaded.volume, ui::SlicePixels(loaded.volume, 0), kThumbnailSize)
                              : QImage()};
        },
        [this, next](const Thumbnail& thumbnail) {
            m_page.series().model().setThumbnail(thumbnail.id, thumbnail.picture);
            next();
        },
        [next](const JobFailure&) { next(); }); // Opening that series says why it cannot be read.
}

void OpenController::say(const JobFailure& failure)
{
    QString text = ui::errorText(failure.kind, failure.message);
    if (m_session.isOpen())
        text = tr("%1 What was open is still open.").arg(text);
    m_messages.show({kMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT failed(text);
}

void OpenController::close()
{
    for (const char* channel : {"scan", "read", "first", "thumbnails", "masks"})
        m_jobs.stopChannel(QLatin1String(channel));
    m_reading.clear();
    m_pendingMask.clear();
    m_listing.reset();
    m_madeRoom.reset();
    m_messages.clear();
    letGo();
    m_view.setCaption({});
    m_page.setSubject({});
    m_page.series().model().setSeries({});
    m_page.series().setPlace(tr("No study is open"));
}

} // namespace app
