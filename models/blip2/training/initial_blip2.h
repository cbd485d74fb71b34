#pragma once

#include "models/blip2/network.h"
#include "models/facade/blip2_training.h"
#include "models/layers/bert.h"
#include "models/training/pair_data.h"

namespace models::training {
class TrainingPlace;
}

namespace models::blip2 {

/// What is trained: a BLIP-2, and what no file of the model holds.
class Blip2LearnerImpl : public torch::nn::Module
{
public:
    explicit Blip2LearnerImpl(const Blip2Config& config);

    Blip2 blip2{nullptr};
    layers::BertPredictions predictions{nullptr}; ///< Of the next token (ITG); these two empty without match
    at::Tensor temp; ///< Of the cosines; scalar
};
TORCH_MODULE(Blip2Learner);

/// Throws Error(WrongUse) for settings that make no network.
void requireValid(const Blip2TrainOptions& options);

/// How the tower of the initial model takes its pictures. Throws Error(NotFound), or Error(Model) for a folder that is
/// not a CLIP's, BLIP's or BLIP-2's.
vision::PictureFit fitOf(const Blip2TrainOptions& options);

/// Puts config.json and the vocabulary of the network into the place's folder, where a resumed training finds them
/// again. All processes wait for it.
void prepareBlip2(
    const Blip2TrainOptions& options, const training::PairData& data, const training::TrainingPlace& place);

/// The network at its first weights, the picture tower frozen; what the initial model lacks is drawn.
Blip2Learner initialBlip2(const Blip2TrainOptions& options, const training::TrainingPlace& place);

} // namespace models::blip2
