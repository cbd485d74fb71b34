#pragma once

#include "models/facade/lvit_training.h"

namespace models::lvit {

/// Whether the network of these settings has a text branch.
bool readsText(const LvitTrainOptions& options);

/// Throws Error(WrongUse) naming the first setting that makes no sense.
void requireValid(const LvitTrainOptions& options);

} // namespace models::lvit
