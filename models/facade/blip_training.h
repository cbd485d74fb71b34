#pragma once

#include "models/facade/training.h"
#include "models/training/pair_options.h"

#include <string>

namespace models {

/// What a BLIP learns (Li et al. 2022).
enum class BlipObjective {
    Pretrain, ///< To compare (ITC), to match (ITM) and to write (LM), all at once.
    Caption, ///< To write only; what stands in `prompt` is given and not learnt. Leaves a model that writes only.
};

/// Settings of `limn train blip`; each can stand in the JSON file of --config, under the names of settingsOf().
struct BlipTrainOptions : training::PairOptions
{
    static constexpr const char* kCommand = "limn train blip"; ///< Its --help lists them.

    BlipTrainOptions()
    {
        name = "blip";
        optimizer = Optimizer::AdamW;
        learningRate = 3e-4;
        weightDecay = 0.05;
        schedule = Schedule::OneCycle;
        batchSize = 32;
        epochs = 20;
        earlyStopEpochs = 0;
        vocabularySize = 30522;
    }

    BlipObjective objective = BlipObjective::Pretrain;
    std::string prompt; ///< Stands before every text that is written, as "a picture of " in the authors' captioning.

    // The network from nothing; initialWeights, a BLIP's folder or file, brings its own.
    int textWidth = 768;
    int textLayers = 12;
    int textTokens = 40; ///< Of a text at most; the end of longer ones is not learnt.
    int projection = 256; ///< Length of the vectors that are compared.
    double dropout = 0.1; ///< Of the text's towers.

    double labelSmoothing = 0.1; ///< Of the tokens that are written.
    double momentum = 0.995; ///< Of the second network whose vectors are compared with.
    int queueSize = 57600; ///< Earlier pictures and texts that are compared with, too.
    double softTargets =
        0.4; ///< Part of what is to be compared as the second network does; grows over an epoch or two.
};

} // namespace models
