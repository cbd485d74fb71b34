#pragma once

#include "models/text/added_tokens.h"
#include "models/text/tokenizer.h"

#include <filesystem>
#include <memory>

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace models::text {

/// T5's spiece.model and Llama's tokenizer.model, by Google's SentencePiece library. The file is looked through before
/// the library sees it (sentencepiece_file.h). With a begin token (Llama) the frame has it in front of a text; without
/// one (T5) the end token stands behind.
class SentencePieceTokenizer : public Tokenizer
{
public:
    /// T5's 100 <extra_id_N> that follow the pieces of a model without a begin token.
    enum class ExtraIds { AsT5, None };

    /// `added` are tokens of the folder's other files. Throws Error(NotFound) without the file, Error(Model), which
    /// names it, when it is broken.
    SentencePieceTokenizer(
        const std::filesystem::path& file, AddedTokens added, ExtraIds extraIds = ExtraIds::AsT5);
    ~SentencePieceTokenizer() override;

    TokenIds pieces(std::string_view text) const override;
    std::string decode(std::span<const std::int64_t> ids) const override;
    std::int64_t find(std::string_view token) const override;
    std::size_t size() const override;

private:
    void addOwnTokens(ExtraIds extraIds);

    std::unique_ptr<sentencepiece::SentencePieceProcessor> m_processor;
    AddedTokens m_added;
};

} // namespace models::text
