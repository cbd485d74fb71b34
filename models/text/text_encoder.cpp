#include "models/text/text_encoder.h"

#include "imaging/error.h"
#include "models/text/bert_files.h"
#include "models/weights/load_report.h"
#include "models/weights/sha256.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <sstream>
#include <utility>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;

/// max_seq_length of the authors' encoder, [CLS] and [SEP] included; it holds texts of up to 23 words.
constexpr int kOfficialIds = 25;

/// Short texts get ' EOF XXX' for every word that they lack (the authors' read_text).
std::string padded(std::string_view line, int tokens)
{
    std::string text(line);
    std::istringstream stream(text);
    int words = 0;
    for (std::string word; stream >> word;)
        ++words;
    for (; words > 0 && words < tokens - 1; ++words)
        text += " EOF XXX";
    return text;
}

/// Rows of [CLS] and [SEP] are left out: [T - 2, width].
at::Tensor inner(const at::Tensor& hidden)
{
    return hidden.slice(0, 1, hidden.size(0) - 1);
}

TextEmbedding fitted(const at::Tensor& rows, int tokens, bool cut)
{
    const auto used = std::min<std::int64_t>(rows.size(0), tokens);
    auto vectors = at::zeros({tokens, rows.size(1)});
    vectors.slice(0, 0, used).copy_(rows.slice(0, 0, used));
    return {vectors, static_cast<int>(used), cut};
}

/// Mean of the pieces of each word: [words, width].
at::Tensor meanOfWords(const at::Tensor& pieces, const std::vector<bool>& continuesWord)
{
    std::vector<at::Tensor> words;
    for (std::int64_t from = 0; from < pieces.size(0);) {
        auto to = from + 1;
        while (to < pieces.size(0) && continuesWord[static_cast<std::size_t>(to) + 1]) // [CLS] stands in front.
            ++to;
        words.push_back(pieces.slice(0, from, to).mean(0));
        from = to;
    }
    return words.empty() ? pieces : at::stack(words);
}

} // namespace

TextEncoder::TextEncoder(const std::filesystem::path& folder, TextConvention convention, std::size_t cacheEntries)
    : m_convention(convention)
    , m_cacheEntries(std::max<std::size_t>(cacheEntries, 1))
    , m_tokenizer(folder)
    , m_bert(openBert(folder))
{
    if (m_tokenizer.size() > static_cast<std::size_t>(m_bert->config().vocabularySize))
        throw Error(ErrorKind::Model,
            "The vocabulary in " + folder.string() + " is larger than the text encoder's table of words.",
            folder.string());
}

std::string TextEncoder::sha256() const
{
    const auto& config = m_bert->config();
    weights::Sha256 digest;
    const auto add = [&digest](std::string_view text) { digest.update(std::as_bytes(std::span(text))); };
    add(m_tokenizer.vocabulary());
    add("heads " + std::to_string(config.heads) + ", eps " + std::to_string(std::llround(config.layerNormEps * 1e15))
        + ", " + config.activation + "\n");
    for (const auto& [key, tensor] : weights::weightsOf(*m_bert)) {
        if (key.starts_with("pooler.")) // Its output is not used.
            continue;
        const auto values = tensor.contiguous();
        add(key + "\n");
        digest.update(std::span(static_cast<const std::byte*>(values.const_data_ptr()), values.nbytes()));
    }
    return digest.hexDigest();
}

TextEmbedding TextEncoder::embed(std::string_view text, int tokens)
{
    if (tokens < 1)
        throw Error(ErrorKind::WrongUse, "A text must have room for at least one token.");
    auto key = std::to_string(tokens) + '\n' + std::string(text);
    if (const auto found = m_byKey.find(key); found != m_byKey.end()) {
        m_entries.splice(m_entries.begin(), m_entries, found->second);
        return m_entries.front().value;
    }
    auto value = compute(text, tokens);
    if (m_entries.size() == m_cacheEntries) {
        m_byKey.erase(m_entries.back().key);
        m_entries.pop_back();
    }
    m_entries.push_front({std::move(key), std::move(value)});
    m_byKey.emplace(m_entries.front().key, m_entries.begin());
    return m_entries.front().value;
}

TextEmbedding TextEncoder::compute(std::string_view text, int tokens)
{
    // Not InferenceMode: training saves the vectors for its backward pass.
    const at::NoGradGuard noGrad;
    return m_convention == TextConvention::MergedWords ? merged(text, tokens) : pieces(text, tokens);
}

TextEmbedding TextEncoder::merged(std::string_view text, int tokens)
{
    const auto line = text.substr(0, text.find('\n'));
    const auto most = static_cast<int>(m_bert->config().maxPositions);
    const auto ids = std::min(most, tokens <= kOfficialIds - 2 ? kOfficialIds : most);
    const auto given = m_tokenizer.encode(line, static_cast<std::size_t>(ids));
    if (given.ids.size() <= 2)
        return {at::zeros({tokens, width()}), 0, false};
    const auto words = [](const TokenizedText& text_) {
        return static_cast<int>(std::count(text_.continuesWord.begin(), text_.continuesWord.end(), false)) - 2;
    };
    const auto tokenized = m_tokenizer.encode(padded(line, tokens), static_cast<std::size_t>(ids));
    const auto vectors = meanOfWords(inner(hiddenStates(tokenized)), tokenized.continuesWord);
    return fitted(vectors, tokens, given.cut || words(given) > tokens);
}

TextEmbedding TextEncoder::pieces(std::string_view text, int tokens)
{
    const auto tokenized = m_tokenizer.encode(text, static_cast<std::size_t>(m_bert->config().maxPositions));
    if (tokenized.ids.size() <= 2)
        return {at::zeros({tokens, width()}), 0, false};
    const auto rows = inner(hiddenStates(tokenized));
    return fitted(rows, tokens, tokenized.cut || rows.size(0) > tokens);
}

at::Tensor TextEncoder::hiddenStates(const TokenizedText& tokens)
{
    const auto ids = at::tensor(tokens.ids, at::kLong).unsqueeze(0); // [1, T]
    return m_bert->forward(ids).lastHiddenState.squeeze(0); // [T, width]
}

} // namespace models::text
