#include "app/controllers/study/mask_controller.h"

#include "app/controllers/study/save_controller.h"
#include "imaging/files/image_file.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/study_actions.h"
#include "ui/views/view_state.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>

#include <algorithm>
#include <map>
#include <vector>

namespace app {

namespace {

const QString kMaskChannel = QStringLiteral("mask");
const QString kMaskMessage = QStringLiteral("mask");

} // namespace

MaskController::MaskController(JobRunner& jobs, Session& session, const StudyScreen& screen, ui::ViewState& state,
    SaveController& save, const QString& settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_screen(screen)
    , m_state(state)
    , m_save(save)
    , m_folder(settingsFile, QStringLiteral("mask"))
{
    connect(screen.actions.openMask, &QAction::triggered, this, &MaskController::askForFile);
    connect(&session, &Session::opened, this, [this] { m_screen.actions.openMask->setEnabled(true); });
    connect(&session, &Session::closed, this, [this] {
        m_jobs.stopChannel(kMaskChannel);
        m_screen.actions.openMask->setEnabled(false);
    });
    screen.actions.openMask->setEnabled(false);
}

void MaskController::askForFile()
{
    auto* dialog = new QFileDialog(&m_screen.window, tr("Open Mask"), m_folder.last(),
        tr("Masks (*.dcm *.nii.gz *.nii *.nrrd *.png);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_folder.remember(QFileInfo(path).absolutePath());
        load(path);
    });
    dialog->open();
}

void MaskController::load(const QString& path, Confirmed confirmed)
{
    if (!m_session.isOpen())
        return say(tr("Open the pictures first: a mask lies on them."));
    if (m_session.refusesEdit())
        return;
    m_screen.messages.remove(kMaskMessage);
    m_jobs.start<OpenedMask>(
        {Lane::Io, kMaskChannel, tr("Opening the mask")},
        [file = std::filesystem::path(path.toStdString()), volume = m_session.volume(), confirmed](
            std::stop_token, const imaging::Progress&) { return openMask(file, *volume, confirmed); },
        [this, path](const OpenedMask& mask) { show(path, mask); },
        [this, path](const JobFailure& failure) { refuse(path, failure); });
}

void MaskController::refuse(const QString& path, const JobFailure& failure)
{
    const QString why = ui::errorText(failure.kind, failure.message);
    if (failure.confirmable == imaging::Confirmable::Nothing)
        return say(why);
    m_screen.messages.show({kMaskMessage, ui::MessageKind::Warning, why, tr("Lay It on This Picture"),
        [this, path, picture = m_session.id()] {
            if (m_session.id() == picture)
                load(path, Confirmed::Yes);
        }});
    Q_EMIT failed(why);
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
    if (!replace(path, mask))
        warnings.emplace_back("The file changes nothing: its masks are empty or the ones that were shown.");
    // What came from a SEG as it is needs no saving, and is sent as the file that it is.
    if (wasSaved && warnings.empty() && !imaging::isImageFile(path.toStdString()))
        m_save.adopt(path.toStdString());
    if (!warnings.empty())
        m_screen.messages.show({kMaskMessage, ui::MessageKind::Warning, ui::joined(warnings), {}, {}});
    Q_EMIT loaded(path);
}

bool MaskController::replace(const QString& path, const OpenedMask& mask)
{
    std::map<std::uint16_t, std::uint16_t> values;
    const auto labels = mergedLabels(m_session.labels(), mask.labels, values);
    std::vector<int> labelled;
    for (int slice = 0; slice < m_session.volume()->grid().slices; ++slice)
        if (m_session.voxelsOnSlice(slice) > 0)
            labelled.push_back(slice);
    const auto edit = m_session.beginEdit(EditKind::WholeLabels);
    replaceMasks(*edit, labelled, mask, values);
    const bool changed = m_session.commit(*edit, tr("Open “%1”").arg(QFileInfo(path).fileName()), labels);
    if (!mask.labels.empty())
        m_session.setActiveLabel(values.at(mask.labels.front().value));
    showLargestSlice();
    return changed;
}

void MaskController::showLargestSlice()
{
    if (m_session.voxelsOnSlice(m_state.slice()) > 0)
        return;
    int largest = m_state.slice();
    for (int slice = 0; slice < m_session.volume()->grid().slices; ++slice)
        if (m_session.voxelsOnSlice(slice) > m_session.voxelsOnSlice(largest))
            largest = slice;
    m_state.setSlice(largest);
}

void MaskController::say(const QString& why)
{
    m_screen.messages.show({kMaskMessage, ui::MessageKind::Error, why, {}, {}});
    Q_EMIT failed(why);
}

} // namespace app
