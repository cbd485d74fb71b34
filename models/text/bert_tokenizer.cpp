#include "models/text/bert_tokenizer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace models::text {

namespace {

/// Room for each of two texts of these lengths, as Hugging Face's "longest_first" divides it.
std::pair<std::size_t, std::size_t> divided(std::size_t first, std::size_t second, std::size_t room)
{
    if (first + second <= room)
        return {first, second};
    const bool swapped = first > second;
    auto shorter = std::min(first, second);
    auto longer = shorter > room ? shorter : std::max(shorter, room - shorter);
    if (shorter + longer > room) {
        shorter = room / 2;
        longer = shorter + room % 2;
    }
    return swapped ? std::pair(longer, shorter) : std::pair(shorter, longer);
}

void replaceAll(std::string& text, std::string_view from, std::string_view to)
{
    std::string result;
    std::size_t begin = 0;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, begin)) {
        result.append(text, begin, at - begin).append(to);
        begin = at + from.size();
    }
    text = result.append(text, begin);
}

} // namespace

BertTokenizer::BertTokenizer(WordPiece words)
    : m_words(std::move(words))
{
    m_frame = {{m_words.find("[CLS]")}, {m_words.find("[SEP]")}, m_words.padId()};
}

TokenIds BertTokenizer::pieces(std::string_view text) const
{
    auto ids = m_words.encode(text).ids;
    ids.pop_back();
    ids.erase(ids.begin());
    return ids;
}

std::string BertTokenizer::decode(std::span<const std::int64_t> ids) const
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kCleanUp{
        {{" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"}, {" 'm", "'m"},
            {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}}};
    std::string text;
    for (const auto id : ids) {
        const auto token = m_words.token(id);
        if (token.empty() || m_words.isSpecial(token))
            continue;
        if (token.starts_with("##")) // Also at the begin of what goes on from the middle of a word.
            text += token.substr(2);
        else
            text.append(text.empty() ? "" : " ").append(token);
    }
    for (const auto& [from, to] : kCleanUp)
        replaceAll(text, from, to);
    return text;
}

EncodedPair BertTokenizer::encodePair(std::string_view first, std::string_view second, std::size_t maxIds) const
{
    constexpr std::size_t kAround = 3;
    const auto a = pieces(first);
    const auto b = pieces(second);
    const auto all = a.size() + b.size();
    const auto room = maxIds == 0 ? all : maxIds > kAround ? maxIds - kAround : 0;
    const auto [mostA, mostB] = divided(a.size(), b.size(), room);
    EncodedPair result;
    result.cut = all > room;
    const auto append = [&](const TokenIds& ids, std::size_t most) {
        result.ids.insert(
            result.ids.end(), ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(most, ids.size())));
        result.ids.insert(result.ids.end(), m_frame.after.begin(), m_frame.after.end());
    };
    result.ids = m_frame.before;
    append(a, mostA);
    result.types.assign(result.ids.size(), 0);
    append(b, mostB);
    result.types.resize(result.ids.size(), 1);
    return result;
}

} // namespace models::text
