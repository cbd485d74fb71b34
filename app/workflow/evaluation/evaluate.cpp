#include "app/workflow/evaluation/evaluate.h"

#include "annotations/seg/compare.h"
#include "app/workflow/prompt.h"
#include "imaging/error.h"
#include "imaging/reworded.h"
#include "models/facade/evaluation.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace app {

namespace {

imaging::VoxelGrid gridOf(const models::EvaluationCase& one, bool inMm)
{
    imaging::VoxelGrid grid;
    grid.columns = one.columns;
    grid.rows = one.rows;
    grid.slices = 1;
    if (inMm)
        grid.spacingMm = {(*one.spacingMm)[0], (*one.spacingMm)[1], 1};
    return grid;
}

std::vector<std::uint8_t> above(std::span<const float> probabilities, double threshold)
{
    std::vector<std::uint8_t> mask(probabilities.size());
    std::transform(probabilities.begin(), probabilities.end(), mask.begin(),
        [threshold](float p) { return static_cast<std::uint8_t>(p > threshold ? 1 : 0); });
    return mask;
}

CaseScore scoreOf(std::span<const float> probabilities, std::span<const std::uint8_t> truth,
    const imaging::VoxelGrid& grid, double threshold, double tolerance)
{
    const auto comparison = annotations::compareMasks(above(probabilities, threshold), truth, grid, tolerance);
    const auto count = [](std::size_t voxels) { return static_cast<std::int64_t>(voxels); };
    return {{count(comparison.common), count(comparison.voxelsA), count(comparison.voxelsB)}, comparison.hausdorff95Mm,
        comparison.surfaceDice};
}

/// Where the sides are on each case's picture; asked only where its text names one.
std::vector<imaging::PictureSides> sidesOfCases(const EvaluationResult& result, const EvaluateRequest& request)
{
    std::map<std::string, imaging::PictureSides> known;
    std::vector<imaging::PictureSides> sides;
    for (const auto& one : result.cases) {
        sides.emplace_back();
        if (!request.sidesOf || !mentionsSide(one.text))
            continue;
        const auto [place, isNew] = known.try_emplace(one.image);
        if (isNew)
            place->second = request.sidesOf(one.image);
        sides.back() = place->second;
    }
    return sides;
}

/// A model of the picture's sides was taught on texts that mean them, and reports of DICOM pictures mean the patient's.
void requireSides(const EvaluationResult& result, const std::vector<imaging::PictureSides>& sides)
{
    const auto open = std::find_if(sides.begin(), sides.end(), [](const auto& one) { return one.known(); });
    if (open != sides.end())
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The texts name sides and '" + result.cases[static_cast<std::size_t>(open - sides.begin())].image
                + "' says where the patient's are, so \"left\" could mean the patient's or the picture's: say which.")
            .about("side");
}

void bringToPackageSides(EvaluationResult& result, const EvaluateRequest& request)
{
    const auto package = result.package.textSides;
    result.sides = request.sides.value_or(package);
    const bool asked = !request.sides && package == imaging::Sides::Picture;
    const bool converts = result.sides != package;
    const auto sides = asked || converts ? sidesOfCases(result, request) : std::vector<imaging::PictureSides>();
    if (asked)
        requireSides(result, sides);
    for (std::size_t i = 0; i < result.cases.size(); ++i) {
        const auto& one = result.cases[i];
        result.given.push_back(one.text);
        if (!converts || !mentionsSide(one.text))
            continue;
        try {
            result.given.back() = withPackageSides(one.text, result.sides, package, sides[i], Confirmed::No).text;
        } catch (const imaging::Error& error) {
            throw imaging::reworded(error, "'" + one.image + "': " + error.what(), one.image);
        }
    }
}

/// Raw and as sent, for each way.
void addParaphrases(EvaluationResult& result, const std::vector<ParaphraseWay>& ways)
{
    for (const auto& way : ways) {
        TextScores raw{"paraphrased", way.name, "raw", {}, {}}, sent{"paraphrased", way.name, "as sent", {}, {}};
        result.notParaphrased = 0;
        for (const auto& text : result.given) {
            const auto words = paraphrase(text, way);
            result.notParaphrased += words ? 0 : 1;
            raw.sent.push_back(words.value_or(text));
            sent.sent.push_back(inPackageWording(raw.sent.back(), result.package).text);
        }
        result.texts.push_back(std::move(raw));
        result.texts.push_back(std::move(sent));
    }
}

/// As the workstation sends a sentence.
void addCaptions(EvaluationResult& result, const EvaluateRequest& request, const std::stop_token& stop)
{
    if (!request.captionOf)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "No model that writes the captions is named.")
            .about("captioner");
    std::map<std::string, std::string> written;
    TextScores captions{"caption", {}, {}, {}, {}};
    for (const auto& one : result.cases) {
        const auto [place, isNew] = written.try_emplace(one.image);
        if (isNew && !stop.stop_requested())
            place->second =
                inPackageWording(request.captionOf(one.image, result.package.textSides), result.package).text;
        captions.sent.push_back(place->second);
    }
    result.texts.push_back(std::move(captions));
}

