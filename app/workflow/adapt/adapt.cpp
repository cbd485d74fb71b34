#include "app/workflow/adapt/adapt.h"

#include "annotations/report/report_words.h"
#include "annotations/report/text_variants.h"
#include "app/workflow/adapt/labelled_folder.h"
#include "app/workflow/adapt/sided_classes.h"
#include "app/workflow/sided_texts.h"
#include "app/workflow/warnings.h"
#include "imaging/error.h"
#include "models/facade/adapt_settings.h"
#include "models/facade/few_shots.h"
#include "models/package/model_folders.h"
#include "models/package/text_sides.h"

#include <algorithm>
#include <set>

namespace app {

namespace {

namespace fs = std::filesystem;
using imaging::Error;
using imaging::ErrorKind;
using models::AdaptProtocol;
using models::LabelledPicture;
using models::PictureVariation;
using Pictures = std::vector<LabelledPicture>;

/// Pictures that are scored together.
struct TestSet
{
    std::string name;
    std::vector<std::string> classes;
    Pictures pictures;
    std::string why; ///< There is no picture, a sentence.
};

/// What one seed draws.
struct Draw
{
    Pictures training;
    Pictures validation;
    Pictures test;
    std::string whyNoTest; ///< Where there is none, a sentence.
};

/// Part of the progress that one of several runs is.
struct ProgressPart
{
    double first = 0;
    double share = 1;
};

imaging::Progress partOf(const imaging::Progress& whole, ProgressPart part, std::string front)
{
    return imaging::Progress([whole, part, front](double fraction, std::string_view stage) {
        whole.report(part.first + part.share * fraction, front + std::string(stage));
    });
}

Pictures chosen(const Pictures& from, const std::vector<std::size_t>& places)
{
    Pictures result;
    for (const auto place : places)
        result.push_back(from[place]);
    return result;
}

Pictures rest(const Pictures& from, const std::vector<std::size_t>& places)
{
    const std::set<std::size_t> taken(places.begin(), places.end());
    Pictures result;
    for (std::size_t i = 0; i < from.size(); ++i)
        if (!taken.contains(i))
            result.push_back(from[i]);
    return result;
}

std::vector<std::size_t> drawFrom(const Pictures& pictures, int classes, int shots, std::uint64_t seed)
{
    std::vector<int> labels;
    for (const auto& picture : pictures)
        labels.push_back(picture.label);
    return models::drawShots(labels, classes, shots, seed);
}

/// Why no picture of a folder is there to be scored.
std::string whyNone(const LabelledFolder& data, const models::ClipAdaptOptions& options)
{
    if (!data.hasSplits())
        return "Nothing was scored: every picture was drawn, to learn from or to validate on. Take fewer shots, or "
               "name "
               "splits.";
    std::vector<std::string> names;
    for (const auto& [name, pictures] : data.splits)
        names.push_back("'" + name + "'");
    return "Nothing was scored: the data have no picture in the split '" + options.testSplit + "', only in "
        + annotations::listed(names) + ". Name the one to score on as testSplit.";
}

Draw drawFor(const LabelledFolder& data, const models::ClipAdaptOptions& options, int classes, std::uint64_t seed)
{
    constexpr int kMostOfValidation = 4;
    const auto& source = data.split(data.hasSplits() ? options.trainSplit : std::string());
    if (source.empty())
        throw Error(ErrorKind::InvalidInput,
            "There is no picture in the split '" + options.trainSplit + "' of '" + options.data.string() + "'.",
            options.data.string());
    Draw draw;
    const auto shots = drawFrom(source, classes, options.shots, seed);
    draw.training = chosen(source, shots);
    const auto others = rest(source, shots);
    const auto& named = data.split(options.validationSplit);
    const auto& held = named.empty() ? others : named;
    const auto validation = drawFrom(held, classes, std::min(options.shots, kMostOfValidation), seed);
    draw.validation = chosen(held, validation);
    draw.test = data.hasSplits() ? data.split(options.testSplit) : rest(others, validation);
    if (draw.test.empty())
        draw.whyNoTest = whyNone(data, options);
    return draw;
}

/// The pictures of the classes from `first` on, counted from there.
TestSet partOf(const std::string& name, const Draw& draw, const std::vector<std::string>& classes, int first, int end)
{
    TestSet set{name, {classes.begin() + first, classes.begin() + end}, {}, draw.whyNoTest};
    if (set.why.empty())
        set.why = "There is no picture of the classes of \"" + name + "\" to score on.";
    for (auto picture : draw.test)
        if (picture.label >= first && picture.label < end) {
            picture.label -= first;
            set.pictures.push_back(picture);
        }
    return set;
}

/// A data folder that is only scored on: its test split, or all of it where it knows no splits.
TestSet targetOf(const fs::path& folder, const models::ClipAdaptOptions& options, UserSides user,
    const std::vector<std::string>& learnt, imaging::Warnings& warnings)
{
    const auto data = readLabelledFolder(folder, options);
    addWarnings(warnings, data.warnings);
    auto name = folder.filename().string();
    if (name.empty())
        name = folder.parent_path().filename().string();
    if (options.protocol == AdaptProtocol::DomainGeneralisation)
        for (const auto& one : data.classes)
            if (std::find(learnt.begin(), learnt.end(), one) == learnt.end())
                throw Error(ErrorKind::InvalidInput,
                    "The class \"" + one + "\" of '" + folder.string()
                        + "' is none of the source's: domain generalisation asks for the same classes "
                          "(cross-dataset for others).",
                    folder.string());
    addWarnings(warnings, checkSidesOf(data, user, {}));
    return {name, data.classes, data.split(data.hasSplits() ? options.testSplit : std::string()),
        "'" + folder.string() + "': " + whyNone(data, options)};
}

std::vector<TestSet> setsOf(const Draw& draw, const std::vector<std::string>& classes, AdaptProtocol protocol,
    const std::vector<TestSet>& targets)
{
    const int all = int(classes.size()), base = models::baseClasses(all);
    if (protocol == AdaptProtocol::BaseToNovel)
        return {partOf("base", draw, classes, 0, base), partOf("novel", draw, classes, base, all)};
    std::vector<TestSet> sets{partOf(targets.empty() ? "all" : "source", draw, classes, 0, all)};
    sets.insert(sets.end(), targets.begin(), targets.end());
    return sets;
}

bool needsTargets(AdaptProtocol protocol)
{
    return protocol == AdaptProtocol::CrossDataset || protocol == AdaptProtocol::DomainGeneralisation;
}

void requireSense(const models::ClipAdaptOptions& options)
{
    const auto refuse = [](const std::string& sentence) { throw Error(ErrorKind::WrongUse, sentence); };
    models::requireOtherFolder(options.output, options.data);
    for (const auto& text : options.templates)
        requireUtf8(text, "The template");
    requireUtf8(options.contextWords, "What the context begins as");
    if (options.shots < 1)
        refuse("shots must be 1 or more.");
    if (options.protocol != AdaptProtocol::None && options.draws < 1)
        refuse("draws must be 1 or more.");
    if (needsTargets(options.protocol) && options.targets.empty())
        refuse("This protocol is scored on other data: name their folders as targets.");
    if (!needsTargets(options.protocol) && !options.targets.empty())
        refuse("Targets are scored by the protocols cross-dataset and domain-generalisation only.");
    if (options.protocol == AdaptProtocol::CrossDataset && !models::learnsPrompts(options.method))
        refuse("A probe knows only the classes that it learnt: cross-dataset needs a method that learns prompts.");
}

/// Before pictures are read; the recipe's depth is cut to what there is, one that was asked for is not.
void requireBlocks(const models::Adapter& adapter, const models::ClipAdaptOptions& options)
{
    const int blocks = adapter.blocks(options.method);
    if (options.depth > blocks)
        throw Error(ErrorKind::WrongUse,
            "A depth of " + std::to_string(options.depth) + " is more than prompts of the method "
                + models::wordOf(options.method) + " can enter of this model: choose one from 1 to "
                + std::to_string(blocks) + ".")
            .about("depth");
}

/// Adapts and scores, run after run.
class Adaptation
{
public:
    Adaptation(models::Adapter& adapter, AdaptReport& report, UserSides user, const std::stop_token& stop,
        const imaging::Progress& progress)
        : m_adapter(adapter)
        , m_report(report)
        , m_user(user)
        , m_stop(stop)
        , m_progress(progress)
    {
    }

