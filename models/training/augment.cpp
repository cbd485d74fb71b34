#include "models/training/augment.h"

#include "annotations/report/paraphrases.h"
#include "imaging/error.h"
#include "models/data/random.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace models::training {

namespace {

constexpr std::uint64_t kAugmentationStream = 0xA06;
/// Of settings that came later: what the others draw stays as it was.
constexpr std::uint64_t kToneStream = 0xA07;
constexpr std::uint64_t kEmptyTextStream = 0xA08;
constexpr std::uint64_t kParaphraseStream = 0xA09;
constexpr std::uint64_t kParaphraseSeed = 1; ///< One for all trainings: their texts are embedded before the first step.

void requireWithin(const char* name, double value, double most)
{
    if (!(value >= 0 && value <= most)) {
        std::string limit = std::to_string(most);
        limit.erase(limit.find_last_not_of('0') + 1);
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            std::string(name) + " must lie between 0 and " + (limit.back() == '.' ? limit + "0" : limit)
                + ": more would make texts false or pictures useless.");
    }
}

/// Where each new pixel comes from, in pixels from the picture's centre: the inverse movement.
class InverseMovement
{
public:
    InverseMovement(const Augmentation& augmentation, std::int64_t size)
        : m_cosine(std::cos(augmentation.radians) / augmentation.scale)
        , m_sine(std::sin(augmentation.radians) / augmentation.scale)
        , m_shiftX(augmentation.shiftX * float(size))
        , m_shiftY(augmentation.shiftY * float(size))
        , m_centre(float(size - 1) / 2)
    {
    }

    /// Column and row in the old picture of a pixel of the new one.
    std::pair<float, float> source(std::int64_t column, std::int64_t row) const
    {
        const float x = float(column) - m_centre - m_shiftX;
        const float y = float(row) - m_centre - m_shiftY;
        return {m_cosine * x + m_sine * y + m_centre, m_cosine * y - m_sine * x + m_centre};
    }

private:
    float m_cosine, m_sine, m_shiftX, m_shiftY, m_centre;
};

/// The four pixels around a place and their shares of it; pixels outside the picture have the offset -1.
struct Neighbours
{
    std::array<std::int64_t, 4> offsets{};
    std::array<float, 4> shares{};

