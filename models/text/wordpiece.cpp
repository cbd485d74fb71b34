#include "models/text/wordpiece.h"

#include "imaging/error.h"

#include <nlohmann/json.hpp>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr std::size_t kMaxWordLength = 100; // Code points; longer words are [UNK].
constexpr UChar32 kReplacement = 0xfffd;
constexpr std::array<std::string_view, 5> kSpecialTokens{"[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"};

bool isSpace(UChar32 c)
{
    return c == '\t' || c == '\n' || c == '\r' || u_isUWhiteSpace(c) != 0;
}

/// Categories Cc, Cf, Cn, Co and Cs, without the three that count as white space.
bool isControl(UChar32 c)
{
    return c != '\t' && c != '\n' && c != '\r' && (U_GET_GC_MASK(c) & U_GC_C_MASK) != 0;
}

bool isPunctuation(UChar32 c)
{
    const bool ascii = (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
    return ascii || (U_GET_GC_MASK(c) & U_GC_P_MASK) != 0;
}

/// The CJK Unified Ideographs blocks of Google's BERT; not Hangul, not kana.
bool isIdeograph(UChar32 c)
{
    return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x20000 && c <= 0x2a6df)
        || (c >= 0x2a700 && c <= 0x2b73f) || (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b820 && c <= 0x2ceaf)
        || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

icu::UnicodeString cleaned(std::string_view text)
{
    const auto source =
        icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    icu::UnicodeString result;
    for (std::int32_t i = 0; i < source.length(); i = source.moveIndex32(i, 1)) {
        const auto c = source.char32At(i);
        if (c == kReplacement || isControl(c))
            continue;
        if (isSpace(c))
            result.append(u' ');
        else if (isIdeograph(c))
            result.append(u' ').append(c).append(u' ');
        else
            result.append(c);
    }
    return result;
}

icu::UnicodeString lowerWithoutAccents(const icu::UnicodeString& text)
{
    UErrorCode status = U_ZERO_ERROR;
    const auto* normalizer = icu::Normalizer2::getNFDInstance(status);
    const auto decomposed = normalizer ? normalizer->normalize(text, status) : text;
    if (U_FAILURE(status))
        throw Error(ErrorKind::Internal, std::string("ICU cannot decompose text: ") + u_errorName(status) + ".");
    icu::UnicodeString result;
    for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
        const auto c = decomposed.char32At(i);
        if (u_charType(c) != U_NON_SPACING_MARK)
            result.append(u_tolower(c));
    }
    return result;
}

/// White space separates, each punctuation mark is a word of its own.
std::vector<std::string> splitWords(const icu::UnicodeString& text)
{
    std::vector<std::string> words;
    icu::UnicodeString word;
    const auto flush = [&] {
        if (!word.isEmpty())
            word.toUTF8String(words.emplace_back());
        word.remove();
    };
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const auto c = text.char32At(i);
        const bool alone = isPunctuation(c);
        if (alone || isSpace(c))
            flush();
        if (!isSpace(c))
            word.append(c);
        if (alone)
            flush();
    }
    flush();
    return words;
}

std::vector<std::size_t> characterStarts(std::string_view word)
{
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (!U8_IS_TRAIL(static_cast<std::uint8_t>(word[i])))
            starts.push_back(i);
    starts.push_back(word.size());
    return starts;
}

bool readLowerCase(const std::filesystem::path& folder)
{
    std::ifstream stream(folder / "tokenizer_config.json", std::ios::binary);
    const auto settings = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (!settings.is_object() || !settings.contains("do_lower_case"))
        return true;
    const auto& value = settings["do_lower_case"];
    return !value.is_boolean() || value.get<bool>();
}

std::vector<std::string> readLines(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw Error(ErrorKind::NotFound, "There is no vocabulary " + file.string() + ".", file.string());
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        if (line.ends_with('\r'))
            line.pop_back();
        lines.push_back(line);
    }
    return lines;
}

} // namespace

WordPiece::WordPiece(const std::filesystem::path& folder)
    : WordPiece(folder / "vocab.txt", readLowerCase(folder))
{
}

WordPiece::WordPiece(const std::filesystem::path& vocabulary, bool lowerCase)
    : WordPiece(readLines(vocabulary), lowerCase, vocabulary)
{
}

WordPiece::WordPiece(std::vector<std::string> tokens, bool lowerCase, const std::filesystem::path& file)
    : m_tokens(std::move(tokens))
    , m_specials(kSpecialTokens.begin(), kSpecialTokens.end())
    , m_lowerCase(lowerCase)
{
    for (std::size_t id = 0; id < m_tokens.size(); ++id)
        m_ids.insert_or_assign(m_tokens[id], static_cast<std::int64_t>(id));
    m_unknown = requiredId("[UNK]", file);
    m_begin = requiredId("[CLS]", file);
    m_end = requiredId("[SEP]", file);
    m_pad = requiredId("[PAD]", file);
}

