#pragma once

#include "imaging/progress.h"

namespace app {

/// Adds the warnings that are not yet there.
void addWarnings(imaging::Warnings& all, const imaging::Warnings& some);

} // namespace app
