#pragma once

#include "models/text/tokenizer.h"
#include "models/text/wordpiece.h"

namespace models::text {

/// Two texts as one sequence: [CLS] first [SEP] second [SEP].
struct EncodedPair
{
    TokenIds ids;
    TokenIds types; ///< 0 up to the first [SEP], then 1
    bool cut = false;
};

/// BERT's tokenizer in the form that all tokenizers have; BLIP's with `addSpecial`.
class BertTokenizer : public Tokenizer
{
public:
    explicit BertTokenizer(WordPiece words);

    TokenIds pieces(std::string_view text) const override;

    /// Words with spaces between them, none in front of a mark or a contraction (Hugging Face's clean-up).
    std::string decode(std::span<const std::int64_t> ids) const override;
    std::int64_t find(std::string_view token) const override { return m_words.find(token); }
    std::size_t size() const override { return m_words.size(); }

    /// At most `maxIds` ids (0: no limit); the longer text is cut first.
    EncodedPair encodePair(std::string_view first, std::string_view second, std::size_t maxIds = 0) const;

    /// BLIP's vocabulary is BERT's with [DEC] and [ENC] behind it. Returns the token's id.
    std::int64_t addSpecial(std::string_view token) { return m_words.addSpecial(token); }

    const WordPiece& words() const { return m_words; }

private:
    WordPiece m_words;
};

} // namespace models::text