std::int64_t WordPiece::addSpecial(std::string_view token)
{
    if (!isSpecial(token))
        m_specials.emplace_back(token);
    if (const auto id = find(token); id >= 0)
        return id;
    const auto id = static_cast<std::int64_t>(m_tokens.size());
    m_ids.emplace(token, id);
    m_tokens.emplace_back(token);
    return id;
}

std::string_view WordPiece::token(std::int64_t id) const
{
    return id >= 0 && static_cast<std::size_t>(id) < m_tokens.size() ? m_tokens[static_cast<std::size_t>(id)]
                                                                     : std::string_view();
}

bool WordPiece::isSpecial(std::string_view token) const
{
    return std::find(m_specials.begin(), m_specials.end(), token) != m_specials.end();
}

std::string WordPiece::vocabulary() const
{
    std::vector<std::pair<std::int64_t, std::string_view>> tokens;
    tokens.reserve(m_ids.size());
    for (const auto& [token, id] : m_ids)
        tokens.emplace_back(id, token);
    std::sort(tokens.begin(), tokens.end());
    std::string lines = m_lowerCase ? "lower case\n" : "case kept\n";
    for (const auto& [id, token] : tokens)
        lines.append(std::to_string(id)).append(" ").append(token).append("\n");
    return lines;
}

std::int64_t WordPiece::requiredId(std::string_view token, const std::filesystem::path& file) const
{
    const auto id = find(token);
    if (id < 0)
        throw Error(ErrorKind::Model,
            "The vocabulary " + file.string() + " has no " + std::string(token) + ": it is not BERT's.", file.string());
    return id;
}

std::int64_t WordPiece::find(std::string_view piece) const
{
    const auto found = m_ids.find(piece);
    return found == m_ids.end() ? -1 : found->second;
}

/// Longest match first. False when there is no room left.
bool WordPiece::appendWord(std::string_view word, std::size_t maxIds, TokenizedText& result) const
{
    const auto starts = characterStarts(word);
    const auto length = starts.size() - 1;
    std::vector<std::int64_t> ids;
    std::string piece;
    for (std::size_t from = 0; from < length && length <= kMaxWordLength;) {
        auto to = length;
        std::int64_t id = -1;
        for (; to > from && id < 0; to -= id < 0 ? 1 : 0) {
            piece = from > 0 ? "##" : "";
            piece.append(word.substr(starts[from], starts[to] - starts[from]));
            id = find(piece);
        }
        if (id < 0) {
            ids.clear();
            break;
        }
        ids.push_back(id);
        from = to;
    }
    if (ids.empty())
        ids.push_back(m_unknown);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (result.ids.size() >= maxIds)
            return false;
        result.ids.push_back(ids[i]);
        result.continuesWord.push_back(i > 0);
    }
    return true;
}

void WordPiece::appendSegment(std::string_view text, std::size_t maxIds, TokenizedText& result) const
{
    auto normalized = cleaned(text);
    if (m_lowerCase)
        normalized = lowerWithoutAccents(normalized);
    for (const auto& word : splitWords(normalized)) {
        if (!appendWord(word, maxIds, result)) {
            result.cut = true;
            return;
        }
    }
}

TokenizedText WordPiece::encode(std::string_view text, std::size_t maxIds) const
{
    constexpr std::size_t kMaxBytes = 1U << 28U; // ICU counts in 31 bits.
    const auto limit = maxIds == 0 ? std::numeric_limits<std::size_t>::max() : std::max<std::size_t>(maxIds, 2) - 1;
    TokenizedText result{{m_begin}, {false}, text.size() > kMaxBytes};
    text = text.substr(0, kMaxBytes);
    while (!text.empty() && !result.cut) {
        auto next = std::string_view::npos;
        std::string_view special;
        for (const std::string_view token : m_specials) {
            if (const auto found = text.find(token); found < next) {
                next = found;
                special = token;
            }
        }
        appendSegment(text.substr(0, next), limit, result);
        if (next == std::string_view::npos)
            break;
        if (const auto id = find(special); id >= 0 && !result.cut) {
            result.cut = result.ids.size() >= limit;
            if (!result.cut) {
                result.ids.push_back(id);
                result.continuesWord.push_back(false);
            }
        }
        text.remove_prefix(next + special.size());
    }
    result.ids.push_back(m_end);
    result.continuesWord.push_back(false);
    return result;
}

} // namespace models::text
