#pragma once

#include "models/facade/lvit_training.h"
#include "models/lvit/config.h"
#include "models/scoring/metrics.h"
#include "models/weights/state_dict.h"

#include <torch/nn/module.h>

#include <string>
#include <utility>
#include <vector>

namespace models::lvit {

struct TrainingData;

/// What a model card says about an epoch.
struct CardFigures
{
    int epoch = 0; ///< From 1.
    double seconds = 0; ///< Of training up to it.
    std::vector<std::pair<std::string, scoring::Scores>> scores; ///< By the kind of text: "given", "none", "shuffled".
};

/// config.json of the package a training makes; `textWidth` is the encoder's.
LViTPackage packageFor(const LvitTrainOptions& options, int textWidth);

/// Writes model.safetensors, config.json and README.md (the model card) to options.output. Throws Error(Io).
void writePackage(const LvitTrainOptions& options, const LViTPackage& package, const torch::nn::Module& net,
    const TrainingData& data, const CardFigures& figures);

/// Only README.md. Throws Error(Io).
void writeModelCard(const LvitTrainOptions& options, const torch::nn::Module& net, const TrainingData& data,
    const CardFigures& figures);

} // namespace models::lvit
