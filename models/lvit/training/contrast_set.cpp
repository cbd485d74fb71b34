#include "models/lvit/training/contrast_set.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <utility>

namespace models::lvit {

namespace {

/// Mean of the tokens that are there (the rest is zero padding), at unit length. [width]
at::Tensor pooled(const at::Tensor& tokens)
{
    const auto sum = tokens.to(at::kFloat).sum(0); // The length of the mean does not matter.
    return sum / sum.norm().clamp_min(1e-12);
}

at::Tensor maskOf(const data::Dataset& data, std::int64_t index)
{
    const auto pixels = std::int64_t(data.picturePixels());
    const auto bytes =
        at::from_blob(const_cast<std::uint8_t*>(data.masks.data()) + index * pixels, {pixels}, at::kByte);
    return bytes.to(at::kFloat).view({1, data.pictureSize, data.pictureSize});
}

} // namespace

std::vector<ContrastCase> contrastFromLabelled(const data::Dataset& data, const training::LabelledSplit& split)
{
    std::map<std::string, std::pair<at::Tensor, int>> sums;
    for (const auto index : split.labelled)
        for (const auto& text : data.samples[std::size_t(index)].texts) {
            auto& [sum, count] = sums[text];
            sum = count++ == 0 ? maskOf(data, index) : sum + maskOf(data, index);
        }
    std::vector<ContrastCase> cases;
    for (const auto& [text, entry] : sums)
        if (entry.first.any().item<bool>())
            cases.push_back({text, entry.first / entry.second});
    return cases;
}

std::vector<ContrastCase> contrastCases(
    const LvitTrainOptions& options, const data::Dataset& data, const training::LabelledSplit& split)
{
    if (options.contrastSet == ContrastSource::Labelled)
        return contrastFromLabelled(data, split);
    return contrastDrawings(options.pictureSize, options.textSides);
}

ContrastSet::ContrastSet(
    std::vector<ContrastCase> cases, ContrastSimilarity similarity, const training::TextVectors* vectors)
    : m_cases(std::move(cases))
    , m_similarity(similarity)
    , m_vectors(vectors)
{
    for (const auto& entry : m_cases) {
        m_words.push_back(annotations::readPlaceWords(entry.text));
        if (vectors)
            m_pooled.push_back(pooled(vectors->of(entry.text)));
    }
}

const ContrastCase* ContrastSet::nearest(const std::string& text) const
{
    const auto words = annotations::readPlaceWords(text);
    if (m_similarity == ContrastSimilarity::Words && !words.namesSide())
        return nullptr;
    constexpr double kTieBreak = 1e-3; // Below the least difference that words make.
    const auto own = m_vectors ? pooled(m_vectors->of(text)) : at::Tensor();
    const ContrastCase* best = nullptr;
    double highest = -2;
    for (std::size_t i = 0; i < m_cases.size(); ++i) {
        const double cosine = m_vectors ? at::dot(own, m_pooled[i]).item<double>() : 0;
        const double value =
            m_similarity == ContrastSimilarity::Pooled ? cosine : similarity(words, m_words[i]) + kTieBreak * cosine;
        if (value > highest) {
            highest = value;
            best = &m_cases[i];
        }
    }
    return best;
}

ContrastAgreement measureAgreement(const ContrastSet& set, const std::vector<std::string>& texts)
{
    ContrastAgreement result;
    result.texts = texts.size();
    for (const auto& text : texts) {
        const auto* chosen = set.nearest(text);
        if (!chosen)
            continue;
        const auto wanted = annotations::readPlaceWords(text), found = annotations::readPlaceWords(chosen->text);
        const bool sides = wanted.sameSides(found), areas = wanted.areas == found.areas;
        ++result.chosen;
        result.sameSides += sides;
        result.sameAreas += areas;
        result.sameBoth += sides && areas;
    }
    return result;
}

} // namespace models::lvit
