#pragma once

#include "models/text/added_tokens.h"
#include "models/text/bpe.h"
#include "models/text/tokenizer.h"

namespace models::text {

/// GPT-2's tokenizer (Radford et al., 2019), which OPT and RoBERTa share with vocabularies of their own: byte-level
/// byte pairs, nothing is lost or changed. OPT puts </s> in front of each text and nothing behind it.
class ByteBpe : public Tokenizer
{
public:
    /// Throws Error(Model), which names `file`, when a byte has no token.
    ByteBpe(Bpe bpe, AddedTokens added, TokenFrame frame, const std::filesystem::path& file);

    TokenIds pieces(std::string_view text) const override;
    std::string decode(std::span<const std::int64_t> ids) const override;
    std::int64_t find(std::string_view token) const override;
    std::size_t size() const override;

private:
    void append(std::string_view text, TokenIds& ids) const;

    Bpe m_bpe;
    AddedTokens m_added;
    std::vector<std::int64_t> m_bytes;
};

} // namespace models::text
