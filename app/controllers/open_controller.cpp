#include "app/controllers/open_controller.h"

#include "app/controllers/save_controller.h"
#include "app/workflow/open.h"
#include "imaging/dicom/series.h"
#include "imaging/files/image_file.h"
#include "ui/actions.h"
#include "ui/error_text.h"
#include "ui/main_window.h"
#include "ui/models/series_model.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/series_panel.h"
#include "ui/slice_view.h"
#include "ui/window_presets.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace app {

namespace {

constexpr int kThumbnailSize = 104;
const QString kMessage = QStringLiteral("open");

struct Thumbnail
{
    QString id;
    QImage picture;
};

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

} // namespace

QImage thumbnailOf(const std::shared_ptr<const imaging::Volume>& volume, int slice, int size)
{
    const ui::SlicePixels pixels(volume, slice);
    ui::SliceScene scene;
    scene.pixels = &pixels;
    scene.window = ui::openingWindow(*volume);
    scene.inverted = volume->info().monochrome1;
    const auto& grid = volume->grid();
    scene.view = ui::fitted(QSize(grid.columns, grid.rows), {grid.spacingMm[0], grid.spacingMm[1]}, QSize(size, size));
    return ui::renderSlice(scene, QSize(size, size));
}

OpenController::OpenController(JobRunner& jobs, Session& session, ui::MainWindow& window, SaveController& save)
    : m_jobs(jobs)
    , m_session(session)
    , m_window(window)
    , m_save(save)
{
    auto& actions = window.actions();
    connect(actions.openFolder, &QAction::triggered, this, &OpenController::askForFolder);
    connect(actions.openFile, &QAction::triggered, this, &OpenController::askForFile);
    connect(actions.closeStudy, &QAction::triggered, this,
        [this] { m_save.whenSafe(tr("before the study is closed"), [this] { close(); }); });
    connect(&window, &ui::MainWindow::pathDropped, this, &OpenController::open);
    connect(&window, &ui::MainWindow::closeRequested, this, [this] {
        m_save.whenSafe(tr("before the program ends"), [this] {
            m_session.close();
            m_window.closeNow();
        });
    });
    connect(&window.seriesPanel(), &ui::SeriesPanel::seriesRequested, this, &OpenController::request);
}

void OpenController::askForFolder()
{
    auto* dialog = new QFileDialog(&m_window, tr("Open Folder"), m_path);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &OpenController::open);
    dialog->open();
}

void OpenController::askForFile()
{
    auto* dialog = new QFileDialog(&m_window, tr("Open File"), m_path);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &OpenController::open);
    dialog->open();
}

void OpenController::open(const QString& path)
{
    m_save.whenSafe(tr("before another study is opened"), [this, path] {
        close();
        m_path = path;
        m_window.seriesPanel().setPlace(QFileInfo(path).fileName());
        const std::filesystem::path file = path.toStdString();
        if (imaging::isImageFile(file))
            return addImageFile(path);
        m_jobs.start<imaging::ScanResult>(
            {Lane::Io, QStringLiteral("scan"), tr("Looking for series")},
            [file](std::stop_token stop, const imaging::Progress& progress) {
                return imaging::scanPath(file, stop, progress);
            },
            [this, path](imaging::ScanResult result) { scanned(path, std::move(result)); },
            [this](const JobFailure& failure) { say(failure); });
    });
}

void OpenController::addImageFile(const QString& path)
{
    auto series = seriesOfFile(path);
    std::vector<imaging::SeriesInfo> all{series};
    m_window.seriesPanel().model().setSeries(std::move(all));
    readSeries(series);
}

void OpenController::scanned(const QString& path, imaging::ScanResult result)
{
    sayRefused(result);
    auto& model = m_window.seriesPanel().model();
    model.setSeries(result.series);
    const auto first = std::find_if(result.series.begin(), result.series.end(),
        [](const imaging::SeriesInfo& series) { return series.displayable && series.slices > 0; });
    if (first == result.series.end())
        return say({imaging::ErrorKind::NotFound,
            tr("There is no picture in “%1”.").arg(QFileInfo(path).fileName()).toStdString()});
    readSeries(*first);
    makeThumbnail(0);
}

void OpenController::sayRefused(const imaging::ScanResult& result)
{
    const auto bad = std::count_if(
        result.refused.begin(), result.refused.end(), [](const imaging::RefusedFile& file) { return file.isDicom; });
    if (bad == 0)
        return;
    const auto first = std::find_if(
        result.refused.begin(), result.refused.end(), [](const imaging::RefusedFile& file) { return file.isDicom; });
    m_window.messages().show({QStringLiteral("refused"), ui::MessageKind::Warning,
        tr("%n file(s) could not be used. The first: %1", nullptr, static_cast<int>(bad))
            .arg(QString::fromStdString(first->reason)),
        {}, {}});
}

