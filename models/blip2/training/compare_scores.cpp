#include "models/blip2/training/compare_scores.h"

#include "models/blip2/training/compare_losses.h"
#include "models/layers/token_loss.h"
#include "models/scoring/match_scores.h"
#include "models/training/batch.h"

#include <torch/types.h>

#include <algorithm>
#include <functional>
#include <set>
#include <span>

namespace models::blip2 {

namespace {

using Samples = std::span<const std::int64_t>;

struct PaddedTexts
{
    at::Tensor ids;
    at::Tensor mask;
};

PaddedTexts padded(const ScoringPlace& place, const std::vector<std::string>& texts)
{
    const auto ids = training::paddedIds(place.tokenizer, texts, place.textTokens).to(place.device);
    return {ids, (ids != place.tokenizer.frame().pad).to(torch::kLong)};
}

/// All different texts with their directions.
struct KnownTexts
{
    std::vector<std::string> texts;
    at::Tensor directions; ///< [texts, projection]
};

KnownTexts knownTexts(Blip2& blip2, const ScoringPlace& place)
{
    const auto known = training::textsOf(place.data.validation, place.data.scored);
    KnownTexts result{{known.begin(), known.end()}, {}};
    const auto all = padded(place, result.texts);
    std::vector<at::Tensor> directions;
    const auto ids = all.ids.split(place.batch), masks = all.mask.split(place.batch);
    for (std::size_t i = 0; i < ids.size(); ++i)
        directions.push_back(blip2->textDirections(ids[i], masks[i]));
    result.directions = torch::cat(directions);
    return result;
}

void addMatches(Blip2& blip2, const ScoringPlace& place, const std::vector<std::string>& texts,
    const at::Tensor& picture, std::vector<double>& scores)
{
    if (texts.empty())
        return;
    const auto text = padded(place, texts);
    const auto logits = blip2->matchLogits(text.ids, text.mask, picture);
    const auto fits = torch::softmax(logits.to(torch::kDouble), 1).select(1, 1).contiguous().cpu();
    scores.insert(scores.end(), fits.data_ptr<double>(), fits.data_ptr<double>() + fits.numel());
}

class Scorer
{
public:
    Scorer(Blip2& blip2, layers::BertPredictions predictions, const ScoringPlace& place)
        : m_blip2(blip2)
        , m_predictions(std::move(predictions))
        , m_place(place)
        , m_known(knownTexts(blip2, place))
        , m_different(m_known.texts.begin(), m_known.texts.end())
    {
    }

    void add(Samples some)
    {
        auto images = training::makeBatch(m_place.data.validation, nullptr, some, {}, {3}).images;
        training::normalise(images, m_place.fit);
        const auto picture = m_blip2->pictureTokens(images.to(m_place.device));
        const auto nearest =
            bestCosines(m_blip2->pictureDirections(picture), m_known.directions).argmax(1).cpu().contiguous();
        std::vector<std::string> own, others;
        std::vector<std::int64_t> changed;
        for (std::size_t row = 0; row < some.size(); ++row) {
            const auto& texts = m_place.data.validation.samples[std::size_t(some[row])].texts;
            const auto& found = m_known.texts[std::size_t(nearest.data_ptr<std::int64_t>()[row])];
            m_scores.nearest.push_back(found);
            m_scores.retrieval += std::find(texts.begin(), texts.end(), found) != texts.end();
            own.push_back(texts.front());
            if (const auto other = scoring::changedText(texts.front(), scoring::TextChange::Any, m_different)) {
                others.push_back(*other);
                changed.push_back(std::int64_t(row));
            }
        }
        addMatches(m_blip2, m_place, own, picture, m_scores.own);
        if (!changed.empty())
            addMatches(m_blip2, m_place, others, picture.index_select(0, torch::tensor(changed).to(m_place.device)),
                m_scores.others);
        if (m_predictions)
            m_scores.written += double(some.size()) * lossOf(own, picture);
    }

    CompareScores scores()
    {
        m_scores.retrieval /= double(m_place.data.scored.size());
        m_scores.written /= double(m_place.data.scored.size());
        return m_scores;
    }

private:
    double lossOf(const std::vector<std::string>& own, const at::Tensor& picture)
    {
        auto text = padded(m_place, own);
        const auto begin = m_place.tokenizer.find("[DEC]");
        text.ids.select(1, 0).fill_(begin);
        const auto hidden = m_blip2->writtenTokens(picture, text.ids, text.mask);
        const auto labels = text.ids.masked_fill(text.mask == 0, -100);
        return layers::nextTokenLoss(m_predictions->forward(hidden), labels).item<double>();
    }

    Blip2& m_blip2;
    layers::BertPredictions m_predictions;
    const ScoringPlace& m_place;
    KnownTexts m_known;
    std::set<std::string> m_different;
    CompareScores m_scores;
};

} // namespace

double CompareScores::matchLoss() const
{
    return scoring::matchLoss(own, others);
}

double CompareScores::matches() const
{
    return scoring::partRight(own, others);
}

CompareScores scoreCompared(
    Blip2& blip2, layers::BertPredictions predictions, const ScoringPlace& place, const std::stop_token& stop)
{
    const torch::NoGradGuard noGradients;
    const bool wasTraining = blip2->is_training();
    blip2->eval();
    Scorer scorer(blip2, std::move(predictions), place);
    const Samples all(place.data.scored);
    for (std::size_t first = 0; first < all.size() && !stop.stop_requested(); first += std::size_t(place.batch))
        scorer.add(all.subspan(first, std::min(std::size_t(place.batch), all.size() - first)));
    blip2->train(wasTraining);
    return scorer.scores();
}

} // namespace models::blip2
