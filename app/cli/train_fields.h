#pragma once

#include "models/facade/training_json.h"

#include <functional>
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

/// Which settings of a training were given on the command line: those win over the file of --config.
struct GivenSettings
{
    std::string config;
    std::vector<std::pair<models::Setting, CLI::Option*>> options;
    std::map<std::string_view, std::string> words; ///< Of settings that are one of several words, by their name.
};

/// Adds --config and one option for each setting but those named in `without`. What `settings` hold is what the help
/// shows as defaults. They and `given` must outlive the command.
void addSettings(CLI::App& command, const std::vector<models::Setting>& settings, GivenSettings& given,
    const std::vector<std::string_view>& without);

/// Has `add` give the command its options once it is called, before its words are read: hundreds of options would cost
/// every other command two milliseconds.
void addWhenCalled(CLI::App& command, std::function<void()> add);

/// Puts what was given into the settings of the same names. Throws as models::choiceOf.
void takeGiven(const GivenSettings& given, const std::vector<models::Setting>& settings);

/// Whether the command line names the setting, or a file of settings is given.
bool isSaid(const GivenSettings& given, std::string_view setting);

/// The same for the options of a family, of which models::settingsOf gives the settings.
template <typename Options> struct TrainFields
{
    Options shown; ///< The defaults of the help; then what was given.
    GivenSettings given;
};

template <typename Options>
void addTrainFields(CLI::App& command, TrainFields<Options>& fields, const std::vector<std::string_view>& without = {})
{
    addWhenCalled(command, [&command, &fields, without] {
        addSettings(command, settingsOf(fields.shown), fields.given, without);
    });
}

/// What was asked for over `settings`. Throws as models::readOptions.
template <typename Options> Options trainSettings(const TrainFields<Options>& fields, Options settings = {})
{
    if (!fields.given.config.empty())
        settings = models::readOptions(fields.given.config, std::move(settings));
    takeGiven(fields.given, settingsOf(settings));
    return settings;
}

} // namespace app::cli
