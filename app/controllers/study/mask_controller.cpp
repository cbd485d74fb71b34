#include "app/controllers/study/mask_controller.h"

#include "app/controllers/study/save_controller.h"
#include "imaging/files/image_file.h"
#include "ui/actions.h"
#include "ui/error_text.h"
#include "ui/main_window.h"
#include "ui/panels/message_strip.h"
#include "ui/views/slice_view.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>

#include <algorithm>
#include <map>

namespace app {

namespace {

const QString kChannel = QStringLiteral("mask");
const QString kMessage = QStringLiteral("mask");
const QString kFolder = QStringLiteral("mask");

} // namespace

annotations::LabelTable mergedLabels(annotations::LabelTable labels, const annotations::LabelTable& opened,
    std::map<std::uint16_t, std::uint16_t>& values)
{
    for (annotations::Label label : opened) {
        const std::uint16_t stored = label.value;
        const auto same = std::find_if(labels.begin(), labels.end(),
            [&](const auto& other) { return other.name == label.name && other.type == label.type; });
        if (same != labels.end())
            label.value = same->value;
        else if (annotations::findLabel(labels, stored) || stored == 0)
            label.value = annotations::freeValue(labels); // The file's number means another label here.
        values[stored] = label.value;
        if (same == labels.end()) {
            labels.push_back(std::move(label));
            continue;
        }
        label.visible = same->visible;
        label.locked = same->locked;
        *same = std::move(label);
    }
    return labels;
}

MaskController::MaskController(JobRunner& jobs, Session& session, ui::MainWindow& window, SaveController& save)
    : m_jobs(jobs)
    , m_session(session)
    , m_window(window)
    , m_save(save)
{
    connect(window.actions().openMask, &QAction::triggered, this, &MaskController::askForFile);
    connect(&session, &Session::opened, this, [this] { m_window.actions().openMask->setEnabled(true); });
    connect(&session, &Session::closed, this, [this] {
        m_jobs.stopChannel(kChannel);
        m_window.actions().openMask->setEnabled(false);
    });
    window.actions().openMask->setEnabled(false);
}

void MaskController::askForFile()
{
    auto* dialog = new QFileDialog(&m_window, tr("Open Mask"), m_window.lastFolder(kFolder),
        tr("Masks (*.dcm *.nii.gz *.nii *.nrrd *.png);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_window.setLastFolder(kFolder, QFileInfo(path).absolutePath());
        load(path);
    });
    dialog->open();
}

void MaskController::load(const QString& path)
{
    if (!m_session.isOpen())
        return say(tr("Open the pictures first: a mask lies on them."));
    if (m_session.refusesEdit())
        return;
    m_window.messages().remove(kMessage);
    m_jobs.start<OpenedMask>(
        {Lane::Io, kChannel, tr("Opening the mask")},
        [file = std::filesystem::path(path.toStdString()), volume = m_session.volume()](
            std::stop_token, const imaging::Progress&) { return openMask(file, *volume); },
        [this, path](const OpenedMask& mask) { show(path, mask); },
        [this](const JobFailure& failure) { say(ui::errorText(failure.kind, failure.message)); });
}

void MaskController::show(const QString& path, const OpenedMask& mask)
{
    const bool wasSaved = !m_session.hasUnsavedWork();
    imaging::Warnings warnings = mask.warnings;
    const bool guarded = std::any_of(m_session.labels().begin(), m_session.labels().end(),
        [this](const auto& label) { return (label.locked || !label.visible) && m_session.voxelsOf(label.value) > 0; });
    if (guarded)
        warnings.emplace_back("Locked and hidden labels were left as they are.");
    if (imaging::isImageFile(path.toStdString()) && !mask.labels.empty())
        warnings.push_back(unnamedNote(path.toStdString()));
    if (!replaceMasks(path, mask))
        warnings.emplace_back("The file changes nothing: its masks are empty or the ones that were shown.");
    // What came from a SEG as it is needs no saving, and is sent as the file that it is.
    if (wasSaved && warnings.empty() && !imaging::isImageFile(path.toStdString()))
        m_save.adopt(path.toStdString());
    QStringList texts;
    for (const auto& warning : warnings)
        texts << QString::fromStdString(warning);
    if (!texts.isEmpty())
        m_window.messages().show({kMessage, ui::MessageKind::Warning, texts.join(QLatin1Char(' ')), {}, {}});
    Q_EMIT loaded(path);
}

bool MaskController::replaceMasks(const QString& path, const OpenedMask& mask)
{
    std::map<std::uint16_t, std::uint16_t> values;
    const auto labels = mergedLabels(m_session.labels(), mask.labels, values);
    const auto edit = m_session.beginEdit();
    const auto& grid = edit->grid();
    for (int slice = 0; slice < grid.slices; ++slice)
        if (m_session.voxelsOnSlice(slice) > 0)
            edit->paintRun(grid.offset({0, 0, slice}), grid.sliceVoxels(), 0);
    for (const auto& run : mask.runs)
        edit->paintRun(run.offset, run.count, values.at(run.value));
    const bool changed = m_session.commit(*edit, tr("Open “%1”").arg(QFileInfo(path).fileName()), labels);
    if (!mask.labels.empty())
        m_session.setActiveLabel(values.at(mask.labels.front().value));
    showLargestSlice();
    return changed;
}

void MaskController::showLargestSlice()
{
    auto& view = m_window.view();
    if (m_session.voxelsOnSlice(view.slice()) > 0)
        return;
    int largest = view.slice();
    for (int slice = 0; slice < m_session.volume()->grid().slices; ++slice)
        if (m_session.voxelsOnSlice(slice) > m_session.voxelsOnSlice(largest))
            largest = slice;
    view.setSlice(largest);
}

void MaskController::say(const QString& why)
{
    m_window.messages().show({kMessage, ui::MessageKind::Error, why, {}, {}});
    Q_EMIT failed(why);
}

} // namespace app
