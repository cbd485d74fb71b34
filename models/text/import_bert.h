#pragma once

#include <filesystem>
#include <string>

namespace models::text {

/// Whether `folder` is a Hugging Face folder of a BERT: a config.json of that model_type.
bool isBertFolder(const std::filesystem::path& folder);

/// Makes a text encoder package of a Hugging Face folder, whatever its weights are stored as: config.json, vocab.txt
/// and tokenizer_config.json are copied, the encoder's tensors go into model.safetensors under today's names. Throws
/// Error(WrongUse) when `output` holds a package, else like openBert and writeSafetensors.
void importBert(const std::filesystem::path& folder, const std::filesystem::path& output);

/// Opens a text encoder strictly and embeds a sentence. Throws Error(NotFound) or Error(Model). Returns a line for the
/// user.
std::string verifyBert(const std::filesystem::path& folder);

} // namespace models::text
