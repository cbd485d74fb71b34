#include "models/training/augment.h"

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
    return drawn;
}

std::vector<std::string> shownVariants(const std::string& text, const AugmentationOptions& options)
{
    return annotations::shownVariants(
        text, {options.oneSideProbability > 0, options.clauseDropProbability > 0, options.flipProbability > 0});
}

// Plain loops from here on: ATen would start threads of its own within each of the loader's, and the order of a sum
// would follow their number.

void adjustBrightness(at::Tensor& picture, const Augmentation& augmentation)
{
    if (augmentation.contrast == 1 && augmentation.brightness == 0)
        return;
    const std::span<float> values(picture.data_ptr<float>(), std::size_t(picture.numel()));
    const auto mean = float(std::accumulate(values.begin(), values.end(), 0.0) / double(values.size()));
    for (float& value : values)
        value = std::clamp((value - mean) * augmentation.contrast + mean + augmentation.brightness, 0.0F, 1.0F);
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
