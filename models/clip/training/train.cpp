#include "models/clip/training/train.h"

#include "models/clip/load_clip.h"
#include "models/clip/training/clip_task.h"
#include "models/clip/training/initial_clip.h"
#include "models/training/pair_folder.h"
#include "models/training/pair_training.h"

namespace models::clip {

namespace {

/// The initial model's picture size, where there is one.
ClipTrainOptions withInitialSizes(ClipTrainOptions options)
{
    if (const auto initial = training::initialFolder(options); !initial.empty())
        options.tower.pictureSize = static_cast<int>(openClip(initial)->config().imageSize);
    return options;
}

} // namespace

TrainResult trainClip(const ClipTrainOptions& given, std::stop_token stop, const imaging::Progress& progress)
{
    requireValid(given);
    const auto options = withInitialSizes(given);
    return training::trainPairs(options, fitOf(options), stop, progress,
        [&](const training::PairData& data, const training::TrainingPlace& place) {
            prepareClip(options, data, place);
            return std::make_unique<ClipTask>(options, data, place);
        });
}

} // namespace models::clip
