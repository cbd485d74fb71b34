#include "annotations/report/report_items.h"

#include "annotations/report/report_findings.h"
#include "annotations/report/report_tokens.h"
#include "annotations/report/report_words.h"

#include <algorithm>
#include <array>
#include <map>

namespace annotations {

namespace {

std::vector<std::string_view> wordsOf(std::string_view phrase)
{
    std::vector<std::string_view> words;
    while (!phrase.empty()) {
        const auto blank = std::min(phrase.find(' '), phrase.size());
        words.push_back(phrase.substr(0, blank));
        phrase.remove_prefix(std::min(blank + 1, phrase.size()));
    }
    return words;
}

bool matches(std::string_view pattern, std::string_view word)
{
    return pattern.ends_with('*') ? word.starts_with(pattern.substr(0, pattern.size() - 1)) : word == pattern;
}

/// The phrases of a language, found by their first word.
class Lexicon
{
public:
    explicit Lexicon(std::initializer_list<std::span<const Phrase>> lists)
    {
        for (const auto& list : lists)
            for (const auto& phrase : list)
                add(phrase);
    }

    struct Match
    {
        const Phrase* phrase = nullptr;
        std::size_t words = 0;
    };

    /// The longest phrase that begins at a word; an exact word goes before a stem.
    /// `headings`: also headings.
    Match at(std::span<const Token> tokens, std::size_t begin, bool headings = true) const
    {
        Match best;
        std::size_t bestRank = 0;
        const auto consider = [&](const Entry& entry) {
            const auto count = entry.words.size();
            const auto rank = count * 256 + entry.words.back().size() * 2 + (entry.words.back().ends_with('*') ? 0 : 1);
            if (begin + count > tokens.size() || (best.phrase && rank <= bestRank))
                return;
            if (!headings && entry.phrase->kind == Kind::Heading)
                return;
            for (std::size_t i = 0; i < count; ++i)
                if (!matches(entry.words[i], tokens[begin + i].word))
                    return;
            best = {entry.phrase, count};
            bestRank = rank;
        };
        const auto& word = tokens[begin].word;
        if (const auto found = m_exact.find(word); found != m_exact.end())
            for (const auto& entry : found->second)
                consider(entry);
        if (!word.empty())
            if (const auto found = m_stems.find(word[0]); found != m_stems.end())
                for (const auto& entry : found->second)
                    consider(entry);
        return best;
    }

    bool knows(const Token& token) const { return at(std::span(&token, 1), 0).phrase != nullptr; }

private:
    struct Entry
    {
        const Phrase* phrase;
        std::vector<std::string_view> words;
    };

    void add(const Phrase& phrase)
    {
        auto words = wordsOf(phrase.words);
        const auto first = words.front();
        auto& list = first.ends_with('*') ? m_stems[first[0]] : m_exact[first];
        list.push_back({&phrase, std::move(words)});
    }

