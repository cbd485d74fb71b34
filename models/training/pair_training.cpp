#include "models/training/pair_training.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/training/training_loop.h"

#include <c10/util/Exception.h>

namespace models::training {

namespace {

TrainResult train(const PairOptions& options, const std::function<PairData()>& load, const std::stop_token& stop,
    const imaging::Progress& progress, const MakePairTask& makeTask)
{
    const TrainingPlace place(options);
    const auto data = load();
    TrainResult result;
    result.cancelled = place.any(stop.stop_requested());
    if (!result.cancelled) {
        if (place.isFirst())
            for (const auto& warning : data.warnings)
                imaging::log(imaging::LogLevel::Warning, warning);
        const auto task = makeTask(data, place);
        result = runTraining(options, *task, place, stop, progress);
    }
    result.warnings = data.warnings;
    return result;
}

TrainResult guardedTrain(const PairOptions& options, const std::function<PairData()>& load,
    const std::stop_token& stop, const imaging::Progress& progress, const MakePairTask& makeTask)
{
    requireNoOtherPackage(options);
    try {
        return train(options, load, stop, progress, makeTask);
    } catch (const c10::Error& error) {
        throw imaging::Error(imaging::ErrorKind::Internal,
            std::string("The training failed in LibTorch: ") + error.what_without_backtrace(), options.output.string());
    }
}

} // namespace

TrainResult trainPairs(const PairOptions& options, const vision::PictureFit& fit, const std::stop_token& stop,
    const imaging::Progress& progress, const MakePairTask& makeTask)
{
    return guardedTrain(
        options, [&] { return loadPairs(options, fit, stop, progress); }, stop, progress, makeTask);
}

TrainResult trainTexts(const PairOptions& options, const std::stop_token& stop, const imaging::Progress& progress,
    const MakePairTask& makeTask)
{
    return guardedTrain(
        options, [&] { return loadTexts(options); }, stop, progress, makeTask);
}

} // namespace models::training
