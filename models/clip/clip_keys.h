#pragma once

#include <string>

namespace models::clip {

/// Hugging Face's name of a tensor in OpenAI's words; queries, keys and values are still apart.
std::string originalKey(std::string key);

/// The way back.
std::string huggingFaceKey(std::string key);

} // namespace models::clip
