#include "annotations/report/report_grammar.h"

#include "annotations/report/report_clauses.h"
#include "annotations/report/report_words.h"

#include <algorithm>
#include <optional>

namespace annotations {

namespace {

/// Longer sentences are no reports, and the rules look ahead at every word.
constexpr std::size_t kMostWords = 300;
constexpr std::size_t kMostFindingWords = 100;

bool isNegation(std::string_view word)
{
    return isOneOf(word,
        {"no", "not", "non", "none", "nor", "without", "absent", "absence", "negative", "free", "clear", "cleared",
            "normal", "unremarkable", "unaffected", "resolved", "resolution", "clearance", "disappeared", "gone",
            "aerated", "preserved",
            // What is asked for is not yet there.
            "query", "question", "exclude", "rule", "indication", "history", "excluded"});
}

/// The words up to the next comma or negation.
struct Segment
{
    bool startsWithNo = false;
    bool negated = false;
    bool names = false; ///< A side or zone.
    bool excepts = false; ///< "sparing the apex"
    bool takesBack = false; ///< "no supporting evidence"
    bool compares = false; ///< "larger on the left"
    std::size_t end = 0;
};

Segment segmentAt(Words words)
{
    Segment segment;
    segment.startsWithNo = startsNegation(words) || words.peek() == "no";
    if (segment.startsWithNo)
        words.acceptOne({"with", "and"});
    bool evidence = false;
    bool ofSomething = false;
    bool open = false; // "cannot be excluded"
    do {
        const auto& word = words.next().word;
        open = open || word == "cannot";
        evidence = evidence || word == "evidence";
        ofSomething = ofSomething || isOneOf(word, {"of", "for"});
        segment.negated = segment.negated || (isNegation(word) && !open);
        segment.names = segment.names || isOneOf(word, {"left", "right", "both", "bilateral"}) || namesZone(word);
        segment.excepts =
            segment.excepts || isOneOf(word, {"sparing", "spares", "spared", "except", "excepting", "excluding"});
        segment.compares = segment.compares
            || isOneOf(
                word, {"more", "less", "larger", "greater", "worse", "than", ">", "predominantly", "especially"});
    } while (!words.atEnd() && words.peek() != "," && !startsNegation(words));
    // "Query pneumonia: no supporting evidence" takes back what stands before, "no evidence of effusion" does not.
    segment.takesBack = segment.startsWithNo && evidence && !ofSomething;
    segment.end = words.position();
    return segment;
}

/// One sentence; nothing when the grammar does not know it.
class SentenceReader
{
public:
    explicit SentenceReader(std::string_view sentence)
        : m_sentence(sentence)
        , m_tokens(tokensOf(sentence))
        , m_words(m_tokens)
    {
    }

    std::size_t words() const { return m_tokens.size(); }

    std::optional<Found> read()
    {
        while (!m_words.atEnd())
            if (!m_words.accept(",") && !readSegment())
                return std::nullopt;
        return m_found.contradicts ? std::nullopt : std::optional(m_found);
    }

private:
    bool readSegment()
    {
        const auto segment = segmentAt(m_words);
        if (segment.excepts || segment.takesBack || (m_negatedBefore && segment.names && !segment.negated))
            return false;
        if (segment.negated) {
            // What is not there is only a remark where the sentence has said what is; else it may be the finding.
            if (m_found.finding.empty() || !(segment.startsWithNo ? m_found.namesLung() : segment.names))
                return false;
            m_negatedBefore = true;
            keepUnread(segment.end);
            return true;
        }
        if (!m_found.finding.empty() && !m_found.anyClause() && !namesLungFinding(m_found.finding)
            && namesLungFinding(m_words))
            keepBeginning(); // "Compared with yesterday, consolidation in the left base"
        const auto start = m_words.position();
        if (m_found.finding.empty())
            head(m_words, m_found);
        else if (segment.compares && (m_found.laterality == "bilateral" || (m_found.left && m_found.right)))
            keepUnread(segment.end);
        else if (!clause(m_words, m_found) && !acceptLaterality(m_words, m_found)) {
            if (segment.names)
                return false;
            keepUnread(segment.end);
        }
        return m_words.position() > start;
    }

    /// Words that named no finding were not yet what the sentence is about.
    void keepBeginning()
    {
        const auto end = m_words.position();
        m_words.goTo(0);
        keepUnread(end);
        m_found.finding.clear();
        m_found.findingWithZones.clear();
        m_found.findingZones.reset();
    }

    void keepUnread(std::size_t end)
    {
        const auto begin = m_words.peekToken().begin;
        std::size_t last = begin;
        while (m_words.position() < end)
            if (const auto& token = m_words.next(); token.word != ",")
                last = token.end;
        std::string text(m_sentence.substr(begin, last - begin));
        if (text[0] >= 'a' && text[0] <= 'z')
            text[0] = static_cast<char>(text[0] - 'a' + 'A');
        m_found.unread.push_back(text + ".");
    }

