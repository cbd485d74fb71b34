#include "models/text/unicode_text.h"

#include "imaging/error.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace models::text {

namespace {

constexpr char32_t kReplacement = 0xfffd;
constexpr std::size_t kMostCharacters = std::size_t{1} << 28U; // ICU counts in 31 bits.

icu::UnicodeString icuText(std::u32string_view text)
{
    text = text.substr(0, kMostCharacters);
    return icu::UnicodeString::fromUTF32(
        reinterpret_cast<const UChar32*>(text.data()), static_cast<std::int32_t>(text.size()));
}

std::u32string fromIcu(const icu::UnicodeString& text)
{
    std::u32string result;
    result.reserve(static_cast<std::size_t>(text.length()));
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
        result.push_back(static_cast<char32_t>(text.char32At(i)));
    return result;
}

const icu::Normalizer2* normalizerOf(NormalForm form, UErrorCode& status)
{
    switch (form) {
    case NormalForm::Nfc:
        return icu::Normalizer2::getNFCInstance(status);
    case NormalForm::Nfd:
        return icu::Normalizer2::getNFDInstance(status);
    case NormalForm::Nfkc:
        return icu::Normalizer2::getNFKCInstance(status);
    case NormalForm::Nfkd:
        return icu::Normalizer2::getNFKDInstance(status);
    }
    return nullptr;
}

bool isAscii(std::u32string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x80; });
}

} // namespace

std::u32string codePoints(std::string_view text)
{
    std::u32string result;
    result.reserve(text.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int64_t>(text.size());
    for (std::int64_t i = 0; i < length;) {
        UChar32 c = 0;
        U8_NEXT(bytes, i, length, c);
        result.push_back(c < 0 ? kReplacement : static_cast<char32_t>(c));
    }
    return result;
}

void appendUtf8(std::string& text, char32_t character)
{
    std::array<std::uint8_t, U8_MAX_LENGTH> bytes{};
    std::size_t length = 0;
    if (character > 0x10ffff || (character >= 0xd800 && character < 0xe000))
        character = kReplacement;
    U8_APPEND_UNSAFE(bytes.data(), length, character);
    text.append(reinterpret_cast<const char*>(bytes.data()), length);
}

std::string utf8(std::u32string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (const auto c : text)
        appendUtf8(result, c);
    return result;
}

std::size_t characterLength(char first)
{
    const auto byte = static_cast<std::uint8_t>(first);
    return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 1;
}

bool isLetter(char32_t c)
{
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_L_MASK) != 0;
}

bool isNumber(char32_t c)
{
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_N_MASK) != 0;
}

bool isSymbol(char32_t c)
{
    constexpr char32_t kReplacement = 0xfffd;
    return c != kReplacement && (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_SM_MASK | U_GC_SC_MASK | U_GC_SO_MASK)) != 0;
}

bool isWhiteSpace(char32_t c)
{
    return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

std::u32string lowered(std::u32string_view text)
{
    if (isAscii(text)) {
        std::u32string result(text);
        for (auto& c : result)
            c = c >= U'A' && c <= U'Z' ? c + 32 : c;
        return result;
    }
    return fromIcu(icuText(text).toLower(icu::Locale::getRoot()));
}

std::u32string uppered(std::u32string_view text)
{
    return fromIcu(icuText(text).toUpper(icu::Locale::getRoot()));
}

std::u32string normalized(std::u32string_view text, NormalForm form)
{
    if (isAscii(text))
        return std::u32string(text);
    UErrorCode status = U_ZERO_ERROR;
    const auto* normalizer = normalizerOf(form, status);
    const auto result = normalizer ? normalizer->normalize(icuText(text), status) : icu::UnicodeString();
    if (U_FAILURE(status))
        throw imaging::Error(
            imaging::ErrorKind::Internal, std::string("ICU cannot normalize text: ") + u_errorName(status) + ".");
    return fromIcu(result);
}

} // namespace models::text