void addTexts(
    EvaluationResult& result, TextKind kind, const EvaluateRequest& request, const std::stop_token& stop)
{
    const auto& given = result.given;
    switch (kind) {
    case TextKind::Given:
        result.texts.push_back({"given", {}, {}, given, {}});
        return;
    case TextKind::None:
        result.texts.push_back({"none", {}, {}, std::vector<std::string>(given.size()), {}});
        return;
    case TextKind::Shuffled: {
        TextScores shuffled{"shuffled", {}, {}, {}, {}};
        for (const auto source : models::data::shuffledSources(given.size(), request.seed))
            shuffled.sent.push_back(given[source]);
        result.texts.push_back(std::move(shuffled));
        return;
    }
    case TextKind::Caption:
        addCaptions(result, request, stop);
        return;
    case TextKind::Paraphrased:
        addParaphrases(result, request.ways);
    }
}

/// Scores one prediction after the other into a result.
class Scorer
{
public:
    Scorer(EvaluationResult& result, double tolerance)
        : m_result(result)
        , m_tolerance(tolerance)
    {
    }

    void add(const models::CasePrediction& prediction)
    {
        const auto position = prediction.position;
        if (prediction.text == 0)
            addFirst(prediction);
        auto& scores = m_result.texts[prediction.text];
        scores.cases.push_back(sameAsEarlier(prediction.text, position)
                ? *sameAsEarlier(prediction.text, position)
                : scoreOf(prediction.probabilities, prediction.truth, grid(position), m_result.threshold, m_tolerance));
        scores.classes.resize(prediction.classes.size());
        for (std::size_t label = 0; label < prediction.classes.size(); ++label)
            scores.classes[label].push_back(prediction.classes[label]);
    }

    std::vector<SweepPoint> sweep() const { return m_sweep.points(); }

private:
    imaging::VoxelGrid grid(std::size_t position) const { return gridOf(m_result.cases[position], m_result.inMm); }

    void addFirst(const models::CasePrediction& prediction)
    {
        const auto& one = m_result.cases[prediction.position];
        m_result.facts.push_back(factsOf(m_result.given[prediction.position], prediction.truth, one.columns, one.rows));
        m_sweep.add(prediction.probabilities, prediction.truth);
    }

    /// The score of an earlier text of the case that reads the same.
    const CaseScore* sameAsEarlier(std::size_t text, std::size_t position) const
    {
        for (std::size_t earlier = 0; earlier < text; ++earlier)
            if (m_result.texts[earlier].sent[position] == m_result.texts[text].sent[position])
                return &m_result.texts[earlier].cases[position];
        return nullptr;
    }

    EvaluationResult& m_result;
    double m_tolerance;
    ThresholdSweep m_sweep;
};

/// Positions of the cases of one group of the sheet, in an order by Dice from the worst.
std::vector<std::size_t> groupOf(const std::string& group, const std::vector<std::size_t>& byDice, std::size_t count)
{
    count = std::min(count, byDice.size());
    const auto start = group == "best" ? byDice.size() - count : group == "median" ? (byDice.size() - count) / 2 : 0;
    std::vector<std::size_t> cases(byDice.begin() + static_cast<std::ptrdiff_t>(start),
        byDice.begin() + static_cast<std::ptrdiff_t>(start + count));
    if (group == "best")
        std::reverse(cases.begin(), cases.end());
    return cases;
}

/// Runs the chosen cases once more, to have their masks.
std::vector<SheetCase> sheetOf(
    models::Evaluation& evaluation, const EvaluationResult& result, std::size_t count, const std::stop_token& stop)
{
    const auto& scores = result.texts.front();
    auto byDice = allCases(result);
    std::stable_sort(byDice.begin(), byDice.end(), [&](std::size_t a, std::size_t b) {
        return models::scoring::dice(scores.cases[a].pixels) < models::scoring::dice(scores.cases[b].pixels);
    });
    std::vector<SheetCase> sheet;
    models::EvaluationRun run;
    run.texts.resize(1);
    for (const char* group : {"best", "median", "worst"})
        for (const auto index : groupOf(group, byDice, count)) {
            sheet.push_back({group, index, evaluation.picture(index), evaluation.truth(index), {}});
            run.cases.push_back(index);
            run.texts[0].push_back(scores.sent[index]);
        }
    const auto keep = [&](const models::CasePrediction& prediction) {
        sheet[prediction.position].predicted = above(prediction.probabilities, result.threshold);
    };
    evaluation.run(run, keep, stop, {});
    return sheet;
}

std::string partName(double part)
{
    return part < 0.01 ? "under 1 %"
        : part < 0.04  ? "1 to 4 %"
        : part < 0.10  ? "4 to 10 %"
        : part < 0.20  ? "10 to 20 %"
                       : "20 % and more";
}

std::string areasName(int areas, const char* none)
{
    return areas == 0 ? none : areas > 4 ? "5 and more" : std::to_string(areas);
}

