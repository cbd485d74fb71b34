#include "app/controllers/study/save_controller.h"

#include "annotations/rtstruct/rtstruct.h"
#include "app/controllers/study/mask_file_name.h"
#include "app/controllers/study/saved_note.h"
#include "app/workflow/mask_files.h"
#include "imaging/error.h"
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

/// What a file dialog calls the kinds whose names all end in .dcm.
QString nameOf(SaveKind kind)
{
    switch (kind) {
    case SaveKind::SegWithReport:
        return SaveController::tr("DICOM SEG and measurements, SR (*.dcm)");
    case SaveKind::Contours:
        return SaveController::tr("DICOM contours, RTSTRUCT (*.dcm)");
    case SaveKind::ByName:
        break;
    }
    return SaveController::tr("DICOM SEG (*.dcm)");
}

/// Also where it cannot be read: then it is no SEG that could be sent.
bool mayBeContours(const std::filesystem::path& file)
{
    try {
        return file.extension() == ".dcm" && annotations::isStructureSet(file);
    } catch (const imaging::Error&) {
        return true;
    }
}

SaveKind kindNamed(const QString& name)
{
    for (const auto kind : {SaveKind::SegWithReport, SaveKind::Contours})
        if (name == nameOf(kind))
            return kind;
    return SaveKind::ByName;
}

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

/// Contours lie in the patient, where an X-ray does not.
bool SaveController::canBeContours() const
{
    return isDicom() && !m_session.volume()->info().study.frameOfReferenceUid.empty()
        && !m_session.volume()->info().sources.front().imagePosition.empty();
}

/// For a file dialog: only what this picture's masks can be, the best first.
QStringList SaveController::fileKinds() const
{
    QStringList kinds;
    if (isDicom())
        kinds << nameOf(SaveKind::ByName) << nameOf(SaveKind::SegWithReport);
    if (canBeContours())
        kinds << nameOf(SaveKind::Contours);
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
    connect(dialog, &QFileDialog::fileSelected, this, [this, dialog, then = std::move(then)](const QString& path) {
        m_folder.remember(QFileInfo(path).absolutePath());
        saveTo(path.toStdString(), then, kindNamed(dialog->selectedNameFilter()));
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

void SaveController::saveTo(const std::filesystem::path& path, std::function<void()> then, SaveKind kind)
{
    m_screen.messages.remove(kSaveMessage);
    m_snapshot.take([this, path, kind, then = std::move(then)](annotations::LabelMap map, std::uint64_t revision) {
        write({path, kind, revision}, std::move(map), then);
    });
}

void SaveController::write(const Target& target, annotations::LabelMap map, std::function<void()> then)
{
    m_jobs.start<imaging::Warnings>(
        {Lane::Io, QStringLiteral("save"), tr("Saving masks")},
        [target, volume = m_session.volume(), map = std::move(map), labels = m_session.labels(),
            provenance = m_session.provenance(), words = reportWords()](
            std::stop_token stop, const imaging::Progress& progress) {
            imaging::Warnings warnings;
            const MasksOfPicture masks{*volume, map, labels, provenance};
            if (target.kind == SaveKind::Contours)
                writeContours(target.path, masks);
            else
                writeMasks(target.path, *volume, map, labels, provenance, warnings);
            if (target.kind == SaveKind::SegWithReport)
                writeReportOn(target.path, reportBeside(target.path), masks, words, stop, progress);
            return warnings;
        },
        [this, target, then = std::move(then)](const imaging::Warnings& warnings) {
            written(target, warnings);
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

void SaveController::written(const Target& target, const imaging::Warnings& warnings)
{
    const auto note = savedNoteOf(target.path);
    const bool isContours = target.kind == SaveKind::Contours;
    m_savedPath = isContours ? std::filesystem::path() : target.path;
    m_savedReport =
        target.kind == SaveKind::SegWithReport ? reportBeside(target.path) : std::filesystem::path();
    m_savedRevision = target.revision;
    m_line.setSaved(savedText(note));
    m_session.markSaved(target.revision, note);
    for (const auto& warning : warnings)
        m_screen.messages.show({kSaveMessage, ui::MessageKind::Warning, QString::fromStdString(warning), {}, {}});
    Q_EMIT saved(QString::fromStdString(target.path.string()));
}

void SaveController::adopt(const std::filesystem::path& path)
{
    m_savedPath = path;
    m_savedReport.clear();
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
    if (!isUnchanged(note) || m_session.hasUnsavedWork() || mayBeContours(note.file))
        return;
    m_savedPath = note.file;
    m_savedReport.clear();
    m_savedRevision = m_session.revision();
}

std::optional<std::filesystem::path> SaveController::savedFile() const
{
    if (m_savedPath.empty() || m_savedRevision != m_session.revision() || m_savedPath.extension() != ".dcm")
        return std::nullopt;
    return m_savedPath;
}

std::optional<std::filesystem::path> SaveController::savedReport() const
{
    std::error_code missing;
    if (!savedFile() || m_savedReport.empty() || !std::filesystem::exists(m_savedReport, missing))
        return std::nullopt;
    return m_savedReport;
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
