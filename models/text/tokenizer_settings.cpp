#include "models/text/tokenizer_settings.h"

#include "imaging/error.h"
#include "models/text/tokenizer_json.h"

#include <nlohmann/json.hpp>

namespace models::text {

namespace {

using nlohmann::json;

/// A token is written as a text, or as an object with its "content".
std::string tokenOf(const json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    return value.is_object() && value.contains("content") ? value.at("content").get<std::string>() : std::string();
}

void takeRoles(const json& root, TokenizerSettings& settings)
{
    for (const auto* role : {"bos_token", "eos_token", "pad_token", "unk_token", "cls_token", "sep_token"})
        if (root.contains(role))
            if (const auto token = tokenOf(root.at(role)); !token.empty())
                settings.roles[role] = token;
}

void takeConfig(const json& root, TokenizerSettings& settings)
{
    takeRoles(root, settings);
    settings.kind = root.contains("tokenizer_class") ? tokenOf(root.at("tokenizer_class")) : std::string();
    if (root.contains("add_bos_token") && root.at("add_bos_token").is_boolean())
        settings.addsBegin = root.at("add_bos_token").get<bool>();
    if (root.contains("do_lower_case") && root.at("do_lower_case").is_boolean())
        settings.lowerCase = root.at("do_lower_case").get<bool>();
    if (root.contains("added_tokens_decoder"))
        for (const auto& [id, token] : root.at("added_tokens_decoder").items())
            if (!id.empty() && id.size() <= 9 && id.find_first_not_of("0123456789") == std::string::npos)
                settings.added[tokenOf(token)] = std::stoll(id);
}

void takeAdded(const json& root, TokenizerSettings& settings)
{
    for (const auto& [token, id] : root.items())
        settings.added[token] = id.get<std::int64_t>();
}

} // namespace

std::string TokenizerSettings::role(const char* name) const
{
    const auto found = roles.find(name);
    return found == roles.end() ? std::string() : found->second;
}

TokenizerSettings readTokenizerSettings(const std::filesystem::path& folder)
{
    TokenizerSettings settings;
    const auto read = [&](const char* name, auto take) {
        const auto file = folder / name;
        if (!std::filesystem::exists(file))
            return;
        try {
            take(readTextJson(file), settings);
        } catch (const json::exception& exception) {
            throw imaging::Error(imaging::ErrorKind::Model,
                "The file " + file.string() + " cannot be used: " + exception.what()
                    + ". Copy it from the model's folder again.",
                file.string());
        }
    };
    read("special_tokens_map.json", takeRoles);
    read("tokenizer_config.json", takeConfig);
    read("added_tokens.json", takeAdded);
    return settings;
}

} // namespace models::text
