#pragma once

#include "imaging/progress.h"
#include "models/facade/language_training.h"

#include <stop_token>

namespace models::language {

/// Trains an OPT on the texts of a folder and writes a Hugging Face folder, which a BLIP-2's training takes as its
/// language model; resumable. Throws Error(WrongUse) for settings that make no sense, as data::readManifest for the
/// folder, Error(Model) for an initial model that is no OPT.
TrainResult trainLanguage(
    const LanguageTrainOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace models::language
