#include "annotations/report/report_items.h"

#include "annotations/report/german_compounds.h"
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
        const bool subject = hasNext
            && ((opens && (next == Kind::Clear || next == Kind::Colon)) // "R clear"
                || ((opens || before == Kind::Colon) && (next == Kind::Answer || next == Kind::Deny)));
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

/// "right +, left -": at the end of what it answers a sign is "yes" or "no"; "-" alone is a dash.
void readAnswerSigns(std::vector<Item>& items)
{
    const auto ends = [&](std::size_t i) {
        return i >= items.size() || items[i].kind == Kind::But
            || (items[i].kind == Kind::Comma && items[i].word != "-");
    };
    bool yes = false;
    for (std::size_t i = 1; i < items.size(); ++i)
        if (items[i].word == "+" && ends(i + 1))
            items[i].kind = Kind::Answer;
    for (const auto& item : items)
        yes = yes || item.kind == Kind::Answer;
    for (std::size_t i = 1; yes && i < items.size(); ++i)
        if (items[i].word == "-" && ends(i + 1))
            items[i].kind = Kind::Deny;
}

/// "consolidation at the left base and in the contralateral upper zone": the side is told by the one named before.
/// Where none was, or both, it stays open.
void readOtherSides(std::vector<Item>& items)
{
    int sides = 0;
    for (auto& item : items) {
        if (item.kind == Kind::Side)
            sides |= item.value;
        if (item.kind != Kind::OtherSide || (sides != 1 && sides != 2))
            continue;
        item.value = item.value == 2 ? sides : 3 - sides;
        item.kind = Kind::Side;
    }
}

/// "upper, but not lower, zone": what is denied inside of a place is no part of it.
void dropDeniedZones(std::vector<Item>& items)
{
    const auto kindAt = [&](std::size_t i) { return i < items.size() ? items[i].kind : Kind::But; };
    for (std::size_t i = 1; i < items.size(); ++i) {
        auto begin = i;
        if (items[i].word != "not" || kindAt(i + 1) != Kind::Zone)
            continue;
        while (begin > 0 && (kindAt(begin - 1) == Kind::But || kindAt(begin - 1) == Kind::Comma))
            --begin;
        auto end = i + 1;
        const auto joins = [&](std::size_t at) { return kindAt(at) == Kind::And || kindAt(at) == Kind::Or; };
        while (kindAt(end) == Kind::Zone || (joins(end) && kindAt(end + 1) == Kind::Zone))
            ++end;
        const bool closes = kindAt(end) == Kind::Comma && begin < i;
        const auto noun = closes ? end + 1 : end;
        if (begin == 0 || kindAt(begin - 1) != Kind::Zone || kindAt(noun) != Kind::ZoneNoun)
            continue;
        items.erase(items.begin() + std::ptrdiff_t(begin), items.begin() + std::ptrdiff_t(noun));
        i = begin;
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

/// "unconsolidated", "nonopacified": kFreeOf and the finding.
std::vector<Token> splitMissing(Token token)
{
    for (const std::string_view prefix : {"non", "un"}) {
        const std::string_view word = token.word;
        if (!word.starts_with(prefix) || word.size() < prefix.size() + 5 || englishLexicon().knows(token))
            continue;
        const Token rest{std::string(word.substr(prefix.size())), token.begin, token.end};
        const auto match = englishLexicon().at(std::span(&rest, 1), 0);
        if (match.phrase && match.phrase->kind == Kind::Finding
            && match.phrase->value == static_cast<int>(Concept::Infection))
            return {{std::string(kFreeOf), token.begin, token.begin}, rest};
    }
    return {std::move(token)};
}

std::vector<Token> splitAll(std::vector<Token> tokens, std::vector<Token> (*split)(Token))
{
    std::vector<Token> parts;
    for (auto& token : tokens)
        for (auto& part : split(std::move(token)))
            parts.push_back(std::move(part));
    return parts;
}

/// "non-consolidated right lung": the finding is missing; "non-infectious infiltrate" is one of another kind.
void readMissing(std::vector<Item>& items)
{
    const auto isFinding = [&](std::size_t i) { return i < items.size() && items[i].kind == Kind::Finding; };
    for (std::size_t i = 0; i + 1 < items.size(); ++i) {
        if (items[i].word != kFreeOf || !isFinding(i + 1) || isFinding(i + 2))
            continue;
        items[i + 1].missing = true;
        items[i + 1].begin = items[i].begin;
        items.erase(items.begin() + std::ptrdiff_t(i));
    }
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
    for (auto& sentence : sentences)
        readOtherSides(sentence);
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
        }
        tokens = splitAll(std::move(tokens), language == Language::German ? splitCompound : splitMissing);
        sentences.push_back(itemsOf(tokens, language == Language::German ? germanLexicon() : englishLexicon(), own));
        readMissing(sentences.back());
        dropDeniedZones(sentences.back());
        readAnswerSigns(sentences.back());
        readSideLetters(sentences.back());
        readOtherSides(sentences.back());
        readOthersDensities(sentences.back());
    }
    return sentences;
}

} // namespace annotations
