#pragma once

#include "models/text/added_tokens.h"
#include "models/text/piece_models.h"
#include "models/text/text_normalizer.h"
#include "models/text/tokenizer.h"

#include <memory>

namespace models::text {

/// Where the mark of a word's beginning (U+2581) comes from ("pre_tokenizer").
struct WordMarks
{
    enum class Prefix { Never, First, Always };

    bool splitsAtSpace = false; ///< White space separates words and is dropped.
    bool marksSpaces = false; ///< Spaces become the mark.
    bool splitsAtMarks = false; ///< Each mark begins a word of its own.
    Prefix prefix = Prefix::Never; ///< Whether a word, or only the text's first, gets a mark that it lacks.
};

/// A tokenizer whose pieces say where words begin: T5's (Unigram) and Llama's (byte pairs with byte fallback) as a
/// Hugging Face tokenizer.json describes them.
class SentenceTokenizer : public Tokenizer
{
public:
    SentenceTokenizer(std::unique_ptr<const PieceModel> model, std::vector<NormalizerStep> normalizer, WordMarks marks,
        AddedTokens added, TokenFrame frame);

    TokenIds pieces(std::string_view text) const override;
    std::string decode(std::span<const std::int64_t> ids) const override;
    std::int64_t find(std::string_view token) const override;
    std::size_t size() const override;

private:
    void append(std::string_view text, bool isFirst, TokenIds& ids) const;
    void appendWord(std::string word, bool isFirst, TokenIds& ids) const;

    std::unique_ptr<const PieceModel> m_model;
    std::vector<NormalizerStep> m_normalizer;
    WordMarks m_marks;
    AddedTokens m_added;
};

/// Marks as spaces, the first one dropped; byte tokens as what they stand for; what is not UTF-8 as U+FFFD.
std::string sentenceOf(const std::vector<std::string_view>& tokens);

} // namespace models::text
