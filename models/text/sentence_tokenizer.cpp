#include "models/text/sentence_tokenizer.h"

#include "models/text/byte_alphabet.h"

#include <algorithm>
#include <utility>

namespace models::text {

namespace {

constexpr std::string_view kMark = "\xe2\x96\x81"; // U+2581

std::string replacedAll(std::string_view text, std::string_view from, std::string_view to)
{
    std::string result;
    while (!text.empty()) {
        const auto at = text.find(from);
        result += text.substr(0, at);
        if (at == std::string_view::npos)
            break;
        result += to;
        text.remove_prefix(at + from.size());
    }
    return result;
}

/// Words between white space.
std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    for (const auto c : codePoints(text)) {
        if (!isWhiteSpace(c))
            appendUtf8(word, c);
        else if (!word.empty())
            words.push_back(std::exchange(word, {}));
    }
    if (!word.empty())
        words.push_back(word);
    return words;
}

} // namespace

SentenceTokenizer::SentenceTokenizer(std::unique_ptr<const PieceModel> model, std::vector<NormalizerStep> normalizer,
    WordMarks marks, AddedTokens added, TokenFrame frame)
    : m_model(std::move(model))
    , m_normalizer(std::move(normalizer))
    , m_marks(marks)
    , m_added(std::move(added))
{
    m_frame = std::move(frame);
}

TokenIds SentenceTokenizer::pieces(std::string_view text) const
{
    TokenIds ids;
    bool isFirst = true;
    for (const auto& stretch : m_added.split(text)) {
        if (stretch.id >= 0)
            ids.push_back(stretch.id);
        else
            append(stretch.text, isFirst, ids);
        isFirst = false;
    }
    return ids;
}

void SentenceTokenizer::append(std::string_view text, bool isFirst, TokenIds& ids) const
{
    auto normalized = normalizedText(text, m_normalizer);
    if (!m_marks.splitsAtSpace) {
        appendWord(std::move(normalized), isFirst, ids);
        return;
    }
    for (auto& word : wordsOf(normalized)) {
        appendWord(std::move(word), isFirst, ids);
        isFirst = false;
    }
}

void SentenceTokenizer::appendWord(std::string word, bool isFirst, TokenIds& ids) const
{
    if (m_marks.marksSpaces)
        word = replacedAll(word, " ", kMark);
    const bool wanted =
        m_marks.prefix == WordMarks::Prefix::Always || (m_marks.prefix == WordMarks::Prefix::First && isFirst);
    if (wanted && !word.empty() && !word.starts_with(kMark))
        word.insert(0, kMark);
    for (std::string_view rest(word); !rest.empty();) {
        const auto end = m_marks.splitsAtMarks ? rest.find(kMark, 1) : std::string_view::npos;
        m_model->append(rest.substr(0, end), ids);
        rest.remove_prefix(std::min(end, rest.size()));
    }
}

std::string SentenceTokenizer::decode(std::span<const std::int64_t> ids) const
{
    std::vector<std::string_view> tokens;
    for (const auto id : ids) {
        if (m_added.isSpecial(id))
            continue;
        const auto* added = m_added.token(id);
        tokens.push_back(added ? std::string_view(*added) : m_model->vocabulary().token(id));
    }
    return sentenceOf(tokens);
}

std::int64_t SentenceTokenizer::find(std::string_view token) const
{
    const auto added = m_added.find(token);
    return added >= 0 ? added : m_model->vocabulary().find(token);
}

std::size_t SentenceTokenizer::size() const
{
    return std::max(m_model->vocabulary().size(), m_added.size());
}

std::string sentenceOf(const std::vector<std::string_view>& tokens)
{
    std::string bytes;
    for (const auto token : tokens) {
        if (const auto byte = byteOf(token); byte >= 0)
            bytes.push_back(static_cast<char>(byte));
        else
            bytes += replacedAll(token, kMark, " ");
    }
    const auto text = repairedUtf8(bytes);
    return text.starts_with(' ') ? text.substr(1) : text;
}

} // namespace models::text
