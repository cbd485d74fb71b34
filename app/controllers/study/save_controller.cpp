#include "app/controllers/study/save_controller.h"

#include "app/workflow/mask_files.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/series_model.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/segment_panel.h"

#include <QAction>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QMessageBox>
#include <QRegularExpression>

namespace app {

namespace {

const QString kMessage = QStringLiteral("save");
const QString kJournal = QStringLiteral("journal");
const QString kReadOnly = QStringLiteral("readOnly");

/// What says whether a file is still the one that was written. Empty path: none.
annotations::SavedNote noteOf(const std::filesystem::path& path, const QString& archive = {})
{
    annotations::SavedNote note;
    std::error_code missing;
    note.when = QDateTime::currentSecsSinceEpoch();
    note.archive = archive.toStdString();
    if (path.empty())
        return note;
    note.file = std::filesystem::absolute(path, missing).string();
    note.fileBytes = std::filesystem::file_size(path, missing);
    note.fileTime = QFileInfo(QString::fromStdString(path.string())).lastModified().toMSecsSinceEpoch();
    return note;
}

bool isUnchanged(const annotations::SavedNote& note)
{
    const auto now = noteOf(note.file);
    return !note.file.empty() && now.fileBytes == note.fileBytes && now.fileTime == note.fileTime;
}

QString timeText(std::int64_t when)
{
    const auto time = QDateTime::fromSecsSinceEpoch(when);
    const bool today = time.date() == QDate::currentDate();
    return time.toString(today ? QStringLiteral("HH:mm:ss") : QStringLiteral("yyyy-MM-dd HH:mm"));
}

/// Letters and digits only: what a file name can hold on every system.
QString forFileName(const QString& text)
{
    static const QRegularExpression other(QStringLiteral("[^\\p{L}\\p{N}]+"));
    return QString(text).replace(other, QStringLiteral("-")).left(40);
}

/// The series in words, without those of the patient's name and number, should someone have written them there.
QString seriesWords(const imaging::StudyContext& study)
{
    const auto wordsOf = [](const std::string& text) {
        return forFileName(QString::fromStdString(text)).split(QLatin1Char('-'), Qt::SkipEmptyParts);
    };
    const QStringList patient = wordsOf(study.patientName) + wordsOf(study.patientId);
    QStringList words;
    const auto& description = study.seriesDescription.empty() ? study.studyDescription : study.seriesDescription;
    for (const QString& word : wordsOf(description))
        if (!patient.contains(word, Qt::CaseInsensitive))
            words << word;
    return words.join(QLatin1Char('-'));
}

QString fileName(const std::string& path)
{
    return QFileInfo(QString::fromStdString(path)).fileName();
}

} // namespace

QString maskFileStem(const imaging::StudyContext& study, const QDateTime& now)
{
    QStringList parts{forFileName(ui::dateText(study.studyDate)), forFileName(QString::fromStdString(study.modality)),
        seriesWords(study), QStringLiteral("mask-%1").arg(now.toString(QStringLiteral("yyyyMMdd-HHmmss")))};
    parts.removeAll(QString());
    return parts.join(QLatin1Char('_'));
}

SaveController::SaveController(JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages,
    ui::JobBar& bar,
    const QString& settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_page(page)
    , m_messages(messages)
    , m_bar(bar)
    , m_folder(settingsFile, QStringLiteral("save"))
    , m_snapshot(session)
{
    connect(page.actions().saveSeg, &QAction::triggered, this, [this] { saveAs(); });
    connect(&session, &Session::opened, this, &SaveController::pictureOpened);
    connect(&session, &Session::historyChanged, this, &SaveController::updateLine);
    connect(&session, &Session::closed, this, [this] {
        m_savedPath.clear();
        m_savedText.clear();
        updateLine();
        m_messages.remove(kReadOnly);
        m_page.actions().send->setEnabled(true); // What waits in the outbox can be sent.
    });
    watchJournal();
}

void SaveController::watchJournal()
{
    const auto say = [this](const QString& id, ui::MessageKind kind, const QString& text) {
        m_messages.show({id, kind, text, {}, {}});
    };
    connect(&m_session, &Session::journalStateChanged, this, &SaveController::updateLine);
    connect(&m_session, &Session::journalFailed, this, [say](const QString& why) {
        say(kJournal, ui::MessageKind::Error, tr("Your strokes are not kept on disk: save often. %1").arg(why));
    });
    connect(&m_session, &Session::journalRecovered, this, [say] {
        say(kJournal, ui::MessageKind::Info,
            tr("The journal could not be kept for a while. It is written again, whole: a crash would lose nothing."));
    });
    connect(&m_session, &Session::editRefused, this,
        [say](const QString& why) { say(kReadOnly, ui::MessageKind::Warning, why); });
    connect(&m_session, &Session::journalFreed, this, [this] {
        m_messages.show({kReadOnly, ui::MessageKind::Info,
            tr("The other window has let go of this study: it can be worked on here."), tr("Work on it here"),
            [this] { Q_EMIT takeOverRequested(); }});
    });
}

void SaveController::updateLine()
{
    QStringList parts{workText(), journalText()};
    parts.removeAll(QString());
    m_bar.setState(parts.join(QStringLiteral("  ·  ")));
}

QString SaveController::workText() const
{
    if (m_session.hasUnsavedWork())
        return m_keeper ? tr("Drawn on, not decided yet") : tr("Not saved as a file yet");
    return m_savedText;
}

QString SaveController::journalText() const
{
    if (!m_session.isOpen())
        return {};
    switch (m_session.journalState()) {
    case JournalState::OnDisk:
        return tr("Journal on: every stroke is on disk");
    case JournalState::Writing:
        return tr("Journal on: writing…");
    case JournalState::Failed:
        return tr("Journal off: a crash would lose what is not saved");
    case JournalState::Elsewhere:
        return tr("Read only: another window has this study");
    case JournalState::None:
        break;
    }
    return tr("Journal off");
}

void SaveController::pictureOpened()
{
    m_savedPath.clear();
    m_savedText.clear();
    if (const auto& note = m_session.savedNote())
        remember(*note);
    if (const QString why = m_session.readOnlyReason(); !why.isEmpty())
        m_messages.show({kReadOnly, ui::MessageKind::Warning, why, {}, {}});
    updateLine();
    m_page.panel().setFileKinds(isDicom(),
        tr("The picture is no DICOM object, so its masks cannot be a DICOM SEG: they are saved as NIfTI, NRRD or PNG, "
           "and cannot be sent to an archive."));
    m_page.actions().send->setEnabled(isDicom());
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
    const QDir folder(QFileInfo(remembered).isDir() ? remembered : QDir::homePath());
    const QString stem = maskFileStem(m_session.volume()->info().study, QDateTime::currentDateTime());
    const QString suffix = isDicom() ? QStringLiteral(".dcm") : QStringLiteral(".nii.gz");
    QString path = folder.filePath(stem + suffix);
    for (int number = 2; QFileInfo::exists(path); ++number)
        path = folder.filePath(QStringLiteral("%1-%2%3").arg(stem).arg(number).arg(suffix));
    return path;
}

void SaveController::saveAs(std::function<void()> then)
{
    if (!m_session.isOpen())
        return;
    auto* dialog = new QFileDialog(m_page.window(), tr("Save Masks"), suggestedPath());
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
    m_messages.remove(kMessage);
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
            m_messages.show({kMessage, ui::MessageKind::Error, tr("The masks were not saved. %1").arg(text),
                tr("Save elsewhere"), [this] { saveAs(); }});
            Q_EMIT failed(text);
        });
}

