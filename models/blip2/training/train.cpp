#include "models/blip2/training/train.h"

#include "models/blip2/training/compare_task.h"
#include "models/blip2/training/write_task.h"
#include "models/training/pair_training.h"

namespace models::blip2 {

TrainResult trainBlip2(const Blip2TrainOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    requireValid(options);
    return training::trainPairs(options, fitOf(options), stop, progress,
        [&](const training::PairData& data,
            const training::TrainingPlace& place) -> std::unique_ptr<training::TrainingTask> {
            prepareBlip2(options, data, place);
            if (options.objective == Blip2Objective::Compare)
                return std::make_unique<CompareTask>(options, data, place);
            return std::make_unique<WriteTask>(options, data, place);
        });
}

} // namespace models::blip2
