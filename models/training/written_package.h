#pragma once

#include "models/training/score_kind.h"

#include <filesystem>
#include <string>

namespace models::training {

std::string percent(double fraction); ///< "12.34"

/// Throws Error(Model) when what was written scores another value than the network it was written from: float16 weights
/// round, but not so far.
void requireSameAsWritten(const ScoreKind& kind, double written, double before, const std::filesystem::path& output);

} // namespace models::training
