#pragma once

#include "models/layers/bert.h"
#include "models/text/wordpiece.h"

#include <cstddef>
#include <filesystem>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace models::text {

/// How the vectors of a text are taken from BERT's last layer; [CLS] and [SEP] are dropped in both.
enum class TextConvention {
    /// As the authors of LViT: first line only, ' EOF XXX' appended to short texts, at most 25 ids, the pieces of one
    /// word averaged,
    /// then the first `tokens` words.
    MergedWords,
    /// Every word piece of the whole text is a token, the first `tokens` of them are used, zeros follow.
    Pieces,
};

struct TextEmbedding
{
    at::Tensor vectors; ///< [tokens, width] float32 on the CPU; zeros after the last token. Shared with the cache: do
                        ///< not write.
    int used = 0; ///< Rows that hold a token; 0 for a text without any.
    bool cut = false; ///< The text had more tokens than fit.
};

/// A frozen BERT that turns texts into token vectors and remembers them. Not thread-safe.
///
///     TextEncoder encoder(findPackage("all-MiniLM-L6-v2"), TextConvention::Pieces);
///     auto text = encoder.embed("one infected area, lower left lung", 24); // [24, 384]
class TextEncoder
{
public:
    /// Throws Error(NotFound) or Error(Model) when the folder is not a BERT.
    TextEncoder(const std::filesystem::path& folder, TextConvention convention, std::size_t cacheEntries = 4096);
    TextEncoder(const TextEncoder&) = delete;
    TextEncoder& operator=(const TextEncoder&) = delete;

    /// An empty text gives zeros only.
    TextEmbedding embed(std::string_view text, int tokens);

    int width() const { return static_cast<int>(m_bert->config().hiddenSize); }
    TextConvention convention() const { return m_convention; }

    /// What the vectors depend on: the vocabulary, and the weights and settings of BERT, whatever kind of file they
    /// came from. 64 lower-case hexadecimal digits; 60 ms for all-MiniLM-L6-v2.
    std::string sha256() const;

    std::size_t cachedTexts() const { return m_entries.size(); }

private:
    TextEmbedding compute(std::string_view text, int tokens);
    TextEmbedding merged(std::string_view text, int tokens);
    TextEmbedding pieces(std::string_view text, int tokens);
    at::Tensor hiddenStates(const TokenizedText& tokens); // [T, width]

    struct Entry
    {
        std::string key;
        TextEmbedding value;
    };

    TextConvention m_convention;
    std::size_t m_cacheEntries;
    WordPiece m_tokenizer;
    layers::BertModel m_bert;
    std::list<Entry> m_entries; // newest first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> m_byKey;
};

} // namespace models::text
