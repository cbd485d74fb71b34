#pragma once

#include "imaging/laterality.h"
#include "models/facade/training.h"
#include "models/facade/training_json.h"
#include "models/package/package.h"
#include "models/training/augmentation_options.h"
#include "models/training/pair_options.h"
#include "models/training/unlabelled_plan.h"

#include <vector>

namespace models {

/// The settings of every training.
std::vector<Setting> settingsOf(TrainOptions& options);

/// The same and those of trainings on pictures with their texts.
std::vector<Setting> settingsOf(training::PairOptions& options);

/// Those of parts that a family may have among its own.
std::vector<Setting> settingsOf(training::AugmentationOptions& options);
std::vector<Setting> settingsOf(training::UnlabelledPlan& plan);

template <> Words<Optimizer> wordsOf<Optimizer>();
template <> Words<Schedule> wordsOf<Schedule>();

// What any family may ask of its texts; packages say it in the same words.
template <> Words<imaging::Sides> wordsOf<imaging::Sides>();
template <> Words<TextWording> wordsOf<TextWording>();

} // namespace models
