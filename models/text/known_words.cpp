#include "models/text/known_words.h"

#include "imaging/error.h"
#include "models/package/package_json.h"
#include "models/text/unicode_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace models::text {

namespace {

constexpr std::array<std::string_view, 14> kNameNothing{
    "a", "an", "the", "of", "in", "on", "at", "to", "is", "are", "there", "this", "that", "with"};

} // namespace

std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words;
    bool within = false;
    for (const auto character : lowered(normalized(codePoints(text), NormalForm::Nfc))) {
        const bool belongs = isLetter(character) || isNumber(character);
        const bool alone = isSymbol(character);
        if (alone || (belongs && !within))
            words.emplace_back();
        if (alone || belongs)
            appendUtf8(words.back(), character);
        within = belongs;
    }
    return words;
}

std::optional<std::set<std::string>> knownWordsIn(const std::filesystem::path& model)
{
    const auto said = saidInConfig(model, "known_words");
    if (!said)
        return std::nullopt;
    if (!said->is_array() || !std::ranges::all_of(*said, [](const auto& word) { return word.is_string(); }))
        throw imaging::Error(imaging::ErrorKind::Model,
            "\"known_words\" in " + (model / "config.json").string() + " is no list of words.",
            (model / "config.json").string());
    return said->get<std::set<std::string>>();
}

std::vector<std::string> KnownWords::unknown(const Tokenizer& tokenizer, std::string_view text) const
{
    const auto none = std::max(tokenizer.find("[UNK]"), tokenizer.find("<unk>"));
    const auto hasToken = [&](const std::string& word) {
        const auto ids = none < 0 ? TokenIds() : tokenizer.pieces(word);
        return std::ranges::find(ids, none) == ids.end();
    };
    std::vector<std::string> found;
    for (auto& word : wordsOf(text)) {
        const bool known = std::ranges::find(kNameNothing, word) != kNameNothing.end()
            || ((!m_learnt || m_learnt->contains(word)) && hasToken(word));
        if (!known && std::ranges::find(found, word) == found.end())
            found.push_back(std::move(word));
    }
    return found;
}

} // namespace models::text
