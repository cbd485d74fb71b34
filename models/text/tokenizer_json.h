#pragma once

#include "models/text/tokenizer.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <memory>

namespace models::text {

/// A JSON file of at most 64 MiB and 64 levels. Throws Error(NotFound) without it, Error(Model), which names it, when
/// it is none.
nlohmann::json readTextJson(const std::filesystem::path& file);

/// Hugging Face's tokenizer.json of CLIP, GPT-2, OPT and RoBERTa, BERT, T5 and Llama. Throws Error(Model), which names
/// the file, for what is broken, and Error(Unsupported) for a tokenizer that works in another way.
std::unique_ptr<Tokenizer> readTokenizerJson(const std::filesystem::path& file);

} // namespace models::text
