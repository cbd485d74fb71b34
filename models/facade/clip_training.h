#pragma once

#include "models/facade/training.h"
#include "models/training/pair_options.h"

namespace models {

/// Settings of `limn train clip`; each can stand in the JSON file of --config, under the names of settingsOf().
struct ClipTrainOptions : training::PairOptions
{
    static constexpr const char* kCommand = "limn train clip"; ///< Its --help lists them.

    ClipTrainOptions()
    {
        name = "clip";
        optimizer = Optimizer::AdamW;
        learningRate = 5e-4;
        weightDecay = 0.05;
        schedule = Schedule::OneCycle;
        batchSize = 128; // Each picture has all other texts of the step as negatives.
        epochs = 30;
        earlyStopEpochs = 0;
    }

    // The network from nothing; initialWeights, a CLIP's folder or file, brings its own.
    int textWidth = 512;
    int textLayers = 12;
    int contextLength = 77; ///< Tokens of a text at most.
    int embedDim = 512; ///< Length of the vectors that are compared.
};

} // namespace models
