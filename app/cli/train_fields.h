#pragma once

#include "models/facade/training_json.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace app::cli {

/// The settings of a training on the command line, and which of them were given: those win over the file of --config.
struct TrainFields
{
    std::string config;
    models::LvitTrainOptions given;
    std::map<std::string_view, std::string> words; ///< Of settings that are one of several words, by the field's name.
    std::vector<std::pair<const models::TrainOptionField*, CLI::Option*>> options;
};

/// Adds --config and one option for each setting but those named in `without`; `fields.given` holds the defaults that
/// the help shows. `fields` must outlive the command.
void addTrainFields(CLI::App& command, TrainFields& fields, const std::vector<std::string_view>& without = {});

/// What was asked for over `defaults`. Throws as models::readOptions.
models::LvitTrainOptions trainSettings(const TrainFields& fields, const models::LvitTrainOptions& defaults = {});

} // namespace app::cli
