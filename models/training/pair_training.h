#pragma once

#include "models/training/pair_data.h"
#include "models/training/training_place.h"
#include "models/training/training_task.h"

#include <functional>
#include <memory>

namespace models::training {

/// Makes a family's task of data and place, which outlive it.
using MakePairTask = std::function<std::unique_ptr<TrainingTask>(const PairData&, const TrainingPlace&)>;

/// A training on pictures with their texts from the folder to the package: reads the data, says what is odd about them,
/// and runs the loop. Errors of LibTorch become Error(Internal).
TrainResult trainPairs(const PairOptions& options, const vision::PictureFit& fit, const std::stop_token& stop,
    const imaging::Progress& progress, const MakePairTask& makeTask);

/// The same on the texts alone.
TrainResult trainTexts(const PairOptions& options, const std::stop_token& stop, const imaging::Progress& progress,
    const MakePairTask& makeTask);

} // namespace models::training
