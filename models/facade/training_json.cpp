#include "models/facade/training_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>

namespace models {

namespace {

[[noreturn]] void refuse(const std::string& source, const std::string& reason)
{
    throw imaging::Error(
        imaging::ErrorKind::InvalidInput, "The settings '" + source + "' cannot be used: " + reason, source);
}

// What a value of each type is called, whether a JSON value is one, and how it is read and written.

const char* nameOf(bool*)
{
    return "true or false";
}

const char* nameOf(int*)
{
    return "a whole number";
}

const char* nameOf(std::uint64_t*)
{
    return "a whole number from 0";
}

const char* nameOf(double*)
{
    return "a number";
}

const char* nameOf(std::vector<std::string>*)
{
    return "a list of strings";
}

template <typename Value> const char* nameOf(const Value&)
{
    return "a string";
}

bool fits(bool*, const nlohmann::json& json)
{
    return json.is_boolean();
}

bool fits(int*, const nlohmann::json& json)
{
    return json.is_number_integer() && json.get<double>() >= std::numeric_limits<int>::min()
        && json.get<double>() <= std::numeric_limits<int>::max();
}

bool fits(std::uint64_t*, const nlohmann::json& json)
{
    return json.is_number_unsigned();
}

bool fits(double*, const nlohmann::json& json)
{
    return json.is_number();
}

bool fits(std::vector<std::string>*, const nlohmann::json& json)
{
    return json.is_array() && std::all_of(json.begin(), json.end(), [](const auto& item) { return item.is_string(); });
}

template <typename Value> bool fits(const Value&, const nlohmann::json& json)
{
    return json.is_string();
}

template <typename Value> void assign(Value* target, const nlohmann::json& json)
{
    *target = json.get<Value>();
}

void assign(std::filesystem::path* target, const nlohmann::json& json)
{
    *target = json.get<std::string>();
}

void assign(const ChosenWord& target, const nlohmann::json& json)
{
    target.choose(json.get<std::string>());
}

template <typename Value> nlohmann::json jsonOf(const Value* value)
{
    return *value;
}

nlohmann::json jsonOf(const std::filesystem::path* value)
{
    return value->string();
}

nlohmann::json jsonOf(const ChosenWord& value)
{
    return value.word();
}

const Setting* findSetting(std::span<const Setting> settings, const std::string& key)
{
    for (const auto& setting : settings)
        if (key == setting.name || key == kebabCase(setting.name))
            return &setting;
    return nullptr;
}

void take(const Setting& setting, const nlohmann::json& value, const std::string& source)
{
    std::visit(
        [&](const auto& place) {
            if (!fits(place, value))
                refuse(source, "the setting '" + std::string(setting.name) + "' must be " + nameOf(place) + ".");
            assign(place, value);
        },
        setting.place);
}

} // namespace

void refuseWord(std::string_view name, const std::string& word, const std::string& known)
{
    throw imaging::Error(
        imaging::ErrorKind::WrongUse, std::string(name) + " cannot be '" + word + "': use one of " + known + ".");
}

std::string kebabCase(std::string_view settingName)
{
    std::string result;
    for (const char character : settingName) {
        if (std::isupper(static_cast<unsigned char>(character)))
            result += '-';
        result += static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
    }
    return result;
}

void takeSettings(
    const std::string& text, std::span<const Setting> settings, const std::string& source, const std::string& command)
{
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        refuse(source, "the text is not a JSON object like {\"epochs\": 20}.");
    std::set<std::string_view> seen;
    for (const auto& [key, value] : json.items()) {
        const auto* setting = findSetting(settings, key);
        if (!setting)
            refuse(source, "there is no setting '" + key + "'; the help of `" + command + "` lists those that there are.");
        if (!seen.insert(setting->name).second)
            refuse(source, "the setting '" + std::string(setting->name) + "' is given twice.");
        take(*setting, value, source);
    }
}

std::string settingsToJson(std::span<const Setting> settings)
{
    nlohmann::ordered_json json;
    for (const auto& setting : settings)
        std::visit([&](const auto& place) { json[std::string(setting.name)] = jsonOf(place); }, setting.place);
    return json.dump(2);
}

std::string readSettingsFile(const std::filesystem::path& file)
{
    if (!std::filesystem::is_regular_file(file))
        throw imaging::Error(
            imaging::ErrorKind::NotFound, "There is no settings file '" + file.string() + "'.", file.string());
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

} // namespace models
