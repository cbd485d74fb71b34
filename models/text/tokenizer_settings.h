#pragma once

#include "models/text/added_tokens.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace models::text {

/// What the small files beside a vocabulary say: tokenizer_config.json, special_tokens_map.json, added_tokens.json.
struct TokenizerSettings
{
    std::string kind; ///< "tokenizer_class"; empty: not said
    std::map<std::string, std::string> roles; ///< Tokens by "bos_token", "eos_token", "pad_token", "unk_token", ...
    std::map<std::string, std::int64_t> added; ///< Tokens behind the vocabulary
    std::optional<bool> addsBegin; ///< "add_bos_token"
    std::optional<bool> lowerCase; ///< "do_lower_case"

    std::string role(const char* name) const; ///< Empty: not said
};

/// Nothing said where a file is missing. Throws Error(Model), which names the file, where one is broken.
TokenizerSettings readTokenizerSettings(const std::filesystem::path& folder);

} // namespace models::text
