#include "models/text/clip_bpe.h"

#include "imaging/error.h"
#include "models/text/byte_alphabet.h"
#include "models/text/clean_text.h"
#include "models/text/unicode_text.h"
#include "models/text/word_patterns.h"

#include <zlib.h>

#include <algorithm>
#include <memory>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr std::string_view kWordEnd = "</w>";
constexpr std::string_view kStart = "<|startoftext|>";
constexpr std::string_view kEnd = "<|endoftext|>";

/// All that the file unpacks to; zlib reads files that are not packed as they are.
std::string unpacked(const std::filesystem::path& file)
{
    constexpr std::size_t kMost = std::size_t{64} << 20U;
    const auto close = [](gzFile stream) { gzclose(stream); };
    const std::unique_ptr<gzFile_s, decltype(close)> stream(gzopen(file.c_str(), "rb"), close);
    if (!stream)
        throw Error(ErrorKind::NotFound, "There is no vocabulary " + file.string() + ".", file.string());
    std::string text;
    std::string part(1U << 16U, '\0');
    int read = 0;
    while ((read = gzread(stream.get(), part.data(), static_cast<unsigned>(part.size()))) > 0 && text.size() <= kMost)
        text.append(part, 0, static_cast<std::size_t>(read));
    if (read < 0 || text.size() > kMost)
        throw Error(ErrorKind::Model,
            "The vocabulary " + file.string() + " cannot be unpacked: it is cut or damaged. Copy it again.",
            file.string());
    return text;
}

Vocabulary vocabularyOf(const std::vector<Merge>& merges, const std::filesystem::path& file)
{
    Vocabulary vocabulary;
    std::int64_t id = 0;
    for (const auto ending : {std::string_view(), kWordEnd})
        for (const auto byte : bytesInAlphabetOrder())
            vocabulary.add(std::string(byteCharacter(byte)).append(ending), id++, file);
    for (const auto& [left, right] : merges)
        vocabulary.add(left + right, id++, file);
    vocabulary.add(kStart, id++, file);
    vocabulary.add(kEnd, id, file);
    return vocabulary;
}

} // namespace

ClipBpe::ClipBpe(Bpe bpe, const std::filesystem::path& file)
    : m_bpe(std::move(bpe))
{
    const auto require = [&](std::string_view token) {
        const auto id = find(token);
        if (id < 0)
            throw Error(ErrorKind::Model,
                "The vocabulary " + file.string() + " is not CLIP's: it has no \"" + std::string(token)
                    + "\". Take the one that lies beside the weights.",
                file.string());
        return id;
    };
    m_start = require(kStart);
    m_end = require(kEnd);
    for (unsigned byte = 0; byte < 256; ++byte) {
        const std::string character(byteCharacter(static_cast<std::uint8_t>(byte)));
        m_bytes.push_back(require(character));
        m_lastBytes.push_back(require(character + std::string(kWordEnd)));
    }
    m_frame = {{m_start}, {m_end}, 0};
}

TokenIds ClipBpe::pieces(std::string_view text) const
{
    const auto cleaned = cleanedForClip(text);
    TokenIds result;
    std::vector<std::int64_t> symbols;
    for (const auto word : clipWords(cleaned)) {
        const auto bytes = utf8(word);
        if (bytes == kStart || bytes == kEnd) {
            result.push_back(bytes == kStart ? m_start : m_end);
            continue;
        }
        symbols.clear();
        for (const auto byte : bytes)
            symbols.push_back(m_bytes[static_cast<std::uint8_t>(byte)]);
        symbols.back() = m_lastBytes[static_cast<std::uint8_t>(bytes.back())];
        m_bpe.merge(symbols);
        result.insert(result.end(), symbols.begin(), symbols.end());
    }
    return result;
}

std::string ClipBpe::decode(std::span<const std::int64_t> ids) const
{
    std::string bytes;
    for (const auto id : ids) {
        if (id == m_end)
            break;
        if (id == m_start)
            continue;
        auto token = m_bpe.vocabulary().token(id);
        const bool endsWord = token.ends_with(kWordEnd);
        if (endsWord)
            token.remove_suffix(kWordEnd.size());
        appendBytesOf(token, bytes);
        if (endsWord)
            bytes.push_back(' ');
    }
    if (bytes.ends_with(' '))
        bytes.pop_back();
    return repairedUtf8(bytes);
}

ClipBpe readClipVocabulary(const std::filesystem::path& file)
{
    constexpr std::size_t kMostMerges = 49152 - 256 - 2; // The file has more than were used.
    const auto text = unpacked(file);
    std::string_view rest(text);
    const auto nextLine = [&rest] {
        const auto end = rest.find('\n');
        auto line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        return line;
    };
    nextLine(); // What the file is.
    std::vector<Merge> merges;
    while (!rest.empty() && merges.size() < kMostMerges)
        merges.push_back(mergeOf(nextLine(), file));
    if (merges.size() < kMostMerges)
        throw Error(ErrorKind::Model,
            "The vocabulary " + file.string() + " has " + std::to_string(merges.size()) + " merges of "
                + std::to_string(kMostMerges) + ": it is cut or not CLIP's. Copy it again.",
            file.string());
    return {Bpe(vocabularyOf(merges, file), merges, file), file};
}

} // namespace models::text
