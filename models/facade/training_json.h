#pragma once

#include "imaging/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace models {

template <typename Choice> using Words = std::vector<std::pair<Choice, std::string>>;

/// The words of an enum that is a setting, "one_cycle", in files and on the command line, in the order in which
/// messages list them. There is one for each, beside the settings that have it.
template <typename Choice> Words<Choice> wordsOf();

template <typename Choice> std::string wordOf(Choice choice)
{
    for (const auto& [known, word] : wordsOf<Choice>())
        if (known == choice)
            return word;
    throw imaging::Error(imaging::ErrorKind::Internal, "A setting has a value without a word.");
}

/// Throws Error(WrongUse) naming the setting and the words that it knows.
[[noreturn]] void refuseWord(std::string_view name, const std::string& word, const std::string& known);

/// The choice of a word; throws as refuseWord.
template <typename Choice> Choice choiceOf(std::string_view name, const std::string& word)
{
    std::string list;
    for (const auto& [choice, known] : wordsOf<Choice>()) {
        if (known == word)
            return choice;
        list += (list.empty() ? "" : ", ") + known;
    }
    refuseWord(name, word, list);
}

/// A setting that is one of several words.
struct ChosenWord
{
    std::function<std::string()> word;
    std::function<void(const std::string&)> choose; ///< Throws as choiceOf.
};

/// One setting of some options, which must outlive it: the command line makes an option of it and the JSON file a key.
struct Setting
{
    using Place = std::variant<bool*, int*, double*, std::uint64_t*, std::string*, std::filesystem::path*,
        std::vector<std::string>*, ChosenWord>;

    template <typename Value>
    Setting(std::string_view settingName, Value& value, std::string_view helpText)
        : name(settingName)
        , help(helpText)
    {
        if constexpr (std::is_enum_v<Value>)
            place = ChosenWord{[&value] { return wordOf(value); },
                [&value, settingName](const std::string& word) { value = choiceOf<Value>(settingName, word); }};
        else
            place = &value;
    }

    std::string_view name; ///< In files, e.g. "textTokens".
    std::string_view help;
    Place place;
};

/// "textTokens" -> "text-tokens": the name on the command line.
std::string kebabCase(std::string_view settingName);

/// Takes the settings of a JSON text over what the options hold. Keys are the settings' names, as in files or as on the
/// command line. `source` names the text in messages, `command` what lists the settings. Throws Error(InvalidInput)
/// naming source and key for text that is no JSON object, an unknown key and a value of the wrong type, and as
/// choiceOf.
void takeSettings(
    const std::string& text, std::span<const Setting> settings, const std::string& source, const std::string& command);

/// A JSON object with the settings' names as keys, in their order.
std::string settingsToJson(std::span<const Setting> settings);

/// The text of a settings file. Throws Error(NotFound).
std::string readSettingsFile(const std::filesystem::path& file);

// The same for the options of a family, of which settingsOf() gives the settings.

template <typename Options> std::string optionsToJson(Options options)
{
    return settingsToJson(settingsOf(options));
}

template <typename Options>
Options optionsFromJson(const std::string& text, Options defaults, const std::string& source)
{
    takeSettings(text, settingsOf(defaults), source, Options::kCommand);
    return defaults;
}

template <typename Options> Options readOptions(const std::filesystem::path& file, Options defaults)
{
    return optionsFromJson(readSettingsFile(file), std::move(defaults), file.string());
}

} // namespace models
