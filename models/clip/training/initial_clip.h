#pragma once

#include "models/clip/network.h"
#include "models/facade/clip_training.h"
#include "models/training/pair_data.h"

#include <string>

namespace models::training {
class TrainingPlace;
}

namespace models::clip {

/// Throws Error(WrongUse) for settings that make no network.
void requireValid(const ClipTrainOptions& options);

/// How the network that is trained takes its pictures.
vision::PictureFit fitOf(const ClipTrainOptions& options);

/// Puts config.json and the vocabulary of the network into the place's folder, where a resumed training finds them
/// again: those of the initial model, or by the settings, with a vocabulary of the texts where none is given. All
/// processes wait for it.
void prepareClip(const ClipTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place);

/// The network at its first weights: the initial model's, or random ones as OpenAI draws them.
Clip initialClip(const ClipTrainOptions& options, const training::TrainingPlace& place);

} // namespace models::clip
