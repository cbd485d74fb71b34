#include "models/blip/training/blip_scores.h"

#include "models/blip/caption_decoder.h"
#include "models/blip/training/initial_blip.h"
#include "models/generate/generate.h"
#include "models/training/batch.h"
#include "models/training/pair_steps.h"

#include <torch/types.h>

#include <algorithm>
#include <functional>
#include <span>

namespace models::blip {

namespace {

using Samples = std::span<const std::int64_t>;

/// Calls `work` with the picture tokens of the validation pictures, some at a time, without gradients and dropout.
void forPictures(Blip& blip, const training::PairData& data, const BlipTrainOptions& options, c10::Device device,
    const std::stop_token& stop, const std::function<void(Samples, const at::Tensor& picture)>& work)
{
    const torch::NoGradGuard noGradients;
    const bool wasTraining = blip->is_training();
    blip->eval();
    const Samples all(data.scored);
    const auto batch = std::size_t(options.batchSize);
    for (std::size_t first = 0; first < all.size() && !stop.stop_requested(); first += batch) {
        const auto some = all.subspan(first, std::min(batch, all.size() - first));
        auto images = training::makeBatch(data.validation, nullptr, some, {}, {3}).images;
        training::normalise(images, fitOf(options));
        work(some, blip->pictureTokens(images.to(device)));
    }
    blip->train(wasTraining);
}

/// The text of the next sample that says something else.
const std::string& otherText(const training::PairData& data, std::int64_t index)
{
    const auto& own = data.validation.samples[std::size_t(index)].texts;
    const auto at = std::find(data.scored.begin(), data.scored.end(), index) - data.scored.begin();
    for (std::size_t i = 1; i < data.scored.size(); ++i) {
        const auto next = data.scored[(std::size_t(at) + i) % data.scored.size()];
        const auto& text = data.validation.samples[std::size_t(next)].texts.front();
        if (std::find(own.begin(), own.end(), text) == own.end())
            return text;
    }
    return own.front();
}

/// How many of the texts ITM judges as `fits` says.
std::int64_t judgedRight(Blip& blip, const text::BertTokenizer& tokenizer, const std::vector<std::string>& texts,
    const at::Tensor& picture, std::int64_t most, int fits)
{
    auto ids = training::paddedIds(tokenizer, texts, most);
    const auto mask = (ids != blip->config().text.padId).to(torch::kLong);
    ids.select(1, 0).fill_(blip->config().matchId);
    const auto logits = blip->matchLogits(ids.to(picture.device()), mask.to(picture.device()), picture);
    return (logits.argmax(1) == fits).sum().item<std::int64_t>();
}

double matchAccuracy(Blip& blip, const text::BertTokenizer& tokenizer, const training::PairData& data,
    const BlipTrainOptions& options, c10::Device device, const std::stop_token& stop)
{
    std::int64_t right = 0;
    forPictures(blip, data, options, device, stop, [&](Samples some, const at::Tensor& picture) {
        std::vector<std::string> own, others;
        for (const auto index : some) {
            own.push_back(data.validation.samples[std::size_t(index)].texts.front());
            others.push_back(otherText(data, index));
        }
        right += judgedRight(blip, tokenizer, own, picture, options.textTokens, 1)
            + judgedRight(blip, tokenizer, others, picture, options.textTokens, 0);
    });
    return double(right) / double(2 * data.scored.size());
}

} // namespace

std::vector<std::string> captions(Blip& blip, const text::BertTokenizer& tokenizer, const training::PairData& data,
    const BlipTrainOptions& options, c10::Device device, const std::stop_token& stop)
{
    std::vector<std::string> texts;
    generate::GenerateOptions how;
    how.maxNewTokens = options.textTokens;
    how.endId = blip->config().endId;
    const auto prompt = promptIds(training::paddedIds(tokenizer, {options.prompt}, 0), blip->config().beginId);
    forPictures(blip, data, options, device, stop, [&](Samples some, const at::Tensor& picture) {
        CaptionDecoder decoder(blip, picture);
        const auto prompts = prompt.expand({std::int64_t(some.size()), -1}).contiguous().to(device);
        for (const auto& one : generate::generate(decoder, prompts, how, stop))
            texts.push_back(tokenizer.decode(one.ids));
    });
    return texts;
}

BlipScores scoreTexts(const std::vector<std::string>& texts, const training::PairData& data)
{
    BlipScores scores;
    std::vector<std::vector<std::string>> references;
    for (std::size_t i = 0; i < data.scored.size(); ++i) {
        references.push_back(data.validation.samples[std::size_t(data.scored[i])].texts);
        scores.places.add(references.back().front(), texts[i]);
    }
    scores.texts = scoring::textScores(texts, references);
    return scores;
}

BlipScores scoreBlip(Blip& blip, const text::BertTokenizer& tokenizer, const training::PairData& data,
    const BlipTrainOptions& options, c10::Device device, const std::stop_token& stop)
{
    const auto texts = captions(blip, tokenizer, data, options, device, stop);
    if (stop.stop_requested())
        return {};
    auto scores = scoreTexts(texts, data);
    if (blip->config().parts.match)
        scores.matches = matchAccuracy(blip, tokenizer, data, options, device, stop);
    return scores;
}

} // namespace models::blip
