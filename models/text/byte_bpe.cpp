#include "models/text/byte_bpe.h"

#include "imaging/error.h"
#include "models/text/byte_alphabet.h"
#include "models/text/unicode_text.h"
#include "models/text/word_patterns.h"

#include <algorithm>

namespace models::text {

ByteBpe::ByteBpe(Bpe bpe, AddedTokens added, TokenFrame frame, const std::filesystem::path& file)
    : m_bpe(std::move(bpe))
    , m_added(std::move(added))
{
    m_frame = std::move(frame);
    for (unsigned byte = 0; byte < 256; ++byte) {
        m_bytes.push_back(m_bpe.vocabulary().find(byteCharacter(static_cast<std::uint8_t>(byte))));
        if (m_bytes.back() < 0)
            throw imaging::Error(imaging::ErrorKind::Model,
                "The vocabulary " + file.string() + " is none of bytes: it has no token for the byte "
                    + std::to_string(byte) + ". Take the one that lies beside the weights.",
                file.string());
    }
}

TokenIds ByteBpe::pieces(std::string_view text) const
{
    TokenIds ids;
    for (const auto& stretch : m_added.split(text)) {
        if (stretch.id >= 0)
            ids.push_back(stretch.id);
        else
            append(stretch.text, ids);
    }
    return ids;
}

void ByteBpe::append(std::string_view text, TokenIds& ids) const
{
    const auto characters = codePoints(text);
    std::vector<std::int64_t> symbols;
    for (const auto word : gpt2Words(characters)) {
        symbols.clear();
        for (const auto byte : utf8(word))
            symbols.push_back(m_bytes[static_cast<std::uint8_t>(byte)]);
        m_bpe.merge(symbols);
        ids.insert(ids.end(), symbols.begin(), symbols.end());
    }
}

std::string ByteBpe::decode(std::span<const std::int64_t> ids) const
{
    std::string bytes;
    for (const auto id : ids) {
        const auto* added = m_added.token(id);
        if (!added)
            appendBytesOf(m_bpe.vocabulary().token(id), bytes);
        else if (!m_added.isSpecial(id))
            bytes += *added;
    }
    return repairedUtf8(bytes);
}

std::int64_t ByteBpe::find(std::string_view token) const
{
    const auto added = m_added.find(token);
    return added >= 0 ? added : m_bpe.vocabulary().find(token);
}

std::size_t ByteBpe::size() const
{
    return std::max(m_bpe.vocabulary().size(), m_added.size());
}

} // namespace models::text
