#pragma once

#include "models/facade/training.h"
#include "models/training/pair_options.h"

namespace models {

/// Settings of `limn train language`; each can stand in the JSON file of --config, under the names of settingsOf().
/// What the others of its kind say of pictures is not read: only texts are.
struct LanguageTrainOptions : training::PairOptions
{
    static constexpr const char* kCommand = "limn train language"; ///< Its --help lists them.

    LanguageTrainOptions()
    {
        name = "language";
        optimizer = Optimizer::AdamW;
        learningRate = 1e-3;
        weightDecay = 0.05;
        gradientNorm = 1;
        schedule = Schedule::OneCycle;
        batchSize = 64;
        epochs = 10;
        earlyStopEpochs = 0;
        vocabularySize = 1024;
    }

    // The network from nothing; initialWeights, an OPT's folder, brings its own.
    int textWidth = 256;
    int textLayers = 4;
    int textTokens = 128; ///< Of a text at most; the end of longer ones is not learnt.
    double dropout = 0.1;
};

} // namespace models
