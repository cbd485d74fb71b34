#include "models/lvit/training/train.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/lvit/training/lvit_task.h"
#include "models/lvit/training/valid_options.h"
#include "models/text/text_encoder.h"
#include "models/training/training_loop.h"

#include <c10/util/Exception.h>

#include <utility>

namespace models::lvit {

namespace {

TrainResult train(const LvitTrainOptions& options, const std::stop_token& stop, const imaging::Progress& progress)
{
    const training::TrainingPlace place(options);
    const auto data = loadTrainingData(options, stop, progress);
    TrainResult result;
    result.cancelled = true;
    result.score = kScore;
    if (!stop.stop_requested()) {
        if (place.isFirst())
            for (const auto& warning : data.warnings)
                imaging::log(imaging::LogLevel::Warning, warning);
    }
    if (place.any(stop.stop_requested())) {
        result.warnings = data.warnings;
        return result;
    }
    LvitTask task(options, data, place);
    result = training::runTraining(options, task, place, stop, progress);
    result.warnings = data.warnings;
    return result;
}

} // namespace

TrainResult trainLvit(const LvitTrainOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    auto settings = options;
    if (settings.textEncoder.empty())
        settings.textEncoder = kDefaultTextEncoder;
    requireValid(settings);
    training::requireNoOtherPackage(settings);
    try {
        return train(settings, stop, progress);
    } catch (const c10::Error& error) {
        throw imaging::Error(imaging::ErrorKind::Internal,
            std::string("The training failed in LibTorch: ") + error.what_without_backtrace(), options.output.string());
    }
}

} // namespace models::lvit
