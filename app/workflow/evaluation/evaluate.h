#pragma once

#include "app/workflow/evaluation/case_facts.h"
#include "app/workflow/evaluation/paraphrase.h"
#include "app/workflow/evaluation/score_summary.h"
#include "app/workflow/evaluation/threshold_sweep.h"
#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "models/facade/evaluation.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// Which text a model gets for a picture.
enum class TextKind {
    Given, ///< The data's.
    None, ///< Zero vectors.
    Shuffled, ///< Another picture's: a seeded shuffle in which nobody keeps its own.
    Caption, ///< What another model writes about the picture, in the package's wording.
    Paraphrased, ///< The data's in other words, by each of the ways, raw and as the workstation sends it.
};

/// "given", "none", "shuffled", "caption" or "paraphrased". Throws Error(WrongUse) for another word.
TextKind parseTextKind(const std::string& name);

/// What to score, and how.
struct EvaluateRequest
{
    std::vector<TextKind> texts{TextKind::Given};
    std::vector<ParaphraseWay> ways; ///< For Paraphrased.
    /// Whose left and right the data's texts mean. Without it: the package's, unless both a text names a side and its
    /// picture says where the patient's are; then nothing tells, and it has to be said.
    std::optional<imaging::Sides> sides;
    /// Where the patient's sides are on a picture (EvaluationCase::image); empty: unknown on all.
    std::function<imaging::PictureSides(const std::string& image)> sidesOf;
    /// For Caption: what is written about a picture (EvaluationCase::image), naming these sides.
    std::function<std::string(const std::string& image, imaging::Sides whose)> captionOf;
    double threshold = -1; ///< Predicted is what lies above; below 0: the package's.
    double tolerance = 2; ///< Of surface Dice, in millimetres or pixels as EvaluationResult::inMm says.
    std::uint64_t seed = 666; ///< Of the shuffle and the bootstrap.
    int resamples = 1000;
    std::size_t sheetCases = 0; ///< How many of the best, the median and the worst cases to keep with their pictures.
};

/// All cases under one text each.
struct TextScores
{
    std::string text; ///< "given", "none", "shuffled", "caption" or "paraphrased"
    std::string way; ///< Of a paraphrase.
    std::string wording; ///< Of a paraphrase: "raw", or "as sent" in the package's wording by the workstation's rules.
    std::vector<std::string> sent; ///< What the model got, by case.
    std::vector<CaseScore> cases;
    /// Of a package with several classes: classes[c][i] are the pixels of class c in case i.
    std::vector<std::vector<models::scoring::PixelCounts>> classes = {};
};

/// A case of the picture sheet, under the first text.
struct SheetCase
{
    std::string group; ///< "best", "median" or "worst"
    std::size_t index = 0;
    models::data::GreyPicture picture; ///< As the network gets it.
    std::vector<std::uint8_t> truth; ///< 1 inside, on the true mask's own grid.
    std::vector<std::uint8_t> predicted;
};

struct EvaluationResult
{
    models::PackageInfo package;
    std::vector<models::EvaluationCase> cases;
    std::vector<std::string> given; ///< The cases' texts, with the sides that the package means.
    imaging::Sides sides = imaging::Sides::Picture; ///< That the data's texts mean.
    std::vector<CaseFacts> facts;
    std::vector<TextScores> texts; ///< In the order asked for; a paraphrase gives two for each way.
    std::vector<SweepPoint> sweep; ///< Under the first text.
    std::vector<CaseScore> bestPossible; ///< What a perfect mask of the network's size would get.
    std::vector<SheetCase> sheet;
    int unlabelled = 0; ///< Rows without a mask, left out.
    int notParaphrased = 0; ///< Texts that the report's grammar does not understand: they went as they stand.
    bool inMm = false; ///< Distances are in millimetres: every case's spacing is known. Otherwise in pixels.
    double threshold = 0.5;
    bool cancelled = false;
    imaging::Warnings warnings; ///< What is odd about the data.
};

/// Scores a package on every case, each on its true mask's own grid; its texts are brought to the package's sides as
/// `limn segment` does. On a stop request the result says cancelled and is not to be used. Throws Error(WrongUse) where
/// EvaluateRequest::sides has to be said, and Error(InvalidInput) for a text whose sides its picture does not tell.
EvaluationResult evaluate(models::Evaluation& evaluation, const EvaluateRequest& request, std::stop_token stop,
    const imaging::Progress& progress);

/// The mean of all ways of a wording, or one entry for each other kind of text: what figures are printed for.
struct TextSummary
{
    std::string text; ///< "given", "none", "shuffled", "caption", "paraphrased, raw" or "paraphrased, as sent"
    ScoreSummary scores;
};
std::vector<TextSummary> summarizeTexts(const EvaluationResult& result, const Bootstrap& bootstrap);

/// The cases that share a fact, and their scores under the first text.
struct GroupSummary
{
    std::string by; ///< "mask_side", "text_side", "mask_areas", "text_areas" or "mask_part"
    std::string value;
    ScoreSummary scores;
};
std::vector<GroupSummary> summarizeGroups(const EvaluationResult& result, const Bootstrap& bootstrap);

/// How many different pictures the cases show: one with several sentences is one.
std::size_t pictureCount(const EvaluationResult& result);

/// 0, 1, ... as positions of all cases.
std::vector<std::size_t> allCases(const EvaluationResult& result);

} // namespace app
