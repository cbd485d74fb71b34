#pragma once

#include "models/facade/adaptation.h"
#include "models/facade/training_settings.h"

#include <vector>

namespace models {

/// The general settings of a training that an adaptation has, then its own.
std::vector<Setting> settingsOf(ClipAdaptOptions& options);

template <> Words<AdaptMethod> wordsOf<AdaptMethod>();
template <> Words<PictureVariation> wordsOf<PictureVariation>();
template <> Words<AdaptProtocol> wordsOf<AdaptProtocol>();

} // namespace models
