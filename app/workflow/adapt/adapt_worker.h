#pragma once

#include "app/workflow/adapt/adapt.h"

#include <functional>
#include <memory>

namespace app {

/// Opens the CLIP at a path to adapt it: the workstation's opens limn-models, a test's gives a fake.
using AdapterFactory = std::function<std::unique_ptr<models::Adapter>(const std::filesystem::path& model)>;

/// An epoch of an adaptation that is done.
struct AdaptPoint
{
    int epoch = 0; ///< From 1.
    double loss = 0;
    double learnt = 0; ///< Accuracy on the pictures as they were shown.
    double validation = 0; ///< Accuracy on those that are held back.
};

/// The epochs that are done of an adaptation into this folder; empty where there is none, and of a probe.
std::vector<AdaptPoint> readAdaptCurve(const std::filesystem::path& output);

/// Opens the model, adapts it and writes the scores beside what was learnt. `curve` is told the epochs whenever another
/// one is done. Stopped, nothing of it stays. Throws as AdapterFactory and adaptAndScore do; then nothing stays either.
AdaptReport adaptStudies(const AdapterFactory& open, const models::ClipAdaptOptions& options,
    const std::function<void(const std::vector<AdaptPoint>&)>& curve, std::stop_token stop,
    const imaging::Progress& progress);

} // namespace app
