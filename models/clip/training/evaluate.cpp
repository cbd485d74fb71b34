#include "models/clip/training/evaluate.h"

#include "imaging/files/folder_of.h"
#include "imaging/progress.h"
#include "models/clip/load_clip.h"
#include "models/clip/training/retrieval.h"
#include "models/data/random.h"
#include "models/layers/device.h"
#include "models/text/open_tokenizer.h"
#include "models/training/written_scores.h"

#include <torch/types.h>

#include <algorithm>

namespace models::clip {

namespace {

vision::PictureFit fitOfModel(const Clip& clip)
{
    vision::PictureFit fit;
    fit.size = int(clip->config().imageSize);
    return fit;
}

training::PairData scoredPairs(const TextEvaluateOptions& options, const vision::PictureFit& fit,
    const std::stop_token& stop, const imaging::Progress& progress)
{
    auto data = training::loadPairs(pairOptionsOf(options), fit, stop, progress);
    if (options.limit > 0 && data.scored.size() > std::size_t(options.limit))
        data.scored.resize(std::size_t(options.limit));
    return data;
}

/// A text of the training split drawn for each picture.
std::vector<std::string> drawnTexts(const training::PairData& data)
{
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < data.scored.size(); ++i) {
        const auto drawn = data::SeededRandom({i}).below(data.split.labelled.size());
        texts.push_back(data.training.samples[std::size_t(data.split.labelled[drawn])].texts.front());
    }
    return texts;
}

void addCases(TextEvaluation& result, const training::PairData& data, const Retrieval& scores,
    const std::vector<std::string>& neighbours)
{
    result.caseColumns = {"image", "given", "nearest_text", "neighbours_text"};
    for (std::size_t i = 0; i < data.scored.size(); ++i) {
        const auto& sample = data.validation.samples[std::size_t(data.scored[i])];
        result.cases.push_back({sample.image, sample.texts.front(), scores.nearest[i], neighbours[i]});
    }
}

} // namespace

TextEvaluation evaluateClip(const TextEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    const auto device = layers::chooseDevice(options.device);
    auto clip = openClip(options.model);
    clip->to(device);
    const auto tokenizer = text::openTokenizer(
        std::filesystem::is_directory(options.model) ? options.model : imaging::folderOf(options.model));
    text::requireRows(*tokenizer, clip->config().vocabularySize, options.model);
    const auto fit = fitOfModel(clip);
    const auto data = scoredPairs(options, fit, stop, progress);
    TextEvaluation result;
    result.warnings = data.warnings;
    result.pictures = data.scored.size();
    result.cancelled = stop.stop_requested();
    if (result.cancelled)
        return result;
    progress.report(0.5, "comparing pictures and texts");
    const auto scores = retrieve(clip, *tokenizer, data, fit, options.batchSize, device, stop);
    const auto neighbours = textsOfNeighbours(clip, data, fit, options.batchSize, device, stop);
    auto zeroShot = zeroShotTable(clip, *tokenizer, data, fit, options.batchSize, device, stop);
    result.cancelled = stop.stop_requested();
    if (result.cancelled)
        return result;
    auto table = retrievalTable(data, scores, neighbours);
    table.rows.push_back(
        training::writtenRow("a training report by chance", training::scoreWritten(drawnTexts(data), data)));
    result.tables = {std::move(table), std::move(zeroShot)};
    addCases(result, data, scores, neighbours);
    return result;
}

std::vector<std::string> neighbourTexts(
    const TextEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    const auto device = layers::chooseDevice(options.device);
    auto clip = openClip(options.neighbours);
    clip->to(device);
    const auto fit = fitOfModel(clip);
    const auto data = scoredPairs(options, fit, stop, progress);
    if (stop.stop_requested())
        return {};
    progress.report(0.5, "looking for alike pictures");
    return textsOfNeighbours(clip, data, fit, options.batchSize, device, stop);
}

} // namespace models::clip
