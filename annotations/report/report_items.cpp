#include "annotations/report/report_items.h"

#include "annotations/report/report_findings.h"
#include "annotations/report/report_lexicon.h"
#include "annotations/report/report_tokens.h"
#include "annotations/report/report_words.h"
#include "annotations/report/sentence_cutter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace annotations {

namespace {

/// "x2", "two", "3"
Item itemOfWord(const Token& token)
{
    Item item{Kind::Word, 0, token.word, token.begin, token.end};
    const auto number = numberOf(token.word.starts_with('x') ? token.word.substr(1) : token.word);
    if (number) {
        item.kind = Kind::Number;
        item.value = *number;
    }
    return item;
}

std::vector<Item> itemsOf(std::span<const Token> tokens, const Lexicon& lexicon, const Lexicon& own)
{
    std::vector<Item> items;
    for (std::size_t i = 0; i < tokens.size();) {
        const auto ownMatch = own.at(tokens, i);
        const bool behindSide = !items.empty() && items.back().kind == Kind::Side; // "left lung: clear"
        const auto match = ownMatch.phrase ? ownMatch : lexicon.at(tokens, i, !behindSide);
        if (!match.phrase) {
            items.push_back(itemOfWord(tokens[i++]));
            continue;
        }
        Item item{match.phrase->kind, match.phrase->value, tokens[i].word, tokens[i].begin, tokens[i].end};
        for (std::size_t more = 1; more < match.words; ++more) {
            item.word += ' ' + tokens[i + more].word;
            item.end = tokens[i + more].end;
        }
        items.push_back(std::move(item));
        i += match.words;
    }
    return items;
}

/// "R base", "R > L", "effusion, L": a letter is a side beside what has one.
void readSideLetters(std::vector<Item>& items)
{
    const auto kindAt = [&](std::size_t i) { return i < items.size() ? items[i].kind : Kind::Comma; };
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& word = items[i].word;
        if (items[i].kind != Kind::Word || (word != "l" && word != "r"))
            continue;
        const auto next = kindAt(i + 1);
        const auto before = i > 0 ? items[i - 1].kind : Kind::Word;
        const bool hasNext = i + 1 < items.size();
        const bool beside = hasNext
            && (next == Kind::Zone || next == Kind::ZoneNoun || next == Kind::Lung || next == Kind::Region
                || next == Kind::Finding || next == Kind::Anatomy || next == Kind::Compare || next == Kind::Direction
                || isOneOf(items[i + 1].word, {"sided", "side", "pleural"}));
        const bool opens = i == 0 || before == Kind::Comma || before == Kind::But || before == Kind::Heading;
        const bool subject = opens && (next == Kind::Clear || next == Kind::Colon) && hasNext; // "R clear"
        const bool atEnd = (!hasNext || next == Kind::Comma || next == Kind::But)
            && (before == Kind::Finding || before == Kind::Zone || before == Kind::ZoneNoun);
        const bool pair = (next == Kind::And || (next == Kind::Or && items[i + 1].value == 1)) && i + 2 < items.size()
            && (items[i + 2].word == "l" || items[i + 2].word == "r");
        if (beside || subject || atEnd || pair || before == Kind::Compare
            || (i > 1 && before == Kind::And && items[i - 2].kind == Kind::Side)) {
            items[i].kind = Kind::Side;
            items[i].value = word == "l" ? 1 : 2;
        }
    }
}

/// "bone density", "cardiac shadow": of something else than the lung.
void readOthersDensities(std::vector<Item>& items)
{
    for (std::size_t i = 1; i < items.size(); ++i) {
        const auto& word = items[i].word;
        const bool vague = word.starts_with("densit") || word.starts_with("shadow") || word.starts_with("haz")
            || word.starts_with("inflam") || word.starts_with("lesion");
        const bool ofMediastinum = word.starts_with("opac") && items[i - 1].word.starts_with("mediast");
        if (items[i].kind == Kind::Finding && (vague || ofMediastinum) && items[i - 1].kind == Kind::Anatomy) {
            items[i].value = static_cast<int>(Concept::Other);
            items[i].word = items[i - 1].word + ' ' + items[i].word; // So that the words alone tell it too.
        }
    }
}

