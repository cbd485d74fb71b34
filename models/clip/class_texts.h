#pragma once

#include "imaging/progress.h"
#include "models/clip/prompts.h"
#include "models/text/tokenizer.h"

#include <string>
#include <vector>

namespace models::clip {

/// Ids of texts, as long as the model reads. A text that is longer is cut, and said so. -> [texts, T]
at::Tensor textIds(const text::Tokenizer& tokenizer, const ClipConfig& clip, const std::vector<std::string>& texts,
    imaging::Warnings& warnings);

/// Vectors of texts, each of length one; some at a time, so that hundreds need no more memory. -> [texts, embedDim]
at::Tensor textDirections(Clip& clip, const at::Tensor& ids);

/// The classes as prompts of this kind take them.
ClassTokens classTokens(const text::Tokenizer& tokenizer, const ClipConfig& clip, const PromptConfig& prompts,
    const std::vector<std::string>& classes, imaging::Warnings& warnings);

/// A template with the class's name in place of its {}. Throws Error(WrongUse) where it has none.
std::string filledTemplate(const std::string& text, const std::string& name);

/// The mean direction of each class's templates, of length one. -> [classes, embedDim]. Throws as filledTemplate does.
at::Tensor classDirections(Clip& clip, const text::Tokenizer& tokenizer, const std::vector<std::string>& classes,
    const std::vector<std::string>& templates, imaging::Warnings& warnings);

} // namespace models::clip
