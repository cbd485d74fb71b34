#pragma once

#include "models/facade/training.h"
#include "models/training/pair_options.h"

#include <filesystem>
#include <string>

namespace models {

/// What a BLIP-2 learns, its picture tower frozen (Li et al. 2023, arXiv:2301.12597).
enum class Blip2Objective {
    Compare, ///< Stage 1: the Q-Former learns to compare (ITC), to match (ITM) and to write (ITG), all at once.
    Write, ///< Stage 2: what it takes from a picture goes to a frozen language model, which writes.
    Instruct, ///< Stage 2 of InstructBLIP (Dai et al. 2023): the Q-Former reads what is asked, too.
};

/// Settings of `limn train blip2`; each can stand in the JSON file of --config, under the names of settingsOf().
/// initialWeights is the folder that the picture tower comes from: a CLIP's or BLIP's, or a BLIP-2's, whose Q-Former comes along.
struct Blip2TrainOptions : training::PairOptions
{
    static constexpr const char* kCommand = "limn train blip2"; ///< Its --help lists them.

    Blip2TrainOptions()
    {
        name = "blip2";
        optimizer = Optimizer::AdamW;
        learningRate = 1e-4;
        weightDecay = 0.05;
        schedule = Schedule::OneCycle;
        batchSize = 32;
        epochs = 10;
        earlyStopEpochs = 0;
        vocabularySize = 30523;
    }

    Blip2Objective objective = Blip2Objective::Compare;
    std::filesystem::path languageModel; ///< Hugging Face folder of an OPT, T5 or Llama: of all but Compare.
    std::string prompt; ///< Given before what is written; of Instruct the instruction.

    // The Q-Former, where the initial model is a BLIP.
    int textWidth = 768;
    int textLayers = 12;
    int textTokens = 32; ///< Of a text at most; the end of longer ones is not learnt.
    int queries = 32;
    int projection = 256; ///< Length of the vectors that are compared.
    double dropout = 0.1;

    double labelSmoothing = 0.1; ///< Of what is compared.
};

} // namespace models
