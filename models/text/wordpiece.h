#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace models::text {

/// A text as ids of a vocabulary.
struct TokenizedText
{
    std::vector<std::int64_t> ids; ///< [CLS], pieces, [SEP]
    std::vector<bool> continuesWord; ///< True for a "##" piece; one entry for each id.
    bool cut = false; ///< The text had more pieces than were allowed.
};

/// BERT's tokenizer: basic tokenization (control characters, CJK, lower case, accents, punctuation), then WordPiece.
/// Gives the ids that Hugging Face's BertTokenizer gives. Special tokens written out in the text ("[MASK]") are kept.
class WordPiece
{
public:
    /// Reads vocab.txt from `folder`, and `do_lower_case` from tokenizer_config.json when that is there.
    /// Throws Error(NotFound) without vocab.txt, Error(Model) when it lacks [UNK], [CLS], [SEP] or [PAD].
    explicit WordPiece(const std::filesystem::path& folder);

    /// Reads a vocabulary file, one token a line. Throws like the other.
    WordPiece(const std::filesystem::path& vocabulary, bool lowerCase);

    /// Tokens by id; `file` is where they come from, for errors. Throws Error(Model) like the others.
    WordPiece(std::vector<std::string> tokens, bool lowerCase, const std::filesystem::path& file);

    /// A token that is kept where a text spells it out, as the five special ones are: BLIP's [DEC] and [ENC]. It gets
    /// the next id when the vocabulary lacks it. Returns its id.
    std::int64_t addSpecial(std::string_view token);

    /// At most `maxIds` ids, [CLS] and [SEP] included; 0: no limit. Any bytes are accepted: what is not UTF-8 counts as
    /// U+FFFD, which BERT drops.
    TokenizedText encode(std::string_view text, std::size_t maxIds = 0) const;

    std::int64_t find(std::string_view token) const; ///< -1: none
    std::string_view token(std::int64_t id) const; ///< Empty: none
    bool isSpecial(std::string_view token) const;

    std::int64_t padId() const { return m_pad; }
    std::size_t size() const { return m_ids.size(); }

    /// Ids and tokens, one a line, after a line that says whether letters are made lower case.
    std::string vocabulary() const;

private:
    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::int64_t requiredId(std::string_view token, const std::filesystem::path& file) const;
    void appendSegment(std::string_view text, std::size_t maxIds, TokenizedText& result) const;
    bool appendWord(std::string_view word, std::size_t maxIds, TokenizedText& result) const;

    std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> m_ids;
    std::vector<std::string> m_tokens;
    std::vector<std::string> m_specials;
    bool m_lowerCase = true;
    std::int64_t m_unknown = 0;
    std::int64_t m_begin = 0;
    std::int64_t m_end = 0;
    std::int64_t m_pad = 0;
};

} // namespace models::text
