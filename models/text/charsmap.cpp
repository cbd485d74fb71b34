#include "models/text/charsmap.h"

#include "imaging/error.h"
#include "models/text/unicode_text.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>

namespace models::text {

namespace {

// A unit of the double array (Darts-clone): where its children lie, the byte that leads to it, whether a text ends
// there. A unit with the highest bit set is a value.
constexpr std::uint32_t kValueBit = 1U << 31U;

bool hasLeaf(std::uint32_t unit)
{
    return (unit >> 8U & 1U) != 0;
}

std::uint32_t label(std::uint32_t unit)
{
    return unit & (kValueBit | 0xffU);
}

std::size_t offset(std::uint32_t unit)
{
    return (unit >> 10U) << ((unit & 1U << 9U) >> 6U);
}

std::uint32_t littleEndian(std::string_view bytes)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8U | static_cast<std::uint8_t>(bytes[i]);
    return value;
}

/// Ends of the extended grapheme clusters (UAX 29) of valid UTF-8.
std::vector<std::size_t> graphemeEnds(const std::string& text)
{
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> breaks(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    const std::unique_ptr<UText, decltype(&utext_close)> view(
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status), utext_close);
    if (U_SUCCESS(status))
        breaks->setText(view.get(), status);
    if (U_FAILURE(status))
        throw imaging::Error(imaging::ErrorKind::Internal,
            std::string("ICU cannot find the characters of a text: ") + u_errorName(status) + ".");
    std::vector<std::size_t> ends;
    for (auto end = breaks->next(); end != icu::BreakIterator::DONE; end = breaks->next())
        ends.push_back(static_cast<std::size_t>(end));
    return ends;
}

std::size_t asciiRun(std::string_view text)
{
    std::size_t length = 0;
    while (length < text.size() && text[length] >= 0x20 && text[length] < 0x7f)
        ++length;
    return length;
}

} // namespace

std::optional<Charsmap> Charsmap::read(std::string_view bytes)
{
    constexpr std::size_t kMost = std::size_t{1} << 26U;
    if (bytes.size() < 4 || bytes.size() > kMost)
        return {};
    const std::size_t trieBytes = littleEndian(bytes);
    if (trieBytes % 4 != 0 || trieBytes == 0 || trieBytes >= bytes.size() - 4)
        return {};
    Charsmap result;
    for (std::size_t i = 0; i < trieBytes; i += 4)
        result.m_units.push_back(littleEndian(bytes.substr(4 + i)));
    result.m_texts = bytes.substr(4 + trieBytes);
    if (!result.isWhole())
        return {};
    result.m_keepsAscii = result.keepsAscii();
    return result;
}

/// Children of a unit lie at its base, each at the base XOR its byte: all 256 of them have to be there.
bool Charsmap::isWhole() const
{
    if (m_texts.empty() || m_texts.back() != '\0' || (m_units[0] & kValueBit) != 0)
        return false;
    for (std::size_t i = 0; i < m_units.size(); ++i) {
        if ((m_units[i] & kValueBit) != 0)
            continue;
        const auto base = i ^ offset(m_units[i]);
        if ((base | 0xffU) >= m_units.size())
            return false;
        if (hasLeaf(m_units[i]) && (m_units[base] & ~kValueBit) >= m_texts.size())
            return false;
    }
    return true;
}

bool Charsmap::keepsAscii() const
{
    for (char c = 0x20; c < 0x7f; ++c)
        if (replacement(std::string_view(&c, 1)))
            return false;
    return true;
}

/// What the shortest known text at the front becomes.
std::optional<std::string_view> Charsmap::replacement(std::string_view chunk) const
{
    std::size_t node = offset(m_units[0]);
    for (const auto c : chunk) {
        const std::uint32_t byte = static_cast<std::uint8_t>(c);
        if (byte == 0)
            break;
        node ^= byte;
        const auto unit = m_units[node];
        if (label(unit) != byte)
            break;
        node ^= offset(unit);
        if (hasLeaf(unit))
            return std::string_view(m_texts.c_str() + (m_units[node] & ~kValueBit));
    }
    return {};
}

std::string Charsmap::replaced(std::string_view text) const
{
    constexpr std::size_t kLongestGrapheme = 6;
    if (m_keepsAscii && asciiRun(text) == text.size())
        return std::string(text);
    const auto valid = utf8(codePoints(text));
    std::string result;
    result.reserve(valid.size());
    std::size_t begin = 0;
    for (const auto end : graphemeEnds(valid)) {
        const auto grapheme = std::string_view(valid).substr(begin, end - begin);
        begin = end;
        if (grapheme.size() < kLongestGrapheme) {
            if (const auto whole = replacement(grapheme)) {
                result += *whole;
                continue;
            }
        }
        for (std::size_t i = 0; i < grapheme.size();) {
            const auto character = grapheme.substr(i, characterLength(grapheme[i]));
            i += character.size();
            result += replacement(character).value_or(character);
        }
    }
    return result;
}

std::optional<std::string> base64Bytes(std::string_view text)
{
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    while (text.ends_with('='))
        text.remove_suffix(1);
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const auto c : text) {
        const auto digit = kDigits.find(c);
        if (digit == std::string_view::npos)
            return {};
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<char>(bits >> count & 0xffU));
        }
    }
    return bytes;
}

} // namespace models::text