    void run(const LabelledFolder& data);

private:
    bool runSeed(const LabelledFolder& data, std::uint64_t seed, ProgressPart part);
    bool score(AdaptRun& run, const std::vector<TestSet>& sets, const imaging::Progress& progress);
    ClassScores scoresOf(const TestSet& set, const fs::path& learnt, const imaging::Progress& progress);
    bool answersFor(const TestSet& set) const;

    models::Adapter& m_adapter;
    AdaptReport& m_report;
    UserSides m_user;
    const std::stop_token& m_stop;
    const imaging::Progress& m_progress;
    std::vector<TestSet> m_targets;
};

void Adaptation::run(const LabelledFolder& data)
{
    const auto& options = m_report.options;
    for (const auto& folder : options.targets)
        m_targets.push_back(targetOf(folder, options, m_user, data.classes, m_report.warnings));
    const bool several = options.protocol != AdaptProtocol::None;
    const int runs = several ? options.draws : 1;
    for (int i = 0; i < runs && !m_report.cancelled; ++i)
        m_report.cancelled =
            !runSeed(data, several ? std::uint64_t(i + 1) : options.seed, {double(i) / runs, 1.0 / runs});
}

/// False when it was stopped.
bool Adaptation::runSeed(const LabelledFolder& data, std::uint64_t seed, ProgressPart part)
{
    const bool several = m_report.options.protocol != AdaptProtocol::None;
    AdaptRun run;
    run.seed = seed;
    run.output = several ? m_report.options.output / ("seed-" + std::to_string(seed)) : m_report.options.output;
    const auto draw = drawFor(data, m_report.options, int(m_report.classes.size()), seed);
    run.shown = int(draw.training.size());
    models::AdaptTask task{m_report.options, m_report.classes, draw.training, draw.validation};
    task.options.output = run.output;
    task.options.seed = seed;
    const auto front = several ? "seed " + std::to_string(seed) + ", " : std::string();
    run.result = m_adapter.adapt(
        task, m_stop, partOf(m_progress, {part.first, 0.7 * part.share}, front)); // The rest looks at test pictures.
    addWarnings(m_report.warnings, run.result.warnings);
    const bool learnt = !run.result.cancelled;
    const auto sets = setsOf(draw, data.classes, m_report.options.protocol, m_targets);
    const bool done = learnt
        && score(run, sets, partOf(m_progress, {part.first + 0.7 * part.share, 0.3 * part.share}, front + "scoring, "));
    m_report.runs.push_back(std::move(run));
    return done;
}

bool Adaptation::answersFor(const TestSet& set) const
{
    return models::learnsPrompts(m_report.options.method)
        || std::all_of(set.classes.begin(), set.classes.end(), [&](const std::string& name) {
               return std::find(m_report.classes.begin(), m_report.classes.end(), name) != m_report.classes.end();
           });
}

ClassScores Adaptation::scoresOf(const TestSet& set, const fs::path& learnt, const imaging::Progress& progress)
{
    // All pictures are seen with the patient's right at the left, and what was learnt knows the classes by their names.
    constexpr imaging::PictureSides kUsual{imaging::PatientSide::Right, imaging::PatientSide::Left};
    SidedQuestion sided{{set.classes, m_report.options.templates}, {}};
    if (learnt.empty())
        sided = questionInSides(sided.question, models::textSidesOf(m_report.options.model), false, m_user, kUsual);
    const auto answers =
        m_adapter.answer({learnt, sided.question.classes, sided.question.templates, set.pictures}, m_stop, progress);
    addWarnings(m_report.warnings, sided.warnings);
    addWarnings(m_report.warnings, answers.warnings);
    std::vector<int> truth;
    for (const auto& picture : set.pictures)
        truth.push_back(picture.label);
    return scoreClasses(truth, answers.labels, set.classes);
}

bool Adaptation::score(AdaptRun& run, const std::vector<TestSet>& sets, const imaging::Progress& progress)
{
    for (const auto& set : sets) {
        if (set.pictures.empty()) {
            addWarnings(m_report.warnings, {set.why});
            continue;
        }
        AdaptSet scored{set.name, {}, {}};
        scored.zeroShot = scoresOf(set, {}, progress);
        if (answersFor(set) && !m_stop.stop_requested())
            scored.learnt = scoresOf(set, run.output / "prompts.safetensors", progress);
        if (m_stop.stop_requested())
            return false;
        run.sets.push_back(std::move(scored));
    }
    return true;
}

/// Classes with less pictures than were asked for, said in one sentence.
void warnOfFew(const LabelledFolder& data, AdaptReport& report)
{
    const auto& options = report.options;
    const auto& source = data.split(data.hasSplits() ? options.trainSplit : std::string());
    std::vector<int> counts(report.classes.size());
    for (const auto& picture : source)
        if (std::size_t(picture.label) < counts.size())
            ++counts[std::size_t(picture.label)];
    std::string few;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] < options.shots)
            few += (few.empty() ? "\"" : ", \"") + report.classes[i] + "\" (" + std::to_string(counts[i]) + ")";
    if (!few.empty())
        report.warnings.push_back("Some classes have less than "
            + annotations::counted(std::size_t(options.shots), "picture") + " to learn from: " + few + ".");
}

} // namespace

