#include "app/workflow/relabel/relabel.h"

#include "annotations/report/reading.h"
#include "annotations/report/report_words.h"
#include "app/workflow/case_scores.h"
#include "app/workflow/prompt.h"
#include "app/workflow/relabel/relabel_pictures.h"
#include "app/workflow/segment.h"
#include "app/workflow/warnings.h"
#include "imaging/error.h"
#include "imaging/slice.h"
#include "models/facade/files.h"
#include "models/facade/library.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

namespace app {

namespace {

using annotations::CaseState;
using annotations::Cohort;
using annotations::Study;
using imaging::Error;
using imaging::ErrorKind;

/// The package that predicts, and the training run that made it.
struct ChosenModel
{
    std::filesystem::path folder;
    std::int64_t run = 0;
};

ChosenModel chooseModel(const Cohort& cohort, const std::string& wanted)
{
    const auto runs = annotations::trainingRuns(cohort);
    if (wanted.empty()) {
        for (const auto& run : runs)
            if (run.bestEpoch > 0 && !annotations::isAlive(run, cohort.now()))
                return {cohort.folder() / run.folder, run.id};
        throw Error(ErrorKind::NotFound,
            "The cohort '" + cohort.folder().string()
                + "' has no trained model yet: train one, or name a package.",
            cohort.folder().string())
            .about("model");
    }
    const auto folder = models::findPackage(wanted);
    for (const auto& run : runs)
        if (std::error_code problem; std::filesystem::equivalent(cohort.folder() / run.folder, folder, problem))
            return {folder, run.id};
    return {folder, 0};
}

/// The masks that the run averaged while it trained, by study: what a prediction may disagree with.
class RunAverages
{
public:
    /// Of a model from elsewhere there are none.
    RunAverages(const Cohort& cohort, const ChosenModel& model)
    {
        const auto manifest = model.folder / "data" / "manifest.csv";
        std::error_code problem;
        if (model.run == 0 || !std::filesystem::exists(manifest, problem))
            return;
        m_masks =
            models::library().openAveragedMasks(cohort.folder() / annotations::trainingRun(cohort, model.run).folder);
        if (!m_masks)
            return;
        const auto table = models::data::readCsv(manifest);
        const auto split = static_cast<std::size_t>(table.column("split"));
        const auto image = static_cast<std::size_t>(table.column("image"));
        for (const auto& row : table.rows)
            if (row.fields.at(split) == "train")
                m_places.emplace(std::filesystem::path(row.fields.at(image)).stem().string(), m_places.size());
    }

    /// `prediction` as the training saw the picture.
    std::optional<double> disagreement(
        const Study& study, std::span<const float> prediction, int columns, int rows) const
    {
        const auto place = m_places.find(study.name);
        if (!m_masks || place == m_places.end())
            return {};
        const auto average = m_masks->of(static_cast<std::int64_t>(place->second));
        if (average.empty())
            return {};
        return disagreementOf(stretched(average, m_masks->size(), columns, rows), prediction);
    }

private:
    std::unique_ptr<models::AveragedMasks> m_masks;
    std::map<std::string, std::size_t> m_places;
};

/// Predicts one case after the other.
class Predictor
{
public:
    Predictor(Cohort& cohort, const RelabelPredictOptions& options, std::stop_token stop)
        : m_cohort(cohort)
        , m_options(options)
        , m_stop(std::move(stop))
        , m_model(chooseModel(cohort, options.model))
        , m_segmenter(models::library().openSegmenter(m_model.folder, options.device))
        , m_averages(cohort, m_model)
    {
        const auto& package = m_segmenter->package();
        if (!package.classes.empty())
            throw Error(ErrorKind::Unsupported,
                "The package '" + package.name
                    + "' draws several classes, and a cohort has one mask a picture: "
                      "choose a package with one class.",
                m_model.folder.string());
        m_result.model = {package.name, package.version, package.sha256, m_model.run};
        m_threshold = options.threshold < 0 ? package.threshold : static_cast<float>(options.threshold);
    }

    RelabelPredictResult run(const imaging::Progress& progress);

private:
    bool isMine(const Study& study) const;
    bool isWanted(const Study& study);
    void predict(const Study& study);
    imaging::Warnings textDoubts(const Study& study) const;
    void leaveUndrawn(const Study& study, const imaging::Warnings& reasons);
    SegmentRequest requestFor(const Study& study) const;
    annotations::Scores scoresOf(const Study& study, const std::vector<float>& probabilities,
        const std::vector<std::uint16_t>& mask, const imaging::PictureSides& sides) const;
    annotations::Prediction predictionOf(const Study& study, const imaging::Volume& volume, int slice);
    const imaging::Volume* pictureOf(const Study& study);