void OpenController::request(const QString& id)
{
    if (id == m_session.id() && m_reading.isEmpty())
        return;
    m_save.whenSafe(tr("before another series is opened"), [this, id] {
        auto& model = m_window.seriesPanel().model();
        if (const int row = model.rowOf(id); row >= 0)
            readSeries(model.series(row));
    });
    if (m_session.hasUnsavedWork())
        m_window.seriesPanel().setCurrent(m_session.id());
}

void OpenController::readSeries(const imaging::SeriesInfo& series)
{
    // What was open is let go now, so that nothing is drawn on it that would be lost when the new one arrives.
    m_session.close();
    m_window.view().setVolume(nullptr);
    m_reading = QString::fromStdString(series.id);
    m_window.messages().remove(kMessage);
    m_window.seriesPanel().setCurrent(m_reading);
    const bool file = !series.files.empty() && imaging::isImageFile(series.files.front().path);
    if (!file && series.slices > 1)
        showFirst(series);
    m_jobs.start<imaging::LoadedVolume>(
        {Lane::Io, QStringLiteral("read"), tr("Reading %1").arg(ui::titleOf(series))},
        [series, file](std::stop_token stop, const imaging::Progress& progress) {
            if (!file)
                return imaging::readVolume(series, stop, progress);
            auto opened = openPicture(series.files.front().path, {}, stop, progress);
            return imaging::LoadedVolume{std::move(opened.volume), std::move(opened.warnings)};
        },
        [this, series](imaging::LoadedVolume loaded) {
            if (loaded.volume)
                show(series, std::move(loaded.volume), loaded.warnings);
        },
        [this](const JobFailure& failure) { say(failure); },
        [this, id = m_reading] {
            if (m_reading == id) // Not when another series took its place.
                m_reading.clear();
        });
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
            m_window.view().setVolume(std::move(loaded.volume));
            m_window.view().setCaption(captionOf(series));
        },
        [](const JobFailure&) {}); // Reading the series says it.
}

void OpenController::show(
    const imaging::SeriesInfo& series, std::shared_ptr<const imaging::Volume> volume, const imaging::Warnings& warnings)
{
    const QString id = QString::fromStdString(series.id);
    m_reading.clear();
    m_jobs.stopChannel(QStringLiteral("first"));
    m_window.view().setVolume(volume);
    m_window.view().setCaption(captionOf(series));
    m_window.setSubject(ui::titleOf(series));
    m_window.seriesPanel().setCurrent(id);
    m_window.seriesPanel().model().setThumbnail(id, thumbnailOf(volume, volume->grid().slices / 2, kThumbnailSize));
    const auto restored = m_session.open(volume, id);
    QStringList texts;
    for (const auto* list : {&series.warnings, &warnings, &restored.warnings})
        for (const auto& warning : *list)
            texts << QString::fromStdString(warning);
    texts.removeDuplicates();
    if (!texts.isEmpty())
        m_window.messages().show({kMessage, ui::MessageKind::Warning, texts.join(QLatin1Char(' ')), {}, {}});
    if (restored.steps > 0)
        m_window.messages().show({QStringLiteral("restored"), ui::MessageKind::Info,
            tr("%n step(s) of unsaved work were brought back.", nullptr, static_cast<int>(restored.steps)), {}, {}});
    Q_EMIT pictureReady();
}

void OpenController::makeThumbnail(int row)
{
    auto& model = m_window.seriesPanel().model();
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
                loaded.volume ? thumbnailOf(loaded.volume, 0, kThumbnailSize) : QImage()};
        },
        [this, next](const Thumbnail& thumbnail) {
            m_window.seriesPanel().model().setThumbnail(thumbnail.id, thumbnail.picture);
            next();
        },
        [next](const JobFailure&) { next(); }); // Opening that series says why it cannot be read.
}

void OpenController::say(const JobFailure& failure)
{
    m_reading.clear();
    m_window.seriesPanel().setCurrent(m_session.id());
    const QString text = ui::errorText(failure.kind, failure.message);
    m_window.messages().show({kMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT failed(text);
}

void OpenController::close()
{
    for (const char* channel : {"scan", "read", "first", "thumbnails"})
        m_jobs.stopChannel(QLatin1String(channel));
    m_session.close();
    m_window.messages().clear();
    m_window.view().setVolume(nullptr);
    m_window.view().setCaption({});
    m_window.setSubject({});
    m_window.seriesPanel().model().setSeries({});
    m_window.seriesPanel().setPlace(tr("No study is open"));
}

} // namespace app
