#pragma once

#include "models/text/added_tokens.h"
#include "models/text/sentence_tokenizer.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

/// The parts of a tokenizer.json that several kinds of tokenizers share. What is not understood is refused, never
/// passed over: it would give other ids. Each throws Error(Unsupported), which names the file; a wrong type in the JSON
/// throws nlohmann's exception, which readTokenizerJson translates.
namespace models::text {

std::vector<NormalizerStep> normalizerOf(const nlohmann::json& normalizer, const std::filesystem::path& file);
WordMarks wordMarksOf(const nlohmann::json& preTokenizer, const std::filesystem::path& file);
AddedTokens addedTokensOf(const nlohmann::json& addedTokens);

/// Ids in front of and behind a single text ("post_processor").
TokenFrame frameOf(const nlohmann::json& postProcessor, const std::filesystem::path& file);

/// "type" of a part; empty for null.
std::string typeOf(const nlohmann::json& part);

[[noreturn]] void refusePart(const std::filesystem::path& file, const std::string& what);

} // namespace models::text
