#pragma once

#include "models/text/bpe.h"
#include "models/text/tokenizer.h"

namespace models::text {

/// CLIP's tokenizer (Radford et al., ICML 2021): byte-level byte pairs whose last one of a word ends in "</w>". Cleans
/// the text as the original does (clean_text.h); Hugging Face's fast one repairs nothing and gives other ids for
/// entities, curly quotes, ligatures and full width. The frame is <|startoftext|> and <|endoftext|>, padding 0.
class ClipBpe : public Tokenizer
{
public:
    /// Throws Error(Model), which names `file`, when the vocabulary is not CLIP's.
    ClipBpe(Bpe bpe, const std::filesystem::path& file);

    TokenIds pieces(std::string_view text) const override;
    /// Up to the first <|endoftext|>.
    std::string decode(std::span<const std::int64_t> ids) const override;
    std::int64_t find(std::string_view token) const override { return m_bpe.vocabulary().find(token); }
    std::size_t size() const override { return m_bpe.vocabulary().size(); }

private:
    Bpe m_bpe;
    std::int64_t m_start = 0;
    std::int64_t m_end = 0;
    std::vector<std::int64_t> m_bytes; ///< The id of each byte inside a word.
    std::vector<std::int64_t> m_lastBytes; ///< The same at a word's end.
};

/// The original's bpe_simple_vocab_16e6.txt.gz (also unpacked): merges, from which the 49,408 tokens follow.
/// Throws Error(NotFound) without the file, Error(Model) when it is broken.
ClipBpe readClipVocabulary(const std::filesystem::path& file);

} // namespace models::text
