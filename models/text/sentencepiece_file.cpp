#include "models/text/sentencepiece_file.h"

#include "imaging/error.h"
#include "models/text/byte_alphabet.h"
#include "models/text/charsmap.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_set>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason)
{
    throw Error(ErrorKind::Model,
        "The vocabulary " + file.string() + " cannot be used: " + reason
            + ". Copy the SentencePiece model from the model's folder again.",
        file.string());
}

/// One field of a message (protocol buffers' wire format): a number, or bytes.
struct Field
{
    std::uint64_t number = 0;
    unsigned kind = 0; ///< 0: varint, 1: 64 bits, 2: bytes, 5: 32 bits
    std::uint64_t value = 0;
    std::string_view bytes;
};

std::optional<std::uint64_t> takeVarint(std::string_view& rest)
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
        const auto byte = static_cast<std::uint8_t>(rest.front());
        rest.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if ((byte & 0x80U) == 0)
            return value;
    }
    return {};
}

std::optional<Field> takeField(std::string_view& rest)
{
    const auto key = takeVarint(rest);
    if (!key || *key >> 3U == 0)
        return {};
    Field field{*key >> 3U, static_cast<unsigned>(*key & 7U), 0, {}};
    std::uint64_t length = field.kind == 1 ? 8 : field.kind == 5 ? 4 : 0;
    if (field.kind == 0 || field.kind == 2) {
        const auto value = takeVarint(rest);
        if (!value)
            return {};
        (field.kind == 0 ? field.value : length) = *value;
    } else if (length == 0) {
        return {}; // Groups, which no such file has.
    }
    if (length > rest.size())
        return {};
    field.bytes = rest.substr(0, length);
    rest.remove_prefix(length);
    return field;
}

/// False when the message is cut or has a field of no known kind.
bool eachField(std::string_view message, const std::function<void(const Field&)>& look)
{
    while (!message.empty()) {
        const auto field = takeField(message);
        if (!field)
            return false;
        look(*field);
    }
    return true;
}

struct Piece
{
    std::string_view text;
    float score = 0;
    std::uint64_t type = 1;
};

class Check
{
public:
    explicit Check(const std::filesystem::path& file)
        : m_file(file)
    {
    }

    void model(std::string_view bytes)
    {
        const bool whole = eachField(bytes, [this](const Field& field) {
            if (field.number == 1 && field.kind == 2)
                piece(field.bytes);
            else if (field.number == 2 && field.kind == 2)
                trainer(field.bytes);
            else if ((field.number == 3 || field.number == 5) && field.kind == 2)
                normalizer(field.bytes);
        });
        if (!whole)
            refuse(m_file, "it is no SentencePiece model, or is cut");
        if (m_unknowns != 1 || m_pieces.size() < 2)
            refuse(m_file,
                "it has " + std::to_string(m_pieces.size()) + " pieces and " + std::to_string(m_unknowns)
                    + " of them for what is unknown");
    }

private:
    void piece(std::string_view bytes)
    {
        constexpr std::size_t kLongest = 512;
        constexpr std::uint64_t kUnknown = 2;
        Piece found;
        const bool whole = eachField(bytes, [&found](const Field& field) {
            if (field.number == 1)
                found.text = field.bytes;
            if (field.number == 2 && field.kind == 5) {
                std::uint32_t bits = 0;
                for (std::size_t i = 4; i-- > 0;)
                    bits = bits << 8U | static_cast<std::uint8_t>(field.bytes[i]);
                found.score = std::bit_cast<float>(bits);
            }
            if (field.number == 3)
                found.type = field.value;
        });
        const bool plain = !found.text.empty() && found.text.size() <= kLongest
            && found.text.find('\0') == std::string_view::npos && repairedUtf8(found.text) == found.text;
        if (!whole || !plain || !std::isfinite(found.score) || found.type < 1 || found.type > 6
            || !m_pieces.insert(found.text).second)
            refuse(m_file, "its piece " + std::to_string(m_pieces.size()) + " is empty, there twice or no text");
        m_unknowns += found.type == kUnknown ? 1 : 0;
    }

    void trainer(std::string_view bytes)
    {
        constexpr std::uint64_t kModelType = 3;
        std::uint64_t type = 1;
        const bool whole = eachField(bytes, [&](const Field& field) {
            if (field.number == kModelType)
                type = field.value;
        });
        if (!whole || (type != 1 && type != 2))
            refuse(m_file, "it is neither of unigrams nor of byte pairs");
    }

    void normalizer(std::string_view bytes)
    {
        constexpr std::uint64_t kCharsmap = 2;
        const bool whole = eachField(bytes, [this](const Field& field) {
            if (field.number == kCharsmap && !field.bytes.empty() && !Charsmap::read(field.bytes))
                refuse(m_file, "its table of character replacements is damaged");
        });
        if (!whole)
            refuse(m_file, "how it normalizes text is damaged");
    }

    const std::filesystem::path& m_file;
    std::unordered_set<std::string_view> m_pieces;
    int m_unknowns = 0;
};

} // namespace

std::string readSentencePieceFile(const std::filesystem::path& file)
{
    constexpr std::uintmax_t kMost = std::uintmax_t{64} << 20U;
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    std::ifstream stream(file, std::ios::binary);
    if (error || !stream)
        throw Error(ErrorKind::NotFound, "There is no vocabulary " + file.string() + ".", file.string());
    if (size > kMost)
        refuse(file, "it has more than 64 MiB");
    std::string bytes(size, '\0');
    if (!stream.read(bytes.data(), static_cast<std::streamsize>(size)) && size > 0)
        throw Error(ErrorKind::Io, "The vocabulary " + file.string() + " cannot be read.", file.string());
    Check(file).model(bytes);
    return bytes;
}

} // namespace models::text