/// The value of a fact by which cases are grouped.
std::string factOf(const CaseFacts& facts, const std::string& by)
{
    if (by == "mask_side")
        return facts.maskSide;
    if (by == "text_side")
        return facts.textSide;
    if (by == "mask_areas")
        return areasName(facts.maskAreas, "0");
    if (by == "text_areas")
        return areasName(facts.textAreas, "not stated");
    return partName(facts.maskPart);
}

/// In the order in which a reader looks for them.
const std::vector<std::string>& valuesOf(const std::string& by)
{
    static const std::vector<std::string> kSides{"left", "right", "both", "none", "not stated"};
    static const std::vector<std::string> kAreas{"0", "1", "2", "3", "4", "5 and more", "not stated"};
    static const std::vector<std::string> kParts{"under 1 %", "1 to 4 %", "4 to 10 %", "10 to 20 %", "20 % and more"};
    return by.ends_with("side") ? kSides : by.ends_with("areas") ? kAreas : kParts;
}

} // namespace

TextKind parseTextKind(const std::string& name)
{
    if (name == "given")
        return TextKind::Given;
    if (name == "none")
        return TextKind::None;
    if (name == "shuffled")
        return TextKind::Shuffled;
    if (name == "caption")
        return TextKind::Caption;
    if (name == "paraphrased")
        return TextKind::Paraphrased;
    throw imaging::Error(imaging::ErrorKind::WrongUse,
        "There is no kind of text '" + name + "': use given, none, shuffled, caption or paraphrased.");
}

EvaluationResult evaluate(models::Evaluation& evaluation, const EvaluateRequest& request, std::stop_token stop,
    const imaging::Progress& progress)
{
    EvaluationResult result;
    result.package = evaluation.package();
    result.cases = evaluation.cases();
    result.unlabelled = evaluation.unlabelled();
    result.warnings = evaluation.warnings();
    result.inMm = std::all_of(
        result.cases.begin(), result.cases.end(), [](const auto& one) { return one.spacingMm.has_value(); });
    result.threshold = request.threshold < 0 ? static_cast<double>(result.package.threshold) : request.threshold;
    bringToPackageSides(result, request);
    for (const auto kind : request.texts)
        addTexts(result, kind, request, stop);

    Scorer scorer(result, request.tolerance);
    models::EvaluationRun run{allCases(result), {}};
    for (const auto& text : result.texts)
        run.texts.push_back(text.sent);
    evaluation.run(
        run, [&](const models::CasePrediction& one) { scorer.add(one); }, stop, progress);
    result.sweep = scorer.sweep();
    result.cancelled = stop.stop_requested() || result.texts.back().cases.size() < result.cases.size();
    if (result.cancelled)
        return result;
    for (std::size_t i = 0; i < result.cases.size(); ++i)
        result.bestPossible.push_back(scoreOf(evaluation.bestPossible(i), evaluation.truth(i),
            gridOf(result.cases[i], result.inMm), result.threshold, request.tolerance));
    if (request.sheetCases > 0)
        result.sheet = sheetOf(evaluation, result, request.sheetCases, stop);
    result.cancelled = stop.stop_requested();
    return result;
}

std::size_t pictureCount(const EvaluationResult& result)
{
    std::set<std::string> pictures;
    for (const auto& one : result.cases)
        pictures.insert(one.image);
    return pictures.size();
}

std::vector<std::size_t> allCases(const EvaluationResult& result)
{
    std::vector<std::size_t> cases(result.cases.size());
    std::iota(cases.begin(), cases.end(), std::size_t{0});
    return cases;
}

std::vector<TextSummary> summarizeTexts(const EvaluationResult& result, const Bootstrap& bootstrap)
{
    std::vector<std::string> names;
    std::vector<std::vector<std::span<const CaseScore>>> lists;
    for (const auto& text : result.texts) {
        const auto name = text.wording.empty() ? text.text : text.text + ", " + text.wording;
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) {
            names.push_back(name);
            lists.push_back({text.cases});
        } else {
            lists[static_cast<std::size_t>(found - names.begin())].push_back(text.cases);
        }
    }
    std::vector<TextSummary> summaries;
    for (std::size_t i = 0; i < names.size(); ++i)
        summaries.push_back({names[i], summarizeScores(lists[i], allCases(result), bootstrap)});
    return summaries;
}

std::vector<GroupSummary> summarizeGroups(const EvaluationResult& result, const Bootstrap& bootstrap)
{
    std::vector<GroupSummary> groups;
    for (const std::string by : {"mask_side", "text_side", "mask_areas", "text_areas", "mask_part"})
        for (const auto& value : valuesOf(by)) {
            std::vector<std::size_t> positions;
            for (std::size_t i = 0; i < result.facts.size(); ++i)
                if (factOf(result.facts[i], by) == value)
                    positions.push_back(i);
            if (!positions.empty())
                groups.push_back({by, value, summarizeScores({result.texts.front().cases}, positions, bootstrap)});
        }
    return groups;
}

} // namespace app
