#include "models/blip/training/blip_scores.h"

#include "models/blip/caption_decoder.h"
#include "models/blip/training/initial_blip.h"
#include "models/generate/generate.h"
#include "models/training/batch.h"
#include "models/training/pair_steps.h"
#include "models/vision/encoding_step.h"

#include <torch/types.h>

#include <algorithm>
#include <functional>
#include <set>
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
    const auto& tower = blip->config().vision;
    const auto batch =
        std::size_t(vision::encodedTogether(options.batchSize, 1 + tower.patches(), tower.width, tower.layers, device));
    for (std::size_t first = 0; first < all.size() && !stop.stop_requested(); first += batch) {
        const auto some = all.subspan(first, std::min(batch, all.size() - first));
        auto images = training::makeBatch(data.validation, nullptr, some, {}, {3}).images;
        training::normalise(images, fitOf(options));
        work(some, blip->pictureTokens(images.to(device)));
    }
    blip->train(wasTraining);
}

/// Adds how likely ITM finds it that the texts fit their pictures.
void addMatches(Blip& blip, const text::BertTokenizer& tokenizer, const std::vector<std::string>& texts,
    const at::Tensor& picture, std::int64_t most, std::vector<double>& scores)
{
    auto ids = training::paddedIds(tokenizer, texts, most);
    const auto mask = (ids != blip->config().text.padId).to(torch::kLong);
    if (blip->config().matchId >= 0)
        ids.select(1, 0).fill_(blip->config().matchId);
    const auto logits = blip->matchLogits(ids.to(picture.device()), mask.to(picture.device()), picture);
    const auto fits = torch::softmax(logits.to(torch::kDouble), 1).select(1, 1).contiguous().cpu();
    scores.insert(scores.end(), fits.data_ptr<double>(), fits.data_ptr<double>() + fits.numel());
}

/// Pictures of a step whose text can be changed so, with those texts.
struct ChangedTexts
{
    std::vector<std::int64_t> rows;
    std::vector<std::string> texts;
};

ChangedTexts changedTexts(
    const training::PairData& data, Samples some, scoring::TextChange change, const std::set<std::string>& known)
{
    ChangedTexts changed;
    for (std::size_t row = 0; row < some.size(); ++row) {
        const auto& own = data.validation.samples[std::size_t(some[row])].texts.front();
        if (const auto other = scoring::changedText(own, change, known)) {
            changed.rows.push_back(std::int64_t(row));
            changed.texts.push_back(*other);
        }
    }
    return changed;
}

void scoreMatches(Blip& blip, const text::BertTokenizer& tokenizer, const training::PairData& data,
    const BlipTrainOptions& options, c10::Device device, const std::stop_token& stop, BlipScores& scores)
{
    std::set<std::string> known;
    for (const auto index : data.scored)
        known.insert(data.validation.samples[std::size_t(index)].texts.front());
    for (const auto change : scoring::kTextChanges)
        scores.changed.push_back({change, {}});
    forPictures(blip, data, options, device, stop, [&](Samples some, const at::Tensor& picture) {
        std::vector<std::string> own;
        for (const auto index : some)
            own.push_back(data.validation.samples[std::size_t(index)].texts.front());
        addMatches(blip, tokenizer, own, picture, options.textTokens, scores.own);
        for (auto& [change, judged] : scores.changed) {
            const auto others = changedTexts(data, some, change, known);
            if (others.rows.empty() || stop.stop_requested())
                continue;
            const auto seen = picture.index_select(0, torch::tensor(others.rows).to(picture.device()));
            addMatches(blip, tokenizer, others.texts, seen, options.textTokens, judged);
        }
    });
}

} // namespace

double BlipScores::matches() const
{
    return changed.empty() ? 0 : scoring::partRight(own, changed.back().scores); // Empty: it was stopped before.
}

scoring::MatchCalibration BlipScores::calibration() const
{
    constexpr double kChance = 0.5;
    std::vector<double> others;
    std::vector<scoring::TextChange> notToldApart;
    for (const auto& [change, scores] : changed) {
        others.insert(others.end(), scores.begin(), scores.end());
        if (!scores.empty() && scoring::rocArea(own, scores) <= kChance)
            notToldApart.push_back(change);
    }
    auto calibration = scoring::calibrated(own, others);
    calibration.notToldApart = std::move(notToldApart);
    return calibration;
}

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

BlipScores scoreBlip(Blip& blip, const text::BertTokenizer& tokenizer, const training::PairData& data,
    const BlipTrainOptions& options, c10::Device device, const std::stop_token& stop)
{
    BlipScores scores;
    if (blip->config().parts.decoder) {
        scores.texts = captions(blip, tokenizer, data, options, device, stop);
        if (stop.stop_requested())
            return {};
        scores.written = training::scoreWritten(scores.texts, data);
    }
    if (blip->config().parts.match)
        scoreMatches(blip, tokenizer, data, options, device, stop, scores);
    return scores;
}

scoring::FigureTable matchTable(const BlipScores& scores)
{
    constexpr double kMiddle = 0.5;
    const double threshold = scores.calibration().threshold;
    scoring::FigureTable table{"matches",
        "Whether a report fits its picture (ITM), by what was changed of the picture's own. The threshold "
            + scoring::shown(threshold, {{}, {}, 1, 4})
            + " makes the mean of both rates of error least on this very split. ROC: how often a report that fits has a "
              "higher score than one changed so (chance: 50).",
        {{"reports", "reports", 1, 0}, {"right", "judged right at 0.5"}, {"right_at_threshold", "at the threshold"},
            {"roc_area", "ROC area"}},
        {}};
    if (scores.own.empty())
        return table;
    table.rows.push_back({"its own", {double(scores.own.size()), 1 - scoring::partBelow(scores.own, kMiddle),
        1 - scoring::partBelow(scores.own, threshold), std::nullopt}});
    for (const auto& [change, judged] : scores.changed)
        if (!judged.empty())
            table.rows.push_back({scoring::nameOf(change), {double(judged.size()), scoring::partBelow(judged, kMiddle),
                scoring::partBelow(judged, threshold), scoring::rocArea(scores.own, judged)}});
    return table;
}

} // namespace models::blip