    Neighbours(std::pair<float, float> place, std::int64_t size)
    {
        const float left = std::floor(place.first);
        const float top = std::floor(place.second);
        const float x = place.first - left;
        const float y = place.second - top;
        shares = {(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y};
        for (int i = 0; i < 4; ++i) {
            const auto column = std::int64_t(left) + i % 2;
            const auto row = std::int64_t(top) + i / 2;
            const bool inside = column >= 0 && column < size && row >= 0 && row < size;
            offsets[std::size_t(i)] = inside ? row * size + column : -1;
        }
    }
};

float blended(const float* values, const Neighbours& from)
{
    float sum = 0;
    for (std::size_t i = 0; i < 4; ++i)
        if (from.offsets[i] >= 0)
            sum += from.shares[i] * values[from.offsets[i]];
    return sum;
}

/// The value with the largest share; of equal ones the larger value.
float mostCommon(const float* values, const Neighbours& from)
{
    std::array<float, 4> value{};
    for (std::size_t i = 0; i < 4; ++i)
        value[i] = from.offsets[i] >= 0 ? values[from.offsets[i]] : 0;
    float best = 0, bestShare = -1;
    for (std::size_t i = 0; i < 4; ++i) {
        float share = 0;
        for (std::size_t j = 0; j < 4; ++j)
            share += value[j] == value[i] ? from.shares[j] : 0;
        if (share > bestShare || (share == bestShare && value[i] > best)) {
            best = value[i];
            bestShare = share;
        }
    }
    return best;
}

void drawTones(Augmentation& drawn, const AugmentationOptions& options, data::SeededRandom random)
{
    drawn.gamma = float(std::exp(random.within(options.gammaJitter)));
    drawn.darkest = float(random.within(options.windowJitter));
    drawn.brightest = float(1 + random.within(options.windowJitter));
    drawn.noise = float(options.noise * random.uniform());
    drawn.noiseSeed = random.next();
}

void drawEmptyText(Augmentation& drawn, const AugmentationOptions& options, data::SeededRandom random)
{
    const bool denied = random.uniform() < options.deniedProbability;
    const auto which = random.next();
    if (denied)
        drawn.emptyText = which;
    drawn.otherSide = random.uniform() < options.otherSideProbability;
}

void drawParaphrase(Augmentation& drawn, const AugmentationOptions& options, data::SeededRandom random)
{
    const bool reworded = random.uniform() < options.paraphraseProbability;
    const auto which = random.next();
    if (reworded)
        drawn.paraphrase = which;
}

/// (value - darkest) / (brightest - darkest), to the power of gamma
void adjustTones(std::span<float> values, const Augmentation& augmentation)
{
    if (augmentation.gamma == 1 && augmentation.darkest == 0 && augmentation.brightest == 1)
        return;
    const float width = augmentation.brightest - augmentation.darkest;
    for (float& value : values)
        value = std::pow(std::clamp((value - augmentation.darkest) / width, 0.0F, 1.0F), augmentation.gamma);
}

/// About the mean, then brightness.
void adjustContrast(std::span<float> values, const Augmentation& augmentation)
{
    if (augmentation.contrast == 1 && augmentation.brightness == 0)
        return;
    const auto mean = float(std::accumulate(values.begin(), values.end(), 0.0) / double(values.size()));
    for (float& value : values)
        value = std::clamp((value - mean) * augmentation.contrast + mean + augmentation.brightness, 0.0F, 1.0F);
}

/// Normally distributed, the same in every channel (Box and Muller 1958).
void addNoise(std::span<float> values, std::size_t plane, const Augmentation& augmentation)
{
    if (augmentation.noise == 0)
        return;
    data::SeededRandom random{augmentation.noiseSeed};
    for (std::size_t pixel = 0; pixel < plane; ++pixel) {
        const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
        const auto noise = float(augmentation.noise * radius * std::cos(2 * std::numbers::pi * random.uniform()));
        for (std::size_t at = pixel; at < values.size(); at += plane)
            values[at] = std::clamp(values[at] + noise, 0.0F, 1.0F);
    }
}

void keepTrue(Augmentation& drawn, std::string_view text)
{
    if (annotations::namesPlace(text)) {
        drawn.quarterTurns = 0;
        drawn.topDown = false;
    }
    if (!annotations::namesPlace(text))
        return;
    const float damping = (annotations::namesZone(text) ? kMostZoneMovement : kMostSideMovement) / zoneMovement(drawn);
    if (damping >= 1)
        return;
    drawn.radians *= damping;
    drawn.scale = 1 + damping * (drawn.scale - 1);
    drawn.shiftX *= damping;
    drawn.shiftY *= damping;
}

} // namespace

void requireTruthful(const AugmentationOptions& options)
{
    requireWithin("flipProbability", options.flipProbability, 1);
    requireWithin("turnProbability", options.turnProbability, 1);
    requireWithin("clauseDropProbability", options.clauseDropProbability, 1);
    requireWithin("oneSideProbability", options.oneSideProbability, 1);
    requireWithin("brightnessJitter", options.brightnessJitter, 1);
    requireWithin("contrastJitter", options.contrastJitter, 1);
    requireWithin("rotateDegrees", options.rotateDegrees, 20);
    requireWithin("zoom", options.zoom, 0.25);
    requireWithin("shift", options.shift, 0.15);
    requireWithin("deniedProbability", options.deniedProbability, 1);
    requireWithin("otherSideProbability", options.otherSideProbability, 1);
    requireWithin("paraphraseProbability", options.paraphraseProbability, 1);
    requireWithin("paraphrases", options.paraphrases, 100);
    requireWithin("gammaJitter", options.gammaJitter, 1);
    requireWithin("windowJitter", options.windowJitter, 0.4);
    requireWithin("noise", options.noise, 0.5);
}

float zoneMovement(const Augmentation& augmentation)
{
    constexpr float kZoneRadius = 0.33F; // Lungs fill most of a chest X-ray; upper and lower zones lie farthest out.
    return 2 * kZoneRadius * std::sin(std::abs(augmentation.radians) / 2)
        + kZoneRadius * std::abs(augmentation.scale - 1) + std::hypot(augmentation.shiftX, augmentation.shiftY);
}

