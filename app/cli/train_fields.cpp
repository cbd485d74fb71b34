#include "app/cli/train_fields.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <type_traits>
#include <variant>

namespace app::cli {

namespace {

CLI::Option* addSetting(CLI::App& command, const models::Setting& setting, GivenSettings& given)
{
    const std::string name = "--" + models::kebabCase(setting.name);
    const std::string help(setting.help);
    return std::visit(
        [&](const auto& place) -> CLI::Option* {
            using Place = std::remove_cvref_t<decltype(place)>;
            if constexpr (std::is_same_v<Place, models::ChosenWord>) {
                auto& word = given.words[setting.name];
                word = place.word();
                return command.add_option(name, word, help)->capture_default_str();
            } else if constexpr (std::is_same_v<Place, bool*>)
                return command.add_flag(name, *place, help);
            else if constexpr (std::is_same_v<Place, std::filesystem::path*>)
                return command.add_option_function<std::string>(
                    name, [place](const std::string& value) { *place = value; }, help);
            else
                return command.add_option(name, *place, help)->capture_default_str();
        },
        setting.place);
}

/// Both are the same setting, of two options values.
void copySetting(const models::Setting& from, const models::Setting& to, const GivenSettings& given)
{
    std::visit(
        [&](const auto& place) {
            using Place = std::remove_cvref_t<decltype(place)>;
            if constexpr (std::is_same_v<Place, models::ChosenWord>)
                place.choose(given.words.at(from.name));
            else
                *place = *std::get<Place>(from.place);
        },
        to.place);
}

} // namespace

void addWhenCalled(CLI::App& command, std::function<void()> add)
{
    command.preparse_callback([add = std::move(add)](std::size_t) { add(); });
}

void addSettings(CLI::App& command, const std::vector<models::Setting>& settings, GivenSettings& given,
    const std::vector<std::string_view>& without)
{
    command.add_option("--config", given.config, "JSON file with settings, named as the options");
    for (const auto& setting : settings)
        if (std::find(without.begin(), without.end(), setting.name) == without.end())
            given.options.emplace_back(setting, addSetting(command, setting, given));
}

bool isSaid(const GivenSettings& given, std::string_view setting)
{
    return !given.config.empty()
        || std::any_of(given.options.begin(), given.options.end(),
            [&](const auto& one) { return one.first.name == setting && one.second->count() > 0; });
}

void takeGiven(const GivenSettings& given, const std::vector<models::Setting>& settings)
{
    for (const auto& [setting, option] : given.options)
        if (option->count() > 0)
            for (const auto& target : settings)
                if (target.name == setting.name)
                    copySetting(setting, target, given);
}

} // namespace app::cli