    std::string_view m_sentence;
    std::vector<Token> m_tokens;
    Words m_words;
    Found m_found;
    bool m_negatedBefore = false;
};

/// Gives "all lung" the side that the sentence does not name.
bool placeSideless(Found& found)
{
    if (!found.sideless)
        return true;
    if (found.left.has_value() == found.right.has_value())
        return false;
    (found.left ? found.right : found.left) = found.sideless;
    found.sideless.reset();
    found.warnings.emplace_back("The text names a lung without its side; the other side was taken.");
    return true;
}

std::optional<Found> readSentence(std::string_view sentence)
{
    SentenceReader reader(sentence);
    auto read = reader.words() > kMostWords ? std::nullopt : reader.read();
    if (!read)
        return std::nullopt;
    Found& found = *read;
    if (found.finding.empty() && found.areas) { // "one infected area, lower left lung"
        found.finding = found.findingWithZones = ReportFields().finding;
        found.warnings.emplace_back("The text names no finding; \"" + found.finding + "\" was taken.");
    }
    const auto known = knownFindings();
    const bool knownFinding = std::find(known.begin(), known.end(), found.finding) != known.end();
    if (found.finding.empty() || !(found.laterality || found.anyClause() || knownFinding)
        || (!found.unread.empty() && !namesLungFinding(found.finding)))
        return std::nullopt;
    return placeSideless(found) ? read : std::nullopt;
}

/// "Two separate areas are seen." after the sentence that named the finding.
bool readMore(std::string_view sentence, Found& found)
{
    const auto tokens = tokensOf(sentence);
    if (tokens.size() > kMostWords)
        return false;
    Words words(tokens);
    Found more = found;
    acceptOpening(words);
    while (!words.atEnd())
        if (!words.accept(",") && !clause(words, more))
            return false;
    if (more.contradicts || more.sideless)
        return false;
    found = more;
    return true;
}

void checkLaterality(Found& found)
{
    if (found.laterality == "bilateral" && !found.left && !found.right) {
        LungZones somewhere;
        somewhere.involved = true;
        found.left = found.right = somewhere;
    }
    const int sides = (found.left ? 1 : 0) + (found.right ? 1 : 0);
    if (found.laterality == "bilateral" && sides == 1)
        found.warnings.emplace_back("The text says \"bilateral\" but names one side.");
    if (found.laterality == "unilateral" && sides == 2)
        found.warnings.emplace_back("The text says \"unilateral\" but names two sides.");
    if (found.laterality == "unilateral" && sides == 0)
        found.warnings.emplace_back("The text says \"unilateral\" but does not name the side.");
}

/// Where the first sentence ends: at a full stop before a blank or the end.
std::size_t sentenceEnd(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '.'
            && (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n' || text[i + 1] == '\r'))
            return i;
    }
    return text.size();
}

/// Takes the first sentence off a text, without its full stop.
std::string_view takeSentence(std::string_view& text)
{
    const auto end = sentenceEnd(text);
    const auto sentence = text.substr(0, end);
    text = trimmed(text.substr(std::min(end + 1, text.size())));
    return sentence;
}

/// "It has resolved.": a sentence that may take back the one before.
bool takesBack(std::string_view sentence)
{
    const auto tokens = tokensOf(sentence);
    return !tokens.empty() && isOneOf(tokens.front().word, {"this", "it", "these", "they", "both"})
        && isNegated(sentence);
}

ParsedReport unchanged(std::string_view text)
{
    ParsedReport report;
    report.fields.finding.clear();
    report.fields.freeText = text;
    report.warnings.emplace_back(trimmed(text).empty()
            ? "The text is empty."
            : "The text does not follow the report's wording; it is used as it stands and the fields stay empty.");
    return report;
}

} // namespace

FindingWords cleanFinding(std::string_view text)
{
    FindingWords clean{{}, {}, std::string(text)};
    while (true) { // What is taken out may bring the words of another place together.
        const auto tokens = tokensOf(std::string_view(clean.withZones).substr(0, sentenceEnd(clean.withZones)));
        Words words(std::span<const Token>(tokens).first(std::min(tokens.size(), kMostFindingWords)));
        Found found;
        head(words, found);
        if (found.findingWithZones == clean.withZones)
            return {found.finding, found.findingZones, found.findingWithZones};
        clean.withZones = found.findingWithZones;
    }
}

bool isNegated(std::string_view finding)
{
    const auto tokens = tokensOf(finding);
    return std::any_of(tokens.begin(), tokens.end(), [](const Token& token) { return isNegation(token.word); });
}

ParsedReport parse(std::string_view text)
{
    std::string_view rest = trimmed(text);
    std::string freeText;
    const auto keep = [&](std::string_view more) {
        if (!more.empty() && !freeText.empty())
            freeText += ' ';
        freeText += more;
    };
    std::optional<Found> found;
    while (!rest.empty() && !found) {
        const auto before = rest;
        found = readSentence(takeSentence(rest));
        if (!found)
            keep(trimmed(before.substr(0, before.size() - rest.size())));
        // Behind other sentences only what is surely a finding of the lung counts.
        else if (!freeText.empty() && !(found->namesSide() && namesLungFinding(found->finding)))
            return unchanged(text);
    }
    if (!found)
        return unchanged(text);
    for (auto after = rest; !rest.empty() && readMore(takeSentence(after), *found);)
        rest = after;
    for (auto after = rest; !after.empty();)
        if (takesBack(takeSentence(after)))
            return unchanged(text);
    checkLaterality(*found);
    for (const auto& unread : found->unread)
        keep(unread);
    keep(rest);

    ParsedReport report;
    report.understood = true;
    report.partly = !found->unread.empty();
    report.fields.finding = found->findingWithZones;
    report.fields.left = found->left.value_or(LungZones());
    report.fields.right = found->right.value_or(LungZones());
    report.fields.areas = found->areas.value_or(0);
    report.fields.extent = found->extent.value_or(Extent::NotStated);
    report.fields.freeText = freeText;
    report.fields = normalized(report.fields);
    report.warnings = std::move(found->warnings);
    return report;
}

} // namespace annotations