    Cohort& m_cohort;
    const RelabelPredictOptions& m_options;
    std::stop_token m_stop;
    ChosenModel m_model;
    std::unique_ptr<models::Segmenter> m_segmenter;
    RunAverages m_averages;
    float m_threshold = 0.5F;
    RelabelPredictResult m_result;
    std::string m_openDigest; ///< Of the file that m_open was read from: slices of a stack follow each other.
    std::shared_ptr<const imaging::Volume> m_open;
};

RelabelPredictResult Predictor::run(const imaging::Progress& progress)
{
    if (m_options.study > 0) {
        const auto study = m_cohort.study(m_options.study);
        if (isWanted(study))
            predict(study);
        m_result.cancelled = m_stop.stop_requested();
        return m_result;
    }
    const double total = std::max(1, m_cohort.counts().studies);
    std::int64_t last = 0;
    int seen = 0;
    for (auto part = m_cohort.studiesAfter(last, kStudiesAtOnce); !part.empty();
        part = m_cohort.studiesAfter(last, kStudiesAtOnce)) {
        for (const auto& study : part) {
            progress.report(seen++ / total, "predicting " + study.name);
            last = study.id;
            if (m_stop.stop_requested()) {
                m_result.cancelled = true;
                return m_result;
            }
            if (m_options.limit > 0 && m_result.predicted >= m_options.limit)
                return m_result;
            if (isMine(study) && isWanted(study))
                predict(study);
        }
    }
    return m_result;
}

bool Predictor::isMine(const Study& study) const
{
    return (study.id - 1) % m_options.shard.count == m_options.shard.index - 1;
}

bool Predictor::isWanted(const Study& study)
{
    if (study.split == "test" || annotations::hasLabel(study.state))
        return false;
    if (study.state == CaseState::Unlabelled)
        return true;
    const auto history = m_cohort.history(study.id);
    for (const auto& entry : history)
        if (entry.revision == study.maskRevision && entry.model.sha256 == m_result.model.sha256
            && entry.text == study.text && entry.threshold == static_cast<double>(m_threshold)) {
            ++m_result.upToDate;
            return false;
        }
    return true;
}

void Predictor::predict(const Study& study)
{
    try {
        if (const auto doubts = textDoubts(study); !doubts.empty()) {
            ++m_result.notDrawn;
            for (const auto& doubt : doubts)
                m_result.warnings.push_back(study.name + ": " + doubt);
            return leaveUndrawn(study, doubts);
        }
        const auto* volume = pictureOf(study);
        if (!volume)
            return;
        const auto request = requestFor(study);
        if (request.confirmed == Confirmed::No)
            if (const auto doubts = doubtsAbout(m_segmenter->package(), imaging::sliceOf(*volume, study.slice),
                    request.text, request.sides);
                !doubts.empty())
                leaveUndrawn(study, doubts); // What segmentSlices() throws goes to whoever runs this.
        const auto prediction = predictionOf(study, *volume, study.slice);
        for (const auto& warning : prediction.warnings)
            m_result.warnings.push_back(study.name + ": " + warning);
        ++(m_cohort.addPrediction(study.id, prediction) ? m_result.predicted : m_result.decidedMeanwhile);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Io || error.kind() == ErrorKind::Internal)
            throw;
        ++m_result.failed;
        if (error.confirmable() != imaging::Confirmable::Nothing)
            ++m_result.confirmable;
        m_result.warnings.push_back(study.name + ": " + error.what());
    }
}

/// Why the sentence gives nothing to draw. A model that learnt from texts as they stand is asked about any text but one
/// that says there is nothing.
imaging::Warnings Predictor::textDoubts(const Study& study) const
{
    if (m_options.force || study.text.empty())
        return {};
    const auto& package = m_segmenter->package();
    const auto choice = annotations::chooseFor(annotations::readReport(study.text, package.finding), package.finding);
    const bool anyText = package.textWording == models::TextWording::AsWritten;
    if (choice.verdict == annotations::ReadingVerdict::Draw
        || (anyText && choice.verdict == annotations::ReadingVerdict::Ask))
        return {};
    imaging::Warnings doubts{choice.why};
    addWarnings(doubts, choice.warnings);
    return doubts;
}

/// The same model's same doubts about the same sentence are kept once.
void Predictor::leaveUndrawn(const Study& study, const imaging::Warnings& reasons)
{
    const auto history = m_cohort.history(study.id);
    if (!history.empty() && history.back().action == annotations::Action::NotDrawn
        && history.back().model == m_result.model && history.back().text == study.text
        && history.back().warnings == reasons)
        return;
    annotations::Prediction prediction;
    prediction.model = m_result.model;
    prediction.who = m_options.who;
    prediction.text = study.text;
    prediction.warnings = reasons;
    m_cohort.addNotDrawn(study.id, prediction);
}

const imaging::Volume* Predictor::pictureOf(const Study& study)
{
    if (m_openDigest != study.digest || !m_open) {
        m_open = openCase(m_cohort, study, m_stop, {}).volume;
        m_openDigest = study.digest;
    }
    return m_open.get();
}

SegmentRequest Predictor::requestFor(const Study& study) const
{
    SegmentRequest request;
    request.slices = {study.slice};
    request.text = study.text.empty() ? annotations::lowerCase(m_segmenter->package().finding) : study.text;
    request.sides = textSidesOf(m_cohort);
    // A model that was trained on this cohort is one for its pictures.
    request.confirmed = m_options.force || m_model.run > 0 ? Confirmed::Yes : Confirmed::No;
    return request;
}

annotations::Prediction Predictor::predictionOf(const Study& study, const imaging::Volume& volume, int slice)
{
    const auto outcome = segmentSlices(*m_segmenter, volume, requestFor(study), {}, {});
    const auto& probabilities = outcome.slices.front().segmentation.probabilities;
    // What a picture does not tell about itself is as true of all others like it: once is enough.
    const auto common = models::untold(m_segmenter->package(), imaging::sliceOf(volume, slice));
    addWarnings(m_result.warnings, common);

    annotations::Prediction prediction;
    prediction.mask = {study.columns, study.rows, {}};
    for (const auto inside : thresholded(probabilities, m_threshold))
        prediction.mask.values.push_back(inside);
    prediction.model = m_result.model;
    prediction.who = m_options.who;
    prediction.text = study.text;
    prediction.modelText = outcome.modelText;
    prediction.threshold = static_cast<double>(m_threshold);
    prediction.scores = scoresOf(study, probabilities, prediction.mask.values, imaging::sidesOf(volume, slice));
    std::copy_if(outcome.warnings.begin(), outcome.warnings.end(), std::back_inserter(prediction.warnings),
        [&](const auto& warning) { return std::find(common.begin(), common.end(), warning) == common.end(); });
    return prediction;
}

/// Text and averages are compared with the mask as the model saw the picture.
annotations::Scores Predictor::scoresOf(const Study& study, const std::vector<float>& probabilities,
    const std::vector<std::uint16_t>& mask, const imaging::PictureSides& sides) const
{
    const auto whose = textSidesOf(m_cohort);
    const auto turn = models::turnFor(whose, sides);
    const int columns = turn.transposed ? study.rows : study.columns;
    const int rows = turn.transposed ? study.columns : study.rows;
    const auto seenMask = imaging::turned(mask, study.columns, study.rows, turn);
    const auto seen = imaging::turned(probabilities, study.columns, study.rows, turn);
    annotations::Scores scores;
    scores.entropy = entropyOf(probabilities);
    scores.disagreement = m_averages.disagreement(study, seen, columns, rows);
    scores.mismatch = mismatchOf(study.text, {columns, rows, seenMask},
        whose == imaging::Sides::Patient ? imaging::turned(sides, turn).atLeft : imaging::PatientSide::Left,
        m_segmenter->package().finding);
    return scores;
}

int wholeNumber(std::string_view text)
{
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() ? value : 0;
}

} // namespace

Shard parseShard(const std::string& text)
{
    const auto slash = text.find('/');
    Shard shard;
    if (slash != std::string::npos) {
        shard.index = wholeNumber(std::string_view(text).substr(0, slash));
        shard.count = wholeNumber(std::string_view(text).substr(slash + 1));
    }
    if (slash == std::string::npos || shard.count < 1 || shard.index < 1 || shard.index > shard.count)
        throw Error(
            ErrorKind::WrongUse, "A shard is written I/N with I from 1 to N, for example 2/8, not '" + text + "'.");
    return shard;
}

RelabelPredictResult predictCohort(annotations::Cohort& cohort, const RelabelPredictOptions& options,
    std::stop_token stop, const imaging::Progress& progress)
{
    return Predictor(cohort, options, std::move(stop)).run(progress);
}

} // namespace app
