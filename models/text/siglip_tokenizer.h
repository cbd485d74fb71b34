#pragma once

#include "models/text/sentencepiece_tokenizer.h"

namespace models::text {

/// SigLIP's: a text in lower case without ASCII's punctuation, white space collapsed (big_vision's canonicalize_text),
/// then the pieces of spiece.model, the end token behind, which is the padding, too.
class SiglipTokenizer : public SentencePieceTokenizer
{
public:
    /// Throws Error(NotFound) without the file, Error(Model), which names it, when it is broken or has no end token.
    explicit SiglipTokenizer(const std::filesystem::path& file);

    TokenIds pieces(std::string_view text) const override;
};

/// The text as SigLIP's tokenizer prepares it. UTF-8.
std::string cleanedForSiglip(std::string_view text);

} // namespace models::text
