#pragma once

#include "models/lvit/config.h"
#include "models/lvit_training.h"

#include <torch/nn/module.h>

namespace models {

struct EpochRow;
struct TrainingData;

/// config.json of the package a training makes; `textWidth` is the encoder's.
LViTPackage packageFor(const LvitTrainOptions& options, int textWidth);

/// Writes model.safetensors, config.json and README.md (the model card) to options.output. Throws Error(Io).
void writePackage(const LvitTrainOptions& options, const LViTPackage& package, const torch::nn::Module& net,
    const TrainingData& data, const EpochRow& figures);

} // namespace models