PictureVariation variationFor(
    PictureVariation wanted, const std::vector<std::string>& classes, imaging::Warnings& warnings)
{
    const auto place = std::find_if(classes.begin(), classes.end(), [](std::string name) {
        std::replace(name.begin(), name.end(), '_', ' ');
        return annotations::namesPlace(name);
    });
    if (place == classes.end())
        return wanted == PictureVariation::Auto ? PictureVariation::CropsAndFlips : wanted;
    if (wanted == PictureVariation::CropsAndFlips)
        throw Error(ErrorKind::WrongUse,
            "The class \"" + *place
                + "\" names a place: a mirrored picture would be of another class. Choose the variation crops or "
                  "none.");
    if (wanted == PictureVariation::Crops)
        warnings.push_back("The class \"" + *place
            + "\" names a place, and a part of a picture may show it elsewhere: the variation none keeps it.");
    if (wanted == PictureVariation::Auto)
        warnings.push_back("The class \"" + *place
            + "\" names a place: pictures are neither mirrored nor cut, so that it stays true.");
    return wanted == PictureVariation::Auto ? PictureVariation::None : wanted;
}

AdaptReport adaptAndScore(models::Adapter& adapter, const models::ClipAdaptOptions& options, UserSides user,
    std::stop_token stop, const imaging::Progress& progress)
{
    requireSense(options);
    requireBlocks(adapter, options);
    AdaptReport report;
    report.options = models::recipeFor(options);
    report.options.depth = std::min(report.options.depth, adapter.blocks(options.method));
    const auto data = readLabelledFolder(options.data, options);
    addWarnings(report.warnings, data.warnings);
    addWarnings(report.warnings, checkSidesOf(data, user, stop));
    report.classes = data.classes;
    if (options.protocol == AdaptProtocol::BaseToNovel) {
        if (data.classes.size() < 4)
            throw Error(ErrorKind::InvalidInput,
                "Base-to-novel needs at least four classes: two to learn and two that are new.");
        report.classes.resize(std::size_t(models::baseClasses(int(data.classes.size()))));
    }
    warnOfFew(data, report);
    if (models::learnsPrompts(options.method))
        report.options.variation = variationFor(options.variation, report.classes, report.warnings);
    else
        report.options.variation = PictureVariation::None;
    Adaptation(adapter, report, user, stop, progress).run(data);
    return report;
}

} // namespace app