    std::map<std::string_view, std::vector<Entry>> m_exact;
    std::map<char, std::vector<Entry>> m_stems;
};

const Lexicon& english()
{
    static const Lexicon lexicon{englishPhrases(), findingPhrases()};
    return lexicon;
}

const Lexicon& german()
{
    static const Lexicon lexicon{germanPhrases()};
    return lexicon;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isWordByte(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\'' || c == '%'
        || static_cast<unsigned char>(c) >= 0x80;
}

bool isCapital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/// Bytes that mean the same as an ASCII sign: a dash, an apostrophe, a blank.
struct Sign
{
    std::string_view bytes;
    char means;
};

constexpr std::array kSigns{Sign{"\xe2\x80\x93", '-'}, Sign{"\xe2\x80\x94", '-'}, Sign{"\xe2\x80\x99", '\''},
    Sign{"\xc2\xa0", ' '}, Sign{"\xe2\x80\xa2", '\n'}};

/// Cuts a text of Latin letters into words and signs, sentence by sentence.
class SentenceCutter
{
public:
    explicit SentenceCutter(std::string_view text)
        : m_text(text)
    {
    }

    std::vector<std::vector<Token>> cut()
    {
        while (m_at < m_text.size())
            step();
        endSentence();
        return std::move(m_sentences);
    }

private:
    char at(std::size_t place) const { return place < m_text.size() ? m_text[place] : '\0'; }

    void step()
    {
        for (const auto& sign : kSigns)
            if (m_text.substr(m_at).starts_with(sign.bytes))
                return readSign(sign.means, sign.bytes.size());
        if (isWordByte(m_text[m_at]))
            return readWord();
        readSign(m_text[m_at], 1);
    }

    bool isSignAt(std::size_t place) const
    {
        const auto rest = m_text.substr(place);
        return std::any_of(
            kSigns.begin(), kSigns.end(), [&](const Sign& sign) { return rest.starts_with(sign.bytes); });
    }

    void readWord()
    {
        const auto begin = m_at;
        while (m_at < m_text.size()) {
            const bool inside = isWordByte(m_text[m_at]) && !isSignAt(m_at);
            // "2.5", "e.g."
            const bool point = m_text[m_at] == '.'
                && ((isDigit(at(m_at + 1)) && isDigit(m_text[m_at - 1]))
                    || (m_at - begin == 1 && isWordByte(at(m_at + 1)) && !isDigit(m_text[begin])));
            if (!inside && !point)
                break;
            ++m_at;
        }
        push(lowerCase(m_text.substr(begin, m_at - begin)), begin, m_at);
    }

    void readSign(char sign, std::size_t bytes)
    {
        const auto begin = m_at;
        m_at += bytes;
        if (sign == '.')
            return endAtPoint();
        if (sign == '\n' && endsLine())
            return endSentence();
        if (sign == '!')
            return endSentence();
        if (sign == '?') {
            push("?", begin, m_at);
            const bool behindWord = begin > 0 && isWordByte(m_text[begin - 1]);
            if (behindWord && !isWordByte(at(m_at)))
                endSentence();
            return;
        }
        const bool insideWord = begin > 0 && isWordByte(m_text[begin - 1]) && isWordByte(at(m_at));
        if (sign == '-' && insideWord)
            return; // "ground-glass" is two words.
        if (std::string_view(",;:()[]/&+<>=-").find(sign) != std::string_view::npos)
            push(std::string(1, sign), begin, m_at);
    }

    /// A line that ends a sentence: the next one is empty or begins another.
    bool endsLine() const
    {
        auto next = m_at;
        while (at(next) == ' ' || at(next) == '\t' || at(next) == '\r')
            ++next;
        const char c = at(next);
        return c == '\0' || c == '\n' || c == '-' || c == '*' || isDigit(c) || isCapital(c);
    }

    /// "Z. n.", "V. a.": one abbreviation with a blank in it.
    bool goesOnBehindPoint()
    {
        constexpr std::array<std::string_view, 5> kPairs{"z.n", "v.a", "z.b", "o.b", "i.s"};
        if (m_sentence.empty() || m_sentence.back().word.size() != 1)
            return false;
        auto next = m_at;
        while (at(next) == ' ')
            ++next;
        auto& word = m_sentence.back().word;
        const auto pair = word + '.' + lowerCase(m_text.substr(std::min(next, m_text.size()), 1));
        if (at(next + 1) != '.' || std::find(kPairs.begin(), kPairs.end(), pair) == kPairs.end())
            return false;
        word = pair;
        m_sentence.back().end = next + 1;
        m_at = next + 2;
        return true;
    }

    void endAtPoint()
    {
        if (goesOnBehindPoint())
            return;
        constexpr std::array<std::string_view, 17> kShort{"li", "re", "bilat", "rt", "lt", "vs", "approx", "dr", "resp",
            "e.g", "i.e", "ca", "bzw", "z.b", "v.a", "z.n", "bds"};
        const char next = at(m_at);
        const bool open = next != '\0' && !isBlank(next) && !isCapital(next) && isWordByte(next);
        const auto last = m_sentence.empty()
            ? std::string()
            : lowerCase(m_text.substr(m_sentence.back().begin, m_sentence.back().end - m_sentence.back().begin));
        if (open || std::find(kShort.begin(), kShort.end(), last) != kShort.end())
            return;
        const bool listNumber = m_sentence.size() == 1 && numberOf(last);
        if (listNumber)
            m_sentence.clear(); // "1. Consolidation"
        endSentence();
    }

    void push(std::string word, std::size_t begin, std::size_t end)
    {
        const auto meaning = abbreviationOf(word);
        if (meaning.empty()) {
            m_sentence.push_back({std::move(word), begin, end});
            return;
        }
        for (const auto part : wordsOf(meaning))
            m_sentence.push_back({std::string(part), begin, end});
    }

    void endSentence()
    {
        if (!m_sentence.empty())
            m_sentences.push_back(std::move(m_sentence));
        m_sentence.clear();
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::vector<Token> m_sentence;
    std::vector<std::vector<Token>> m_sentences;
};

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

bool isHan(char32_t code)
{
    return code >= 0x4e00 && code <= 0x9fff;
}

/// Letters of a script that no table has: Greek, Cyrillic, Hebrew, Arabic, Indian, Thai, kana, Hangul ...
bool isOtherScript(char32_t code)
{
    return (code >= 0x370 && code <= 0x1fff && code != 0x1e9e) || (code >= 0x3040 && code <= 0x30ff)
        || (code >= 0xac00 && code <= 0xd7ff);
}

/// Words that English and German reports do not have.
bool isOthersWord(std::string_view word)
{
    constexpr auto kWords = std::to_array<std::string_view>(
        {"du", "des", "de", "la", "le", "les", "el", "los", "las", "del", "della", "dello", "nel", "nella", "il", "gli",
            "al", "en", "dans", "avec", "sans", "pas", "et", "au", "aux", "une", "un", "una", "uno", "con", "sin", "y",
            "e", "o", "sem", "com", "da", "do", "dos", "das", "no", "na", "gauche", "droit", "droite", "poumon", "lobe",
            "izquierdo", "izquierda", "derecho", "derecha", "pulmonar", "sinistro", "sinistra", "destro", "destra",
            "polmone", "esquerdo", "esquerda", "direito", "direita", "het", "een", "van", "geen", "linker", "rechter",
            "onderkwab", "longontsteking", "och", "ingen", "til", "og", "ikke", "lunga", "og", "w", "sol", "akciger",
            "alt", "bez", "lewy", "prawy", "plucu", "pneumopathie", "foyer", "basale", "neumonia", "polmonite"});
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

struct LatinWords
{
    int english = 0;
    int german = 0;
    int others = 0;
};

LatinWords countWords(std::string_view text)
{
    LatinWords count;
    constexpr auto kNotTelling = std::to_array<std::string_view>({"lobe", "no", "do", "des", "das", "e", "o", "y"});
    for (const auto& sentence : SentenceCutter(text).cut())
        for (const auto& token : sentence) {
            if (token.word.size() == 1 && !isWordByte(token.word[0]))
                continue;
            const bool ascii = std::all_of(
                token.word.begin(), token.word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
            const bool known = german().knows(token);
            count.german += known;
            count.english += ascii && english().knows(token);
            const bool weak = std::find(kNotTelling.begin(), kNotTelling.end(), token.word) != kNotTelling.end();
            count.others += (isOthersWord(token.word) && !weak) || (!ascii && !known);
        }
    return count;
}

} // namespace

Language languageOf(std::string_view text)
{
    bool han = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, bytes] = codePoint(text, at);
        if (isOtherScript(code))
            return Language::Other;
        han = han || isHan(code);
        at += bytes;
    }
    if (han)
        return Language::Chinese;
    const auto count = countWords(text);
    if (count.others > 0 && count.others >= std::max(count.english, count.german))
        return Language::Other;
    return count.german > count.english ? Language::German : Language::English;
}

namespace {

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
    for (auto& tokens : SentenceCutter(text).cut()) {
        if (language == Language::German) {
            for (auto& token : tokens)
                lowerUmlauts(token.word);
            tokens = splitCompounds(std::move(tokens));
        }
        sentences.push_back(itemsOf(tokens, language == Language::German ? german() : english(), own));
        readSideLetters(sentences.back());
        readOthersDensities(sentences.back());
    }
    return sentences;
}

} // namespace annotations
