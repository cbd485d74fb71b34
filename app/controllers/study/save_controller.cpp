#include "app/controllers/study/save_controller.h"

#include "app/controllers/study/mask_file_name.h"
#include "app/controllers/study/saved_note.h"
#include "app/workflow/mask_files.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/qt_text.h"
#include "ui/study_actions.h"

#include <QAction>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QMessageBox>

namespace app {

namespace {

const QString kSaveMessage = QStringLiteral("save");

} // namespace

SaveController::SaveController(JobRunner& jobs, Session& session, const StudyScreen& screen, ui::JobBar& bar,
    const QString& settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_screen(screen)
    , m_line(session, screen.messages, bar)
    , m_folder(settingsFile, QStringLiteral("save"))
    , m_snapshot(session)
{
    connect(screen.actions.saveSeg, &QAction::triggered, this, [this] { saveAs(); });
    connect(&session, &Session::opened, this, &SaveController::pictureOpened);
    connect(&m_line, &WorkLine::takeOverRequested, this, &SaveController::takeOverRequested);
    connect(&session, &Session::closed, this, [this] {
        m_savedPath.clear();
        m_screen.actions.send->setEnabled(true); // What waits in the outbox can be sent.
    });
}

void SaveController::pictureOpened()
{
    m_savedPath.clear();
    m_line.setSaved({});
    if (const auto& note = m_session.savedNote())
        remember(*note);
    m_line.sayReadOnly();
    Q_EMIT fileKindsChanged(isDicom(),
        tr("The picture is no DICOM object, so its masks cannot be a DICOM SEG: they are saved as NIfTI, NRRD or PNG, "
           "and cannot be sent to an archive."));
    m_screen.actions.send->setEnabled(isDicom());
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
    const QString remembered = m_folder.last();
    const QString folder = QFileInfo(remembered).isDir() ? remembered : QDir::homePath();
    const QString stem = maskFileStem(m_session.volume()->info().study, QDateTime::currentDateTime());
    return freePath(folder, stem, isDicom() ? QStringLiteral(".dcm") : QStringLiteral(".nii.gz"));
}

void SaveController::saveAs(std::function<void()> then)
{
    if (!m_session.isOpen())
        return;
    auto* dialog = new QFileDialog(&m_screen.window, tr("Save Masks"), suggestedPath());
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
    connect(dialog, &QFileDialog::rejected, this, &SaveController::givenUp);
    connect(dialog, &QFileDialog::fileSelected, this, [this, then = std::move(then)](const QString& path) {
        m_folder.remember(QFileInfo(path).absolutePath());
        saveTo(path.toStdString(), then);
    });
    dialog->open();
}

void SaveController::saveQuietly(std::function<void()> then)
{
    if (QFileInfo(m_folder.last()).isDir())
        saveTo(suggestedPath().toStdString(), std::move(then));
    else
        saveAs(std::move(then));
}

void SaveController::saveTo(const std::filesystem::path& path, std::function<void()> then)
{
    m_screen.messages.remove(kSaveMessage);
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
            m_screen.messages.show({kSaveMessage, ui::MessageKind::Error, tr("The masks were not saved. %1").arg(text),
                tr("Save elsewhere"), [this] { saveAs(); }});
            Q_EMIT failed(text);
        });
}

void SaveController::written(
    const std::filesystem::path& path, std::uint64_t revision, const imaging::Warnings& warnings)
{
    const auto note = savedNoteOf(path);
    m_savedPath = path;
    m_savedRevision = revision;
    m_line.setSaved(savedText(note));
    m_session.markSaved(revision, note);
    const QString name = QString::fromStdString(path.string());
    for (const auto& warning : warnings)
        m_screen.messages.show({kSaveMessage, ui::MessageKind::Warning, QString::fromStdString(warning), {}, {}});
    Q_EMIT saved(name);
}

void SaveController::adopt(const std::filesystem::path& path)
{
    m_savedPath = path;
    m_savedRevision = m_session.revision();
    m_line.setSaved(tr("Masks of %1").arg(ui::qt(path.filename().string())));
    m_session.markSaved(m_savedRevision, savedNoteOf(path));
    Q_EMIT saved(ui::qt(path.string()));
}

void SaveController::stored(const QString& archive, std::uint64_t revision, const std::filesystem::path& file)
{
    const auto note = savedNoteOf(file, archive);
    if (revision == m_session.revision())
        m_line.setSaved(savedText(note));
    m_session.markSaved(revision, note);
}

/// The masks that came back with the study are those of a file, when it is still the same, or of an archive.
void SaveController::remember(const annotations::SavedNote& note)
{
    m_line.setSaved(savedText(note));
    if (!isUnchanged(note) || m_session.hasUnsavedWork())
        return;
    m_savedPath = note.file;
    m_savedRevision = m_session.revision();
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
    m_line.setDecides(m_keeper.has_value());
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
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, &m_screen.window);
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
