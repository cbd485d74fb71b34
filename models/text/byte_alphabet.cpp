#include "models/text/byte_alphabet.h"

#include "models/text/unicode_text.h"

#include <unordered_map>

namespace models::text {

namespace {

bool isPrintable(unsigned byte)
{
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

struct Alphabet
{
    std::array<std::string, 256> characters;
    std::array<std::uint8_t, 256> order{};
    std::unordered_map<char32_t, std::uint8_t> bytes;

    Alphabet()
    {
        std::size_t at = 0;
        char32_t next = 256; // Bytes that cannot be printed have the characters from U+0100 on.
        for (const bool printable : {true, false})
            for (unsigned byte = 0; byte < 256; ++byte) {
                if (isPrintable(byte) != printable)
                    continue;
                const char32_t character = printable ? byte : next++;
                appendUtf8(characters[byte], character);
                bytes.emplace(character, static_cast<std::uint8_t>(byte));
                order[at++] = static_cast<std::uint8_t>(byte);
            }
    }
};

const Alphabet& alphabet()
{
    static const Alphabet made;
    return made;
}

} // namespace

std::string_view byteCharacter(std::uint8_t byte)
{
    return alphabet().characters[byte];
}

const std::array<std::uint8_t, 256>& bytesInAlphabetOrder()
{
    return alphabet().order;
}

void appendBytesOf(std::string_view token, std::string& bytes)
{
    for (const auto c : codePoints(token)) {
        const auto found = alphabet().bytes.find(c);
        if (found != alphabet().bytes.end())
            bytes.push_back(static_cast<char>(found->second));
        else
            appendUtf8(bytes, c);
    }
}

std::string repairedUtf8(std::string_view bytes)
{
    return utf8(codePoints(bytes));
}

} // namespace models::text
