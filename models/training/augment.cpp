#include "models/training/augment.h"

#include "imaging/error.h"
#include "models/lvit_training.h"
#include "models/training/random.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>
#include <string>

namespace models {

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

/// Where each new pixel comes from, in grid_sample's frame (-1..1, x to the right): the inverse movement.
at::Tensor inverseMovement(const Augmentation& augmentation)
{
    const float cosine = std::cos(augmentation.radians) / augmentation.scale;
    const float sine = std::sin(augmentation.radians) / augmentation.scale;
    const float x = 2 * augmentation.shiftX;
    const float y = 2 * augmentation.shiftY;
    return at::tensor({cosine, sine, -(cosine * x + sine * y), -sine, cosine, sine * x - cosine * y}, at::kFloat)
        .view({1, 2, 3});
}

} // namespace

void requireTruthful(const LvitTrainOptions& options)
{
    requireWithin("flipProbability", options.flipProbability, 1);
    requireWithin("clauseDropProbability", options.clauseDropProbability, 1);
    requireWithin("oneSideProbability", options.oneSideProbability, 1);
    requireWithin("brightnessJitter", options.brightnessJitter, 1);
    requireWithin("contrastJitter", options.contrastJitter, 1);
    requireWithin("rotateDegrees", options.rotateDegrees, 20);
    requireWithin("zoom", options.zoom, 0.25);
    requireWithin("shift", options.shift, 0.15);
}

Augmentation drawAugmentation(const LvitTrainOptions& options, int epoch, std::int64_t index, int texts)
{
    SeededRandom random{options.seed, kAugmentationStream, std::uint64_t(epoch), std::uint64_t(index)};
    Augmentation drawn;
    drawn.flip = random.uniform() < options.flipProbability;
    drawn.contrast = float(1 + random.within(options.contrastJitter));
    drawn.brightness = float(random.within(options.brightnessJitter));
    drawn.radians = float(random.within(options.rotateDegrees) * std::numbers::pi / 180);
    drawn.scale = float(1 + random.within(options.zoom));
    drawn.shiftX = float(random.within(options.shift));
    drawn.shiftY = float(random.within(options.shift));
    drawn.text = texts > 1 ? int(random.below(std::uint64_t(texts))) : 0;
    for (unsigned clause = 0; clause < kDroppableClauses; ++clause)
        drawn.droppedClauses |= random.uniform() < options.clauseDropProbability ? 1U << clause : 0U;
    if (random.uniform() < options.oneSideProbability)
        drawn.sides = random.below(2) == 0 ? ShownSides::Left : ShownSides::Right;
    return drawn;
}

void adjustBrightness(at::Tensor& picture, const Augmentation& augmentation)
{
    if (augmentation.contrast == 1 && augmentation.brightness == 0)
        return;
    const auto mean = picture.mean();
    picture.sub_(mean).mul_(augmentation.contrast).add_(mean).add_(augmentation.brightness).clamp_(0, 1);
}

void move(at::Tensor& picture, at::Tensor& mask, const Augmentation& augmentation)
{
    constexpr int kBilinear = 0;
    constexpr int kZeros = 0;
    const auto both = at::cat({picture, mask}).unsqueeze(0); // [1, 2, S, S]
    const auto grid = at::affine_grid_generator(inverseMovement(augmentation), both.sizes(), /*align_corners=*/false);
    const auto moved = at::grid_sampler(both, grid, kBilinear, kZeros, /*align_corners=*/false); // [1, 2, S, S]
    picture.copy_(moved[0].narrow(0, 0, 1));
    mask.copy_(moved[0].narrow(0, 1, 1) >= 0.5);
}

} // namespace models