void SaveController::written(
    const std::filesystem::path& path, std::uint64_t revision, const imaging::Warnings& warnings)
{
    const auto note = noteOf(path);
    m_savedPath = path;
    m_savedRevision = revision;
    m_savedText = tr("Saved %1 at %2").arg(fileName(note.file), timeText(note.when));
    m_session.markSaved(revision, note);
    const QString name = QString::fromStdString(path.string());
    for (const auto& warning : warnings)
        m_messages.show({kMessage, ui::MessageKind::Warning, QString::fromStdString(warning), {}, {}});
    Q_EMIT saved(name);
}

void SaveController::adopt(const std::filesystem::path& path)
{
    m_savedPath = path;
    m_savedRevision = m_session.revision();
    m_savedText = tr("Masks of %1").arg(fileName(path.string()));
    m_session.markSaved(m_savedRevision, noteOf(path));
}

void SaveController::stored(const QString& archive, std::uint64_t revision, const std::filesystem::path& file)
{
    const auto note = noteOf(file, archive);
    if (revision == m_session.revision())
        m_savedText = tr("Stored in %1 at %2").arg(archive, timeText(note.when));
    m_session.markSaved(revision, note);
}

/// The masks that came back with the study are those of a file, when it is still the same, or of an archive.
void SaveController::remember(const annotations::SavedNote& note)
{
    m_savedText = note.archive.empty()
        ? tr("Saved %1 at %2").arg(fileName(note.file), timeText(note.when))
        : tr("Stored in %1 at %2").arg(QString::fromStdString(note.archive), timeText(note.when));
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
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, m_page.window());
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
