#include "models/data/table_text.h"

#include "imaging/error.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace models::data {

namespace {

[[noreturn]] void refuse(std::string_view before, const std::string& source, const std::string& reason)
{
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "Line " + std::to_string(line) + " of '" + source + "' cannot be read: " + reason
            + " Save the table as \"CSV UTF-8\".",
        source);
}

void append(std::string& text, char32_t code)
{
    const auto part = [&](unsigned shift) { text += char(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
        text += char(code);
    } else if (code < 0x800) {
        text += char(0xC0 | (code >> 6));
        part(0);
    } else if (code < 0x10000) {
        text += char(0xE0 | (code >> 12));
        part(6);
        part(0);
    } else {
        text += char(0xF0 | (code >> 18));
        part(12);
        part(6);
        part(0);
    }
}

bool isHigh(char32_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

bool isLow(char32_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

std::string fromUtf16(std::string_view bytes, bool bigEndian, const std::string& source)
{
    std::string text;
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(bytes[at]), second = static_cast<unsigned char>(bytes[at + 1]);
        return static_cast<char32_t>(bigEndian ? 256U * first + second : 256U * second + first);
    };
    if (bytes.size() % 2 != 0)
        refuse({}, source, "it is UTF-16 text of which half a character is missing.");
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        char32_t code = unit(at);
        if (isHigh(code) && at + 4 <= bytes.size() && isLow(unit(at + 2))) {
            code = 0x10000 + ((code - 0xD800) << 10U) + (unit(at + 2) - 0xDC00);
            at += 2;
        } else if (isHigh(code) || isLow(code)) {
            refuse(text, source, "it is UTF-16 text with half a character.");
        }
        append(text, code);
    }
    return text;
}

/// Length of the UTF-8 character that begins the text (RFC 3629), 0 when none does.
std::size_t characterLength(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const auto first = byte(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    for (std::size_t at = 1; at < length; ++at)
        if ((byte(at) & 0xC0U) != 0x80)
            return 0;
    const bool tooShort = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool noCharacter = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
    return tooShort || noCharacter ? 0 : length;
}

void requireUtf8(std::string_view text, const std::string& source)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto length = characterLength(text.substr(at));
        if (length == 0) {
            char byte[8];
            std::snprintf(byte, sizeof byte, "%02X", static_cast<unsigned>(static_cast<unsigned char>(text[at])));
            refuse(text.substr(0, at), source, std::string("it is not UTF-8 text (byte ") + byte + ").");
        }
        at += length;
    }
}

} // namespace

std::string tableText(std::string_view bytes, const std::string& source)
{
    const auto zero = [&](std::size_t at) { return at < bytes.size() && bytes[at] == '\0'; };
    if (bytes.starts_with("\xFF\xFE"))
        return fromUtf16(bytes.substr(2), /*bigEndian=*/false, source);
    if (bytes.starts_with("\xFE\xFF"))
        return fromUtf16(bytes.substr(2), /*bigEndian=*/true, source);
    if (bytes.size() > 1 && zero(0) != zero(1)) // Without a mark: the first character is one of ASCII.
        return fromUtf16(bytes, zero(0), source);
    if (bytes.starts_with("\xEF\xBB\xBF"))
        bytes.remove_prefix(3);
    requireUtf8(bytes, source);
    return std::string(bytes);
}

std::string trimmedText(std::string_view text)
{
    constexpr std::string_view kSpaces = " \t\r\n";
    const auto first = text.find_first_not_of(kSpaces);
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(kSpaces) - first + 1));
}

} // namespace models::data
