#pragma once

#include "imaging/progress.h"
#include "models/facade/lvit_training.h"
#include "models/lvit/training/train.h"
#include "models/weights/safetensors.h"

#include <filesystem>
#include <stop_token>
#include <string_view>

/// Trainings of seconds.
namespace tiny {

struct Run
{
    models::TrainResult result;
    models::weights::StateDict weights;
    int reports = 0;
};

/// Stops after so many reports of progress whose stage begins with `stage`; 0: never.
inline Run train(const models::LvitTrainOptions& options, int stopAfter = 0, std::string_view stage = "epoch")
{
    Run run;
    std::stop_source stop;
    const imaging::Progress progress([&](double, std::string_view now) {
        if (now.starts_with(stage) && ++run.reports == stopAfter)
            stop.request_stop();
    });
    run.result = models::lvit::trainLvit(options, stop.get_token(), progress);
    if (std::filesystem::exists(options.output / "model.safetensors"))
        run.weights = models::weights::readSafetensors(options.output / "model.safetensors");
    return run;
}

/// The same names with the same numbers, to the bit; never of nothing.
inline bool equal(const models::weights::StateDict& first, const models::weights::StateDict& second)
{
    if (first.empty() || first.size() != second.size())
        return false;
    for (const auto& [key, tensor] : first)
        if (!second.contains(key) || !tensor.equal(second.at(key)))
            return false;
    return true;
}

} // namespace tiny