/// "Unterlappenpneumonie": a zone and what is in it.
std::vector<Token> splitCompounds(std::vector<Token> tokens)
{
    constexpr auto kPlaces = std::to_array<std::string_view>(
        {"unterlappen", "oberlappen", "mittellappen", "unterfeld", "oberfeld", "mittelfeld", "lingula"});
    std::vector<Token> parts;
    for (auto& token : tokens) {
        const auto* place = std::find_if(kPlaces.begin(), kPlaces.end(),
            [&](std::string_view one) { return token.word.starts_with(one) && token.word.size() > one.size() + 3; });
        if (place == kPlaces.end()) {
            parts.push_back(std::move(token));
            continue;
        }
        const auto cut = place->size();
        parts.push_back({token.word.substr(0, cut), token.begin, token.begin + cut});
        const auto rest = std::string_view(token.word).substr(token.word[cut] == 's' ? cut + 1 : cut);
        parts.push_back({std::string(rest), token.end - rest.size(), token.end});
    }
    return parts;
}

/// A, O and U with dots in small letters, as lowerCase leaves them.
void lowerUmlauts(std::string& word)
{
    for (std::size_t i = 0; i + 1 < word.size(); ++i)
        if (word[i] == '\xc3' && (word[i + 1] == '\x84' || word[i + 1] == '\x96' || word[i + 1] == '\x9c'))
            word[i + 1] = static_cast<char>(word[i + 1] + 0x20);
}

/// Chinese has no blanks: the longest phrase of the table at every character.
std::vector<std::vector<Item>> chineseSentences(std::string_view text)
{
    std::vector<std::vector<Item>> sentences(1);
    for (std::size_t at = 0; at < text.size();) {
        const auto rest = text.substr(at);
        const Phrase* best = nullptr;
        for (const auto& phrase : chinesePhrases())
            if (rest.starts_with(phrase.words) && (!best || phrase.words.size() > best->words.size()))
                best = &phrase;
        if (best) {
            sentences.back().push_back(
                {best->kind, best->value, std::string(best->words), at, at + best->words.size()});
            at += best->words.size();
            continue;
        }
        const auto [code, bytes] = codePoint(text, at);
        if (code == 0x3002 || code == '.' || code == '\n' || code == '!' || code == 0xff01)
            sentences.emplace_back();
        else if (!isBlank(text[at]))
            sentences.back().push_back({Kind::Word, 0, std::string(text.substr(at, bytes)), at, at + bytes});
        at += bytes;
    }
    std::erase_if(sentences, [](const auto& sentence) { return sentence.empty(); });
    return sentences;
}

} // namespace

std::vector<std::vector<Item>> sentencesOf(std::string_view text, Language language, std::string_view ownFinding)
{
    if (language == Language::Other)
        return {};
    if (language == Language::Chinese)
        return chineseSentences(text);
    std::vector<Phrase> phrases;
    if (!trimmed(ownFinding).empty())
        phrases.push_back({ownFinding, Kind::Finding, static_cast<int>(Concept::Other)});
    const Lexicon own{phrases};
    std::vector<std::vector<Item>> sentences;
    for (auto& tokens : cutSentences(text)) {
        if (language == Language::German) {
            for (auto& token : tokens)
                lowerUmlauts(token.word);
            tokens = splitCompounds(std::move(tokens));
        }
        sentences.push_back(itemsOf(tokens, language == Language::German ? germanLexicon() : englishLexicon(), own));
        readSideLetters(sentences.back());
        readOthersDensities(sentences.back());
    }
    return sentences;
}

} // namespace annotations
