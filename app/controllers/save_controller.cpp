#include "app/controllers/save_controller.h"

#include "app/workflow/mask_files.h"
#include "ui/actions.h"
#include "ui/error_text.h"
#include "ui/main_window.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/message_strip.h"

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
{
    connect(window.actions().saveSeg, &QAction::triggered, this, [this] { saveAs(); });
    connect(&session, &Session::opened, this, [this] {
        m_savedPath.clear();
        m_window.jobBar().setState(tr("Journal on: every stroke is on disk"));
    });
    connect(&session, &Session::historyChanged, this, [this] {
        if (m_session.hasUnsavedWork())
            m_window.jobBar().setState(tr("Not saved as a file yet  ·  journal on"));
    });
    connect(&session, &Session::closed, this, [this] { m_window.jobBar().setState({}); });
    connect(&session, &Session::journalFailed, this, [this](const QString& why) {
        m_window.messages().show({QStringLiteral("journal"), ui::MessageKind::Error,
            tr("Your strokes are not kept on disk: save often. %1").arg(why), {}, {}});
        m_window.jobBar().setState(tr("Journal off"));
    });
}

QString SaveController::suggestedPath() const
{
    const bool dicom = m_session.volume() && !m_session.volume()->info().sources.empty();
    const QString name = QStringLiteral("limn-%1.%2")
                             .arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")),
                                 dicom ? QStringLiteral("dcm") : QStringLiteral("nii.gz"));
    return QDir(m_folder.isEmpty() ? QDir::homePath() : m_folder).filePath(name);
}

void SaveController::saveAs(std::function<void()> then)
{
    if (!m_session.isOpen())
        return;
    auto* dialog = new QFileDialog(&m_window, tr("Save Masks"), suggestedPath(),
        tr("DICOM SEG (*.dcm);;NIfTI (*.nii.gz);;NRRD (*.nrrd);;PNG (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, this, [this, then = std::move(then)](const QString& path) {
        m_folder = QFileInfo(path).absolutePath();
        saveTo(path.toStdString(), then);
    });
    dialog->open();
}

void SaveController::saveTo(const std::filesystem::path& path, std::function<void()> then)
{
    if (!m_session.isOpen())
        return;
    const std::uint64_t revision = m_session.revision();
    m_window.messages().remove(kMessage);
    m_jobs.start<imaging::Warnings>(
        {Lane::Io, QStringLiteral("save"), tr("Saving masks")},
        [path, volume = m_session.volume(), map = *m_session.labelMap(), labels = m_session.labels(),
            provenance = m_session.provenance()](std::stop_token, const imaging::Progress&) {
            imaging::Warnings warnings;
            writeMasks(path, *volume, map, labels, provenance, warnings);
            return warnings;
        },
        [this, path, revision, then = std::move(then)](const imaging::Warnings& warnings) {
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

std::optional<std::filesystem::path> SaveController::savedFile() const
{
    if (m_savedPath.empty() || m_savedRevision != m_session.revision() || m_savedPath.extension() != ".dcm")
        return std::nullopt;
    return m_savedPath;
}

void SaveController::whenSafe(const QString& before, std::function<void()> then)
{
    if (!m_session.hasUnsavedWork())
        return then();
    if (m_asking)
        return;
    m_asking = true;
    auto* box = new QMessageBox(QMessageBox::Question, tr("Unsaved masks"), tr("Save the masks %1?").arg(before),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, &m_window);
    box->setObjectName(QStringLiteral("unsavedBox"));
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setDefaultButton(QMessageBox::Save);
    connect(box, &QMessageBox::finished, this, [this, then = std::move(then)](int button) {
        m_asking = false;
        if (button == QMessageBox::Save)
            saveAs(then);
        else if (button == QMessageBox::Discard)
            then();
    });
    box->open();
}

} // namespace app
