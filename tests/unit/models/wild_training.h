#pragma once

#include "models/facade/lvit_training.h"

#include <cstdint>

/// Everything that augmentation knows at once, as wild as the settings allow.
inline models::LvitTrainOptions wildTraining(std::uint64_t seed = models::LvitTrainOptions().seed)
{
    models::LvitTrainOptions options;
    options.seed = seed;
    options.augmentation.rotateDegrees = 20;
    options.augmentation.zoom = 0.25;
    options.augmentation.shift = 0.15;
    options.augmentation.turnProbability = 0.5;
    options.augmentation.clauseDropProbability = 0.3;
    options.augmentation.oneSideProbability = 0.3;
    return options;
}
