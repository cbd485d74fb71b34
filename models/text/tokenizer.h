#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace models::text {

using TokenIds = std::vector<std::int64_t>;

/// Which end of a text that is too long is dropped. The language models of InstructBLIP keep the end.
enum class CutSide { End, Start };

/// What a network wants around the ids of a text.
struct TokenFrame
{
    TokenIds before; ///< As BERT's [CLS]
    TokenIds after; ///< As BERT's [SEP]
    std::int64_t pad = 0;
};

/// A text as a network takes it.
struct EncodedText
{
    TokenIds ids;
    std::size_t length = 0; ///< Ids in front of the padding.
    bool cut = false; ///< The text had more pieces than there was room for.
};

/// Turns text into ids of a vocabulary and back, without any Torch. One for each kind of vocabulary; `openTokenizer`
/// (open_tokenizer.h) chooses. Any bytes are accepted: what is not UTF-8 counts as U+FFFD.
class Tokenizer
{
public:
    virtual ~Tokenizer() = default;

    /// The ids of the text alone, nothing around them, nothing cut.
    virtual TokenIds pieces(std::string_view text) const = 0;

    /// The text of ids as the originals give it back, without special tokens. Ids beyond the vocabulary are left out.
    virtual std::string decode(std::span<const std::int64_t> ids) const = 0;

    /// The id of a token as the vocabulary writes it; -1 when it has none.
    virtual std::int64_t find(std::string_view token) const = 0;

    /// One more than the largest id.
    virtual std::size_t size() const = 0;

    /// With the frame around; at most `maxIds`, the frame included; 0: no limit.
    EncodedText encode(std::string_view text, std::size_t maxIds = 0, CutSide side = CutSide::End) const;

    /// The same, exactly `length` ids: filled up with the frame's `pad` at the end.
    EncodedText encodePadded(std::string_view text, std::size_t length, CutSide side = CutSide::End) const;

    const TokenFrame& frame() const { return m_frame; }
    void setFrame(TokenFrame frame) { m_frame = std::move(frame); }

protected:
    TokenFrame m_frame;
};

} // namespace models::text
