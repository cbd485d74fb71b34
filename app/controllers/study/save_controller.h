#pragma once

#include "app/controllers/dialog_folder.h"
#include "app/controllers/study/study_screen.h"
#include "app/controllers/study/work_line.h"
#include "app/session/job_runner.h"
#include "app/session/mask_snapshot.h"
#include "app/session/session.h"
#include "app/workflow/report_files.h"

#include <QObject>

#include <filesystem>
#include <functional>
#include <optional>

namespace ui {
class JobBar;
} // namespace ui

namespace app {

/// Keeps the masks of the open picture otherwise than as a file that the user names.
struct MaskKeeper
{
    QString question; ///< "Keep the mask %1?"; what is about to happen is put in.
    std::function<void(std::function<void()>)> keep; ///< Keeps the masks and then calls.
    std::function<void(std::function<void()>)> whenIdle; ///< Calls once nothing is on its way to the disk.
};

/// What masks are saved as.
enum class SaveKind {
    ByName, ///< A DICOM SEG, NIfTI, NRRD or PNG, as the file's name ends.
    SegWithReport, ///< A SEG, and the measurements of its segments in a DICOM SR beside it (reportBeside()).
    Contours, ///< DICOM RTSTRUCT.
};

/// Writes the masks as DICOM SEG, SEG with a report, RTSTRUCT (or NIfTI, NRRD, PNG by the file's ending) and asks about
/// unsaved work.
class SaveController : public QObject
{
    Q_OBJECT

public:
    SaveController(JobRunner& jobs, Session& session, const StudyScreen& screen, ui::JobBar& bar,
        const QString& settingsFile);

    /// Asks for a file name, then saves; `then` is called when all is on disk.
    void saveAs(std::function<void()> then = {});
    /// A file that is not there yet, in the folder that was chosen last: "2026-01-03_CT_Chest_mask-20261128-1905.dcm".
    QString suggestedPath() const;
    /// Saves under a name of its own in the folder that was chosen last; asks when none was.
    void saveQuietly(std::function<void()> then);
    void saveTo(const std::filesystem::path& path, std::function<void()> then = {}, SaveKind kind = SaveKind::ByName);

    /// Says that the present masks are those of this file.
    void adopt(const std::filesystem::path& path);

    /// Says that an archive has stored the masks of `revision`, which `file` holds too unless it is empty.
    void stored(const QString& archive, std::uint64_t revision, const std::filesystem::path& file);

    /// Calls `then` at once when nothing is unsaved; otherwise asks: save, discard or stay.
    void whenSafe(const QString& before, std::function<void()> then);

    /// Whoever has pictures of a cohort open keeps their masks; nothing: masks are files again.
    void setKeeper(std::optional<MaskKeeper> keeper);

    /// The SEG that holds the present masks; none when they changed since.
    std::optional<std::filesystem::path> savedFile() const;
    /// The report that was saved with it; none when there is none.
    std::optional<std::filesystem::path> savedReport() const;

    /// Who knows the words of reports on the open study's masks; without it they have none.
    void setReportWords(std::function<ReportWords()> words) { m_words = std::move(words); }
    ReportWords reportWords() const { return m_words ? m_words() : ReportWords(); }

Q_SIGNALS:
    void saved(const QString& path);
    /// Another picture: whether its masks can be a DICOM SEG and be sent; `why` says why not.
    void fileKindsChanged(bool dicom, const QString& why);
    void failed(const QString& why);
    /// The user wants to work on the open study, which another window has let go of.
    void takeOverRequested();
    /// The dialog that asks for a file name was left without one.
    void givenUp();

private:
    void pictureOpened();
    void remember(const annotations::SavedNote& note);
    void ask(const QString& before, std::function<void()> then);
    bool isDicom() const;
    QStringList fileKinds() const;
    bool canBeContours() const;
    /// What is to be saved, and where to.
    struct Target
    {
        std::filesystem::path path;
        SaveKind kind = SaveKind::ByName;
        std::uint64_t revision = 0;
    };
    void write(const Target& target, annotations::LabelMap map, std::function<void()> then);
    void written(const Target& target, const imaging::Warnings& warnings);

    JobRunner& m_jobs;
    Session& m_session;
    StudyScreen m_screen;
    WorkLine m_line;
    DialogFolder m_folder; ///< Where masks are saved.
    MaskSnapshot m_snapshot;
    std::filesystem::path m_savedPath; ///< Never of contours, which are no SEG.
    std::filesystem::path m_savedReport; ///< Saved with `m_savedPath`; empty: none.
    std::uint64_t m_savedRevision = 0;
    bool m_asking = false;
    std::optional<MaskKeeper> m_keeper;
    std::function<ReportWords()> m_words;
};

} // namespace app
