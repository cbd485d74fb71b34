#pragma once

#include "models/facade/lvit_training.h"
#include "models/facade/training_settings.h"

#include <vector>

namespace models {

/// The general settings of a training, then those of LViT's.
std::vector<Setting> settingsOf(LvitTrainOptions& options);

template <> Words<UnlabelledUse> wordsOf<UnlabelledUse>();
template <> Words<NetworkKind> wordsOf<NetworkKind>();
template <> Words<TextUnits> wordsOf<TextUnits>();
template <> Words<MaskLoss> wordsOf<MaskLoss>();
template <> Words<EpiUpdate> wordsOf<EpiUpdate>();
template <> Words<ContrastSource> wordsOf<ContrastSource>();
template <> Words<ContrastSimilarity> wordsOf<ContrastSimilarity>();

} // namespace models
