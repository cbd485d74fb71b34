#pragma once

#include "annotations/cohort/cohort.h"
#include "annotations/cohort/training_runs.h"
#include "annotations/label.h"
#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "imaging/volume.h"
#include "models/facade/lvit_training.h"
#include "models/facade/segmenter.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

/// The relabelling session without a window: what `limn relabel` and the workstation's Relabel page both call. Every
/// function may be stopped or killed at any point and called again: it goes on where it was.
namespace app {

/// "anna@ward7": who the history says did it, when no other name is given.
std::string defaultReader();

// Import

struct RelabelImportOptions
{
    /// A folder of pictures (DICOM, PNG, NIfTI, NRRD) and SEGs, one with manifest.csv, or one such file.
    std::filesystem::path source;
    std::string who;
    std::string imageColumn = "image"; ///< Columns of manifest.csv; mask, text and split may be absent or empty.
    std::string maskColumn = "mask";
    std::string textColumn = "text";
    std::optional<imaging::Sides> textSides{}; ///< Decides it for the cohort; nothing: as sidesWanted says.
};

struct RelabelImportResult
{
    int studies = 0; ///< New cases: pictures with their sentence.
    int known = 0; ///< Cases that were there already.
    int labels = 0; ///< New masks.
    int texts = 0; ///< New texts.
    int conflicts = 0; ///< Masks for cases that a reader has decided otherwise: only in the history.
    int refused = 0; ///< Files or rows that could not be taken; each has a warning.
    /// The import stopped at a text that names a side: the cohort does not say whose sides its texts mean, and the
    /// picture has no tags (with DICOM the patient's are meant, as everywhere). It goes on once textSides says it.
    bool sidesWanted = false;
    imaging::Warnings warnings;
    bool cancelled = false;
};

/// Takes pictures, masks and texts into the cohort; what is there already is not taken twice. A case is a picture and a
/// sentence: another sentence about a picture that is there is a case of its own, which is said. Every slice of a stack
/// is a study of its own. The first text that names a side decides whose sides are meant (sidesWanted). Pictures stay
/// where they are (relative to the cohort when they lie in it); a grey copy of at most 1,024 pixels goes to pictures/. A
/// SEG labels the studies it was made from, whether they came before or with it.
/// Throws Error(NotFound) when the source is not there, Error(InvalidInput) for a manifest that cannot be read.
RelabelImportResult importIntoCohort(annotations::Cohort& cohort, const RelabelImportOptions& options,
    std::stop_token stop, const imaging::Progress& progress);

// One case

/// The picture of a case, read from its source.
struct OpenedCase
{
    std::shared_ptr<const imaging::Volume> volume; ///< Null when cancelled.
    int slice = 0;
    imaging::Warnings warnings;
};

/// Throws Error(NotFound) when the picture was moved away, Error(InvalidInput) when it is not the one that was
/// imported, and as openPicture.
OpenedCase openCase(const annotations::Cohort& cohort, const annotations::Study& study, std::stop_token stop,
    const imaging::Progress& progress);

/// The label that the cohort's masks are drawn and exported with.
annotations::Label labelOf(const annotations::Cohort& cohort);

/// A mask drawn elsewhere (PNG, NIfTI, NRRD or SEG) on the picture of a case. Throws Error(InvalidInput) when it does
/// not fit.
annotations::StoredMask readMaskFor(const annotations::Cohort& cohort, const annotations::Study& study,
    const std::filesystem::path& file, std::stop_token stop, imaging::Warnings& warnings);

// Training

/// The settings of a training of which none was chosen: those of `limn train lvit`, and EPI, without the LV loss, over
/// the unlabelled.
models::LvitTrainOptions relabelTrainingDefaults();

struct RelabelTrainOptions
{
    std::string who;
    models::LvitTrainOptions settings =
        relabelTrainingDefaults(); ///< `data` and `output` are the run's own; `resume` is decided here.
    bool startAnew = false; ///< Even if a run was interrupted.
    double validationFraction = 0.2; ///< Of the labelled cases, kept aside when the data has no validation split.
};

/// Trains on the labelled, accepted and edited cases; the others go along without a mask for trainings that use them.
/// An interrupted run is taken up with its own settings and cases. The run's state and curves are in the store all the
/// time. Throws Error(InvalidInput) with fewer than two labelled cases, Error(WrongUse) while another training of
/// this cohort is alive.
annotations::TrainingRun trainCohort(annotations::Cohort& cohort, const RelabelTrainOptions& options,
    std::stop_token stop, const imaging::Progress& progress);

// Prediction

/// Part `index` (from 1) of `count`: studies are dealt out by their number.
struct Shard
{
    int index = 1;
    int count = 1;
};

/// "2/8". Throws Error(WrongUse).
Shard parseShard(const std::string& text);

struct RelabelPredictOptions
{
    std::string who;
    std::string model; ///< Package name or folder; empty: the newest finished run's.
    std::string device = "auto";
    Shard shard;
    double threshold = -1; ///< Below 0: the package's.
    int limit = 0; ///< At most so many cases; 0: all.
    std::int64_t study = 0; ///< Only this one, and anew when its sentence has changed; 0: all.
    bool force = false; ///< Also where there are doubts about the picture or the sentence (--force).
};

struct RelabelPredictResult
{
    annotations::ModelStamp model;
    int predicted = 0;
    int upToDate = 0; ///< Had this model's mask for this text already.
    int decidedMeanwhile = 0; ///< A reader was faster; the mask was dropped.
    int notDrawn = 0; ///< Their sentence denies the finding, or was not understood; each has a warning.
    int failed = 0; ///< Each has a warning; the others went on.
    int confirmable = 0; ///< Of those that failed: the user may confirm that they are meant (RelabelPredictOptions::force).
    imaging::Warnings warnings; ///< "S000042: ..." for what is about one case.
    bool cancelled = false;
};

/// Predicts every case that is open, or was rejected with another model's mask. Cases without a text get the package's
/// finding as one. What the run says of a case is kept with it; a case that there are doubts about is left without a
/// proposal and comes first in the queue. Throws Error(NotFound) when there is no model, and as Library::openSegmenter.
RelabelPredictResult predictCohort(annotations::Cohort& cohort, const RelabelPredictOptions& options,
    std::stop_token stop, const imaging::Progress& progress);

// Export

enum class ExportFormat { Png, Nifti, Seg };

struct RelabelExportOptions
{
    std::filesystem::path output; ///< A folder that is not there yet, empty, or an earlier export.
    std::vector<ExportFormat> formats{ExportFormat::Png};
    /// Which cases get their mask exported; all others with a picture are rows without a mask.
    std::vector<annotations::CaseState> states{
        annotations::CaseState::Labelled, annotations::CaseState::Accepted, annotations::CaseState::Edited};
    bool unlabelledRows = true; ///< False: only the cases with a mask.
};

struct RelabelExportResult
{
    int masks = 0;
    int pictures = 0;
    int failed = 0; ///< Each has a warning.
    imaging::Warnings warnings;
    bool cancelled = false;
};

/// Writes a data set that `limn train lvit` and `limn relabel import` read: manifest.csv (split, image, mask, text, and
/// who or which model made each mask from what), images/ as PNG without patient data, masks/ in each format, and
/// provenance/ with the whole history of each mask. SEGs are only written for DICOM pictures, and name the patient.
RelabelExportResult exportCohort(const annotations::Cohort& cohort, const RelabelExportOptions& options,
    std::stop_token stop, const imaging::Progress& progress);

} // namespace app