Augmentation drawAugmentation(const AugmentationOptions& options, std::uint64_t seed, int epoch, std::int64_t index,
    std::span<const std::string> texts)
{
    data::SeededRandom random{seed, kAugmentationStream, std::uint64_t(epoch), std::uint64_t(index)};
    Augmentation drawn;
    drawn.flip = random.uniform() < options.flipProbability;
    drawn.contrast = float(1 + random.within(options.contrastJitter));
    drawn.brightness = float(random.within(options.brightnessJitter));
    drawn.radians = float(random.within(options.rotateDegrees) * std::numbers::pi / 180);
    drawn.scale = float(1 + random.within(options.zoom));
    drawn.shiftX = float(random.within(options.shift));
    drawn.shiftY = float(random.within(options.shift));
    drawn.text = texts.size() > 1 ? int(random.below(texts.size())) : 0;
    for (unsigned clause = 0; clause < annotations::kDroppableClauses; ++clause)
        drawn.droppedClauses |= random.uniform() < options.clauseDropProbability ? 1U << clause : 0U;
    if (random.uniform() < options.oneSideProbability)
        drawn.sides = random.below(2) == 0 ? annotations::ShownSides::Left : annotations::ShownSides::Right;
    if (random.uniform() < options.turnProbability) {
        drawn.quarterTurns = int(random.below(4));
        drawn.topDown = random.below(2) == 1;
    }
    if (!texts.empty())
        keepTrue(drawn, texts[std::size_t(drawn.text)]);
    drawTones(drawn, options, data::SeededRandom{seed, kToneStream, std::uint64_t(epoch), std::uint64_t(index)});
    drawEmptyText(
        drawn, options, data::SeededRandom{seed, kEmptyTextStream, std::uint64_t(epoch), std::uint64_t(index)});
    drawParaphrase(
        drawn, options, data::SeededRandom{seed, kParaphraseStream, std::uint64_t(epoch), std::uint64_t(index)});
    return drawn;
}

std::string inOtherWords(std::string text, const Augmentation& augmentation, int paraphrases)
{
    if (!augmentation.paraphrase)
        return text;
    auto others = annotations::paraphrasesOf(text, std::size_t(paraphrases), kParaphraseSeed);
    return others.empty() ? std::move(text) : std::move(others[*augmentation.paraphrase % others.size()]);
}

std::vector<std::string> shownVariants(const std::string& text, const AugmentationOptions& options)
{
    auto variants = annotations::shownVariants(text,
        {options.oneSideProbability > 0, options.clauseDropProbability > 0,
            options.flipProbability > 0 || options.otherSideProbability > 0});
    if (options.paraphraseProbability > 0)
        for (std::size_t i = 0, count = variants.size(); i < count; ++i)
            for (auto& other :
                annotations::paraphrasesOf(variants[i], std::size_t(options.paraphrases), kParaphraseSeed))
                variants.push_back(std::move(other));
    return variants;
}

// Plain loops from here on: ATen would start threads of its own within each of the loader's, and the order of a sum
// would follow their number.

void adjustBrightness(at::Tensor& picture, const Augmentation& augmentation)
{
    const std::span<float> values(picture.data_ptr<float>(), std::size_t(picture.numel()));
    adjustTones(values, augmentation);
    adjustContrast(values, augmentation);
    addNoise(values, values.size() / std::size_t(picture.size(0)), augmentation);
}

void move(at::Tensor& picture, at::Tensor& mask, const Augmentation& augmentation)
{
    const auto channels = picture.size(0), size = picture.size(1), pixels = size * size;
    const std::vector<float> oldPicture(picture.data_ptr<float>(), picture.data_ptr<float>() + channels * pixels);
    std::vector<float> oldMask;
    if (mask.defined())
        oldMask.assign(mask.data_ptr<float>(), mask.data_ptr<float>() + pixels);
    const InverseMovement movement(augmentation, size);
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        const Neighbours from(movement.source(pixel % size, pixel / size), size);
        for (std::int64_t channel = 0; channel < channels; ++channel)
            picture.data_ptr<float>()[channel * pixels + pixel] = blended(&oldPicture[channel * pixels], from);
        if (mask.defined())
            mask.data_ptr<float>()[pixel] = mostCommon(oldMask.data(), from);
    }
}

} // namespace models::training
