#include "models/blip/training/train.h"

#include "models/blip/load_blip.h"
#include "models/blip/training/blip_task.h"
#include "models/training/pair_folder.h"
#include "models/training/pair_training.h"

namespace models::blip {

namespace {

/// The initial model's picture size, where there is one.
BlipTrainOptions withInitialSizes(BlipTrainOptions options)
{
    if (const auto initial = training::initialFolder(options); !initial.empty())
        options.tower.pictureSize = static_cast<int>(openBlip(initial)->config().vision.imageSize);
    return options;
}

} // namespace

TrainResult trainBlip(const BlipTrainOptions& given, std::stop_token stop, const imaging::Progress& progress)
{
    requireValid(given);
    const auto options = withInitialSizes(given);
    return training::trainPairs(options, fitOf(options), stop, progress,
        [&](const training::PairData& data, const training::TrainingPlace& place) {
            prepareBlip(options, data, place);
            return std::make_unique<BlipTask>(options, data, place);
        });
}

} // namespace models::blip
