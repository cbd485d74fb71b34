#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace models::text {

/// SentencePiece's table of character replacements ("precompiled_charsmap"): the size of a trie in bytes, the trie as a
/// double array of 32-bit units (Darts), then texts that end in NUL. What T5 does with ligatures, width and white
/// space.
class Charsmap
{
public:
    /// Nothing when the bytes are no such table. Every place that any text can lead to is inside the table afterwards,
    /// so that also a library that does not look may read it.
    static std::optional<Charsmap> read(std::string_view bytes);

    /// The text with replacements made as Hugging Face's tokenizers makes them: for a whole grapheme (less than 6
    /// bytes) where one is known, else for each character of it.
    std::string replaced(std::string_view text) const;

private:
    std::optional<std::string_view> replacement(std::string_view chunk) const;
    bool isWhole() const;
    bool keepsAscii() const;

    std::vector<std::uint32_t> m_units;
    std::string m_texts;
    bool m_keepsAscii = false; ///< No printable character of ASCII is replaced.
};

/// The bytes of Base64 (RFC 4648); nothing when it is none.
std::optional<std::string> base64Bytes(std::string_view text);

} // namespace models::text
