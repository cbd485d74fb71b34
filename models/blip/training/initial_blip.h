#pragma once

#include "models/blip/network.h"
#include "models/facade/blip_training.h"
#include "models/training/mask_loss.h"

namespace models::training {
class TrainingPlace;
}

namespace models::blip {

/// What is trained: a BLIP, and what no file of the model holds.
class BlipLearnerImpl : public torch::nn::Module
{
public:
    BlipLearnerImpl(const BlipConfig& config, bool readsMasks);

    Blip blip{nullptr};
    at::Tensor temp; // scalar, of the cosines; undefined where nothing is compared
    training::MaskHead mask_head{nullptr}; // empty where no mask is read
};
TORCH_MODULE(BlipLearner);

/// Throws Error(WrongUse) for settings that make no network.
void requireValid(const BlipTrainOptions& options);

vision::PictureFit fitOf(const BlipTrainOptions& options);

/// Which parts of a BLIP an objective takes.
BlipParts partsFor(BlipObjective objective);

/// Puts config.json and the vocabulary of the network into the place's folder, where a resumed training finds them
/// again. All processes wait for it.
void prepareBlip(const BlipTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place);

/// The network at its first weights; parts that the initial model lacks are drawn.
BlipLearner initialBlip(const BlipTrainOptions& options, const training::TrainingPlace& place);

/// Parameters that are one in the authors' network and two here: of the decoder and of the encoder, all but
/// self-attention. Empty without both. They begin equal, and stay equal where both get the sum of their gradients.
std::vector<std::pair<at::Tensor, at::Tensor>> sharedParameters(const BlipLearner& learner);

} // namespace models::blip
