#include "app/controllers/save_controller.h"

#include "app/workflow/mask_files.h"
#include "ui/actions.h"
#include "ui/error_text.h"
#include "ui/main_window.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/segment_panel.h"

#include <QAction>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QMessageBox>

namespace app {

namespace {

const QString kMessage = QStringLiteral("save");

} // namespace

SaveController::SaveController(JobRunner& jobs, Session& session, ui::MainWindow& window)
    : m_jobs(jobs)
    , m_session(session)
    , m_window(window)
    , m_snapshot(session)
{
    connect(window.actions().saveSeg, &QAction::triggered, this, [this] { saveAs(); });
    connect(&session, &Session::opened, this, &SaveController::pictureOpened);
    connect(&session, &Session::historyChanged, this, [this] {
        if (m_session.hasUnsavedWork())
            m_window.jobBar().setState(m_keeper ? tr("Drawn on, not decided yet  ·  journal on")
                                                : tr("Not saved as a file yet  ·  journal on"));
    });
    connect(&session, &Session::closed, this, [this] {
        m_window.jobBar().setState({});
        m_window.actions().send->setEnabled(true); // What waits in the outbox can be sent.
    });
    connect(&session, &Session::journalFailed, this, [this](const QString& why) {
        m_window.messages().show({QStringLiteral("journal"), ui::MessageKind::Error,
            tr("Your strokes are not kept on disk: save often. %1").arg(why), {}, {}});
        m_window.jobBar().setState(tr("Journal off"));
    });
}

void SaveController::pictureOpened()
{
    m_savedPath.clear();
    m_window.jobBar().setState(tr("Journal on: every stroke is on disk"));
    m_window.segmentPanel().setFileKinds(isDicom(),
        tr("The picture is no DICOM object, so its masks cannot be a DICOM SEG: they are saved as NIfTI, NRRD or PNG, "
           "and cannot be sent to an archive."));
    m_window.actions().send->setEnabled(isDicom());
}

bool SaveController::isDicom() const
{
    return m_session.volume() && !m_session.volume()->info().sources.empty();
}

/// For a file dialog: only what this picture's masks can be, the best first.
QStringList SaveController::fileKinds() const
{
    QStringList kinds;
    if (isDicom())
        kinds << tr("DICOM SEG (*.dcm)");
    kinds << tr("NIfTI (*.nii.gz)") << tr("NRRD (*.nrrd)");
    if (m_session.volume()->grid().slices == 1)
        kinds << tr("PNG (*.png)");
    return kinds;
}

QString SaveController::suggestedPath() const
{
    const QString name = QStringLiteral("limn-%1.%2")
                             .arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")),
                                 isDicom() ? QStringLiteral("dcm") : QStringLiteral("nii.gz"));
    return QDir(m_folder.isEmpty() ? QDir::homePath() : m_folder).filePath(name);
}

void SaveController::saveAs(std::function<void()> then)
{
    if (!m_session.isOpen())
        return;
    auto* dialog = new QFileDialog(&m_window, tr("Save Masks"), suggestedPath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(fileKinds());
    if (!isDicom())
        dialog->setLabelText(QFileDialog::FileType, tr("No SEG: the picture is no DICOM object. Save as"));
    const auto takeSuffix = [dialog](const QString& kind) {
        dialog->setDefaultSuffix(kind.section(QStringLiteral("*."), 1).chopped(1));
    };
    takeSuffix(fileKinds().front());
    connect(dialog, &QFileDialog::filterSelected, dialog, takeSuffix);
    connect(dialog, &QFileDialog::fileSelected, this, [this, then = std::move(then)](const QString& path) {
        m_folder = QFileInfo(path).absolutePath();
        saveTo(path.toStdString(), then);
    });
    dialog->open();
}

void SaveController::saveTo(const std::filesystem::path& path, std::function<void()> then)
{
    m_window.messages().remove(kMessage);
    m_snapshot.take([this, path, then = std::move(then)](annotations::LabelMap map, std::uint64_t revision) {
        write(path, std::move(map), revision, then);
    });
}

void SaveController::write(
    const std::filesystem::path& path, annotations::LabelMap map, std::uint64_t revision, std::function<void()> then)
{
    m_jobs.start<imaging::Warnings>(
        {Lane::Io, QStringLiteral("save"), tr("Saving masks")},
        [path, volume = m_session.volume(), map = std::move(map), labels = m_session.labels(),
            provenance = m_session.provenance()](std::stop_token, const imaging::Progress&) {
            imaging::Warnings warnings;
            writeMasks(path, *volume, map, labels, provenance, warnings);
            return warnings;
        },
        [this, path, revision, then = std::move(then)](const imaging::Warnings& warnings) {
            written(path, revision, warnings);
            if (then)
                then();
        },
        [this](const JobFailure& failure) {
            const QString text = ui::errorText(failure.kind, failure.message);
            m_window.messages().show({kMessage, ui::MessageKind::Error, tr("The masks were not saved. %1").arg(text),
                tr("Save elsewhere"), [this] { saveAs(); }});
            Q_EMIT failed(text);
        });
}

void SaveController::written(
    const std::filesystem::path& path, std::uint64_t revision, const imaging::Warnings& warnings)
{
    m_savedPath = path;
    m_savedRevision = revision;
    m_session.markSaved(revision);
    const QString name = QString::fromStdString(path.string());
    m_window.jobBar().setState(
        tr("Saved %1 at %2")
            .arg(QFileInfo(name).fileName(), QTime::currentTime().toString(QStringLiteral("HH:mm:ss"))));
    for (const auto& warning : warnings)
        m_window.messages().show({kMessage, ui::MessageKind::Warning, QString::fromStdString(warning), {}, {}});
    Q_EMIT saved(name);
}

void SaveController::adopt(const std::filesystem::path& path)
{
    m_savedPath = path;
    m_savedRevision = m_session.revision();
    m_session.markSaved(m_savedRevision);
    m_window.jobBar().setState(tr("Masks of %1").arg(QString::fromStdString(path.filename().string())));
}

std::optional<std::filesystem::path> SaveController::savedFile() const
{
    if (m_savedPath.empty() || m_savedRevision != m_session.revision() || m_savedPath.extension() != ".dcm")
        return std::nullopt;
    return m_savedPath;
}

void SaveController::setKeeper(std::optional<MaskKeeper> keeper)
{
    m_keeper = std::move(keeper);
}

void SaveController::whenSafe(const QString& before, std::function<void()> then)
{
    if (m_keeper)
        m_keeper->whenIdle([this, before, then = std::move(then)] { ask(before, then); });
    else
        ask(before, std::move(then));
}

void SaveController::ask(const QString& before, std::function<void()> then)
{
    if (!m_session.hasUnsavedWork())
        return then();
    if (m_asking)
        return;
    m_asking = true;
    const QString question = m_keeper ? m_keeper->question : tr("Save the masks %1?");
    auto* box = new QMessageBox(QMessageBox::Question, tr("Unsaved masks"), question.arg(before),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, &m_window);
    box->setObjectName(QStringLiteral("unsavedBox"));
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setDefaultButton(QMessageBox::Save);
    connect(box, &QMessageBox::finished, this, [this, then = std::move(then)](int button) {
        m_asking = false;
        if (button == QMessageBox::Save && m_keeper)
            m_keeper->keep(then);
        else if (button == QMessageBox::Save)
            saveAs(then);
        else if (button == QMessageBox::Discard)
            then();
    });
    box->open();
}

} // namespace app
