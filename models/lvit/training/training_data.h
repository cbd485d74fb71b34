#pragma once

#include "models/facade/lvit_training.h"
#include "models/training/batch.h"
#include "models/training/labelled_split.h"

#include <memory>
#include <stop_token>

namespace models::text {
class TextEncoder;
}

namespace models::lvit {

/// Everything read before the first step.
struct TrainingData
{
    TrainingData();
    ~TrainingData();
    TrainingData(TrainingData&&) noexcept;
    TrainingData& operator=(TrainingData&&) noexcept;

    data::Dataset training;
    data::Dataset validation;
    std::unique_ptr<text::TextEncoder> encoder; ///< Null, as `texts`, for a network that reads none.
    std::unique_ptr<training::TextVectors> texts;
    training::LabelledSplit split; ///< Of `training`.
    std::vector<std::uint8_t> mirrored; ///< BatchOptions::mirrored
    int textWidth = 0;
    imaging::Warnings warnings; ///< What is odd about the data, one report for both splits.
};

/// Reads both splits, looks for what is likely to be a mistake (data_checks.h) and embeds the texts.
TrainingData loadTrainingData(const LvitTrainOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace models::lvit
