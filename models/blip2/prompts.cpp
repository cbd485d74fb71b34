#include "models/blip2/prompts.h"

#include "imaging/error.h"
#include "models/text/byte_bpe.h"
#include "models/text/open_tokenizer.h"

#include <algorithm>
#include <utility>

namespace models::blip2 {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using language::LanguageKind;

const std::string kEnd = "</s>";

std::string trimmed(const std::string& text)
{
    constexpr const char* kSpace = " \t\r\n\f\v";
    const auto first = text.find_first_not_of(kSpace);
    return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

void requireKind(bool fits, const std::filesystem::path& folder, const std::string& model)
{
    if (!fits)
        throw Error(ErrorKind::Model,
            "The tokenizer in " + folder.string() + " is not " + model
                + "'s: take the one that lies beside its weights.",
            folder.string());
}

} // namespace

Prompts::Prompts(const Places& places, const Blip2Config& config, std::int64_t words)
    : m_config(config)
    , m_endId(config.endId)
{
    openLanguage(places, words);
    if (config.instructed)
        openQFormer(places);
}

void Prompts::openLanguage(const Places& places, std::int64_t words)
{
    const auto folder = languageFolder(places);
    m_language = text::openTokenizer(folder);
    text::requireRows(*m_language, words, folder);
    const auto end = m_language->find(kEnd);
    const bool isOfBytes = dynamic_cast<const text::ByteBpe*>(m_language.get()) != nullptr;
    auto frame = m_language->frame();
    switch (*m_config.language) {
    case LanguageKind::Opt:
        requireKind(isOfBytes, folder, "OPT");
        requireToken(folder, kEnd, m_config.beginId);
        frame = {.before = {m_config.beginId}, .after = {}, .pad = frame.pad};
        if (places.lavis)
            m_endId = m_language->pieces("\n").back();
        break;
    case LanguageKind::T5:
        requireToken(folder, kEnd, m_config.endId);
        frame = {.before = {}, .after = {m_config.endId}, .pad = frame.pad};
        break;
    case LanguageKind::Llama:
        // Only later ones than Vicuna have byte pairs, and settings that go with their tokenizer.
        requireKind(!isOfBytes || frame.before == text::TokenIds{m_config.beginId}, folder, "Llama");
        if (end >= 0)
            m_endId = end;
        if (end >= 0 && places.lavis)
            frame.before = {end}; // LAVIS' begin token is the end token, too.
        break;
    }
    m_language->setFrame(std::move(frame));
    if (m_config.imageTokenId >= 0 && m_language->find("<image>") >= 0)
        requireToken(folder, "<image>", m_config.imageTokenId);
}

void Prompts::openQFormer(const Places& places)
{
    auto vocabulary = places.folder / "qformer_tokenizer";
    std::error_code ignored;
    if (!std::filesystem::exists(vocabulary, ignored))
        vocabulary = places.folder / "vocab.txt";
    if (!std::filesystem::exists(vocabulary, ignored))
        throw Error(ErrorKind::NotFound,
            "There is no tokenizer of the Q-Former in " + places.folder.string()
                + ": copy the model's folder qformer_tokenizer into it, or vocab.txt of bert-base-uncased.",
            places.folder.string());
    m_qformer = text::openBertTokenizer(vocabulary, {"[DEC]"});
    const auto rows = m_config.qformer.bert.vocabularySize;
    text::requireRows(*m_qformer, rows, vocabulary);
    text::requireEveryRow(*m_qformer, rows, /*spare=*/0, vocabulary);
}

void Prompts::requireToken(const std::filesystem::path& folder, const std::string& token, std::int64_t id) const
{
    const auto found = m_language->find(token);
    if (found == id)
        return;
    throw Error(ErrorKind::Model,
        "The tokenizer in " + folder.string() + " does not belong to the language model: its token \"" + token
            + "\" is " + (found < 0 ? std::string("not there") : "number " + std::to_string(found))
            + ", the model's number " + std::to_string(id) + ". Take the one that lies beside the weights.",
        folder.string());
}

std::string Prompts::asked(const std::string& prompt) const
{
    auto text = trimmed(prompt);
    const bool isQuestion = text.ends_with('?') || text.ends_with("\xEF\xBC\x9F"); // U+FF1F, as Chinese writes it.
    if (m_config.instructed || !isQuestion || text.starts_with("Question:"))
        return text;
    return "Question: " + text + " Answer:";
}

text::TokenIds Prompts::languageIds(const std::string& asked) const
{
    text::TokenIds ids;
    if (m_config.imageTokenId >= 0)
        ids.resize(static_cast<std::size_t>(m_config.queries), m_config.imageTokenId);
    const auto words = m_language->encode(asked);
    ids.insert(ids.end(), words.ids.begin(), words.ids.end());
    return ids;
}

text::TokenIds Prompts::writtenIds(const std::string& asked, const std::string& text, std::size_t most) const
{
    const bool follows = !asked.empty() && *m_config.language != LanguageKind::T5;
    auto ids = m_language->pieces(follows ? " " + text : text);
    ids.resize(std::min(ids.size(), most));
    ids.push_back(m_endId);
    return ids;
}

text::TokenIds Prompts::instructionIds(const std::string& asked) const
{
    return m_qformer->encode(asked).ids;
}

std::string Prompts::text(std::span<const std::int64_t> ids) const
{
    if (!ids.empty() && ids.back() == m_endId)
        ids = ids.first(ids.size() - 1);
    return trimmed(m_language->decode(ids));
}

} // namespace models::blip2
