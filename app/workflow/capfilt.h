#pragma once

#include "app/workflow/prompt.h"
#include "imaging/progress.h"
#include "models/facade/reporter.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// What is done with pictures and the texts that came with them (Li et al. 2022, arXiv:2201.12086, section 3.3:
/// CapFilt).
struct CapFiltRequest
{
    /// A table (CSV) of pictures and texts, or a folder with manifest.csv; pictures lie in its folder.
    std::filesystem::path data;
    std::string imageColumn = "image";
    std::string textColumn = "text";
    std::filesystem::path output; ///< Table of the pairs that are kept.
    /// How the second text of each picture is written; the seed counts up picture by picture.
    models::DraftRequest writing;
    UserSides user; ///< Whose sides the table's texts mean, those that are written for it, too.
    /// Probability of belonging together from which a pair is kept. Nothing: the filter's own yes or no (TextMatch::fits),
    /// or 0.5, BLIP's.
    std::optional<double> least;
    /// Which ones judge and write, by their content (digestOfModel), for the judgements: a run goes on with the same
    /// only.
    std::string models;
    std::vector<models::PackageHead> heads; ///< What those say of the pictures that they are for (headOf).
    bool resume = false; ///< Go on from the judgements beside `output`, NAME.judged.
};

/// One text of one picture, judged.
struct JudgedPair
{
    std::string image; ///< As the table names it.
    int slice = 0; ///< From 1; 0: the table names none.
    std::string text;
    bool written = false; ///< By the captioner; else it came with the picture.
    double probability = 0; ///< That they belong together.
    bool fits = false; ///< By the filter's own threshold.
};

struct CapFiltOutcome
{
    std::vector<JudgedPair> pairs; ///< All that were judged, in the order of the table.
    int keptGiven = 0;
    int droppedGiven = 0;
    int keptWritten = 0;
    int droppedWritten = 0;
    int cut = 0; ///< Texts that are longer than the filter reads: only their beginning was judged.
    imaging::Warnings warnings; ///< Of all pairs, each sentence once.
    imaging::Warnings refused; ///< Pictures that could not be judged, one sentence each.
    bool cancelled = false; ///< The judgements so far wait beside the output.
};

/// Judges each text with `filter`; with a `captioner` a text of its own for each picture, too. Writes the kept pairs as
/// a table with the columns of the input and `origin` (given or written) and `probability`, when all is done; until
/// then each judgement is kept in NAME.judged beside the output. When no picture could be judged, none is written.
/// Throws Error(WrongUse) for models that cannot do this,
/// or where judgements of an earlier run wait and `resume` is not set, they were made with other models or settings,
/// the output is a picture of the table or another file (requireKeptTable), or `least` is no probability;
/// Error(InvalidInput) for a prompt that is no UTF-8, for a table without the columns or a path that leaves its folder,
/// and where a picture does not tell the sides that a model needs (sided_texts.h); Error(NotFound) and Error(Io).
CapFiltOutcome captionAndFilter(models::Reporter* captioner, models::Reporter& filter, const CapFiltRequest& request,
    std::stop_token stop, const imaging::Progress& progress);

/// Throws Error(WrongUse) for a file that is there and is no table of kept pairs, which would be lost.
void requireKeptTable(const std::filesystem::path& output);

/// The judgements of a run that goes to this output.
std::filesystem::path judgedFile(const std::filesystem::path& output);

} // namespace app
