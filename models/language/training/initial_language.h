#pragma once

#include "models/facade/language_training.h"
#include "models/language/opt.h"
#include "models/training/pair_data.h"

#include <memory>
#include <string>

namespace models::training {
class TrainingPlace;
}

namespace models::language {

/// Throws Error(WrongUse) for settings that make no network.
void requireValid(const LanguageTrainOptions& options);

/// Puts config.json and the vocabulary of the network into the place's folder, where a resumed training finds them
/// again: those of the initial model, or by the settings, with a vocabulary of the texts where none is given. All
/// processes wait for it. Throws Error(Model) for an initial model that is no OPT.
void prepareLanguage(
    const LanguageTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place);

/// The network at its first weights.
std::shared_ptr<Opt> initialLanguage(const LanguageTrainOptions& options, const training::TrainingPlace& place);

/// Of config.json in a folder.
OptConfig optConfigIn(const std::filesystem::path& folder);

} // namespace models::language
