#include "models/text/piece_models.h"

#include "imaging/error.h"
#include "models/text/unicode_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace models::text {

namespace {

/// The ids of a text's bytes; false, and nothing appended, when one is missing.
bool appendBytes(std::string_view text, const Vocabulary& vocabulary, std::vector<std::int64_t>& ids)
{
    std::vector<std::int64_t> found;
    for (const auto c : text) {
        found.push_back(vocabulary.find(byteToken(static_cast<std::uint8_t>(c))));
        if (found.back() < 0)
            return false;
    }
    ids.insert(ids.end(), found.begin(), found.end());
    return true;
}

} // namespace

std::string byteToken(std::uint8_t byte)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    return {'<', '0', 'x', kDigits[byte >> 4U], kDigits[byte & 0xfU], '>'};
}

int byteOf(std::string_view token)
{
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>')
        return -1;
    int byte = 0;
    const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, byte, 16);
    return error == std::errc() && end == token.data() + 5 ? byte : -1;
}

Unigram::Unigram(
    Vocabulary vocabulary, std::vector<double> scores, UnknownPieces unknown, const std::filesystem::path& file)
    : m_vocabulary(std::move(vocabulary))
    , m_scores(std::move(scores))
    , m_unknown(unknown)
{
    constexpr std::size_t kLongestPiece = 512;
    constexpr double kUnknownPenalty = 10; // Below the least probable piece.
    if (m_scores.empty() || unknown.id < -1 || unknown.id >= static_cast<std::int64_t>(m_scores.size()))
        throw imaging::Error(imaging::ErrorKind::Model,
            "The vocabulary " + file.string() + " cannot be used: its " + std::to_string(m_scores.size())
                + " pieces have none with the number " + std::to_string(unknown.id)
                + ", which it names for what is unknown. Copy the file again.",
            file.string());
    double least = 0;
    for (std::size_t id = 0; id < m_scores.size(); ++id) {
        const auto piece = m_vocabulary.token(static_cast<std::int64_t>(id));
        if (piece.empty() || piece.size() > kLongestPiece || !std::isfinite(m_scores[id]))
            throw imaging::Error(imaging::ErrorKind::Model,
                "The vocabulary " + file.string() + " cannot be used: its piece " + std::to_string(id)
                    + " is empty, longer than 512 bytes or has no number as its score. Copy the file again.",
                file.string());
        least = std::min(least, m_scores[id]);
        m_sorted.push_back(static_cast<std::int64_t>(id));
    }
    m_unknownScore = least - kUnknownPenalty;
    const auto piece = [this](std::int64_t id) { return m_vocabulary.token(id); };
    std::sort(m_sorted.begin(), m_sorted.end(), [&](auto a, auto b) { return piece(a) < piece(b); });
    for (const auto id : m_sorted)
        ++m_firsts[static_cast<std::uint8_t>(piece(id).front()) + 1U];
    std::partial_sum(m_firsts.begin(), m_firsts.end(), m_firsts.begin());
}

/// All pieces that begin here, found by narrowing the sorted pieces byte by byte, and the single unknown character.
void Unigram::extend(std::vector<Node>& nodes, std::string_view text, std::size_t begin) const
{
    const auto reach = [&](std::size_t end, double score, std::int64_t id) {
        auto& node = nodes[end];
        if (!node.reached || score > node.score)
            node = {score, begin, id, true};
    };
    const auto here = nodes[begin].score;
    const auto character = characterLength(text[begin]);
    const auto first = static_cast<std::uint8_t>(text[begin]);
    auto low = m_sorted.begin() + static_cast<std::ptrdiff_t>(m_firsts[first]);
    auto high = m_sorted.begin() + static_cast<std::ptrdiff_t>(m_firsts[first + 1U]);
    bool single = false;
    for (std::size_t length = 1; low != high; ++length) {
        if (const auto piece = m_vocabulary.token(*low); piece.size() == length) {
            reach(begin + length, here + m_scores[static_cast<std::size_t>(*low)], *low);
            single = single || length == character;
            ++low;
        }
        if (begin + length >= text.size())
            break;
        const auto byteAt = [&](std::int64_t id) { return static_cast<std::uint8_t>(m_vocabulary.token(id)[length]); };
        const auto byte = static_cast<std::uint8_t>(text[begin + length]);
        low = std::lower_bound(low, high, byte, [&](auto id, auto b) { return byteAt(id) < b; });
        high = std::upper_bound(low, high, byte, [&](auto b, auto id) { return b < byteAt(id); });
    }
    if (!single)
        reach(begin + character, here + m_unknownScore, m_unknown.id);
}

void Unigram::append(std::string_view given, std::vector<std::int64_t>& ids) const
{
    const auto text = utf8(codePoints(given));
    std::vector<Node> nodes(text.size() + 1);
    for (std::size_t begin = 0; begin < text.size(); begin += characterLength(text[begin]))
        extend(nodes, text, begin);
    std::vector<std::pair<std::size_t, std::size_t>> path; // From the end
    for (auto end = text.size(); end > 0; end = nodes[end].begin)
        path.emplace_back(nodes[end].begin, end);
    std::reverse(path.begin(), path.end());
    for (std::size_t i = 0; i < path.size();) {
        auto [begin, end] = path[i];
        const auto id = nodes[end].id;
        ++i;
        if (id != m_unknown.id) {
            ids.push_back(id);
            continue;
        }
        for (; m_unknown.fused && i < path.size() && nodes[path[i].second].id == id; ++i)
            end = path[i].second;
        appendUnknown(std::string_view(text).substr(begin, end - begin), ids);
    }
}

void Unigram::appendUnknown(std::string_view text, std::vector<std::int64_t>& ids) const
{
    if (m_unknown.bytes && appendBytes(text, m_vocabulary, ids))
        return;
    if (m_unknown.id >= 0)
        ids.push_back(m_unknown.id);
}

void CharacterBpe::append(std::string_view given, std::vector<std::int64_t>& ids) const
{
    const auto text = utf8(codePoints(given));
    std::vector<std::int64_t> symbols;
    bool wasUnknown = false;
    for (std::size_t i = 0; i < text.size();) {
        const auto character = std::string_view(text).substr(i, characterLength(text[i]));
        i += character.size();
        const auto id = vocabulary().find(character);
        const bool known = id >= 0 || (m_unknown.bytes && appendBytes(character, vocabulary(), symbols));
        if (id >= 0)
            symbols.push_back(id);
        else if (!known && m_unknown.id >= 0 && !(wasUnknown && m_unknown.fused))
            symbols.push_back(m_unknown.id);
        wasUnknown = !known;
    }
    m_bpe.merge(symbols);
    ids.insert(ids.end(), symbols.begin(), symbols.end());
}

} // namespace models::text
