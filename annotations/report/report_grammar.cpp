#include "annotations/report/report_grammar.h"

#include "annotations/report/report_text.h"
#include "annotations/report/report_words.h"

#include <algorithm>
#include <array>
#include <optional>

namespace annotations {

namespace {

enum class Side { Left, Right, Both, Missing };

/// What one pass over a sentence has found.
struct Found
{
    std::optional<std::string> laterality;
    std::string finding;
    std::optional<int> areas;
    std::optional<Extent> extent;
    std::optional<LungZones> left;
    std::optional<LungZones> right;
    std::optional<LungZones> sideless; // "all lung": the side is missing.
    imaging::Warnings warnings;
    bool contradicts = false; // The same thing is said twice.
};

/// Walks over the words; each accept... function moves on only when it matches.
class Words
{
public:
    explicit Words(std::vector<std::string> words)
        : m_words(std::move(words))
    {
    }

    bool atEnd() const { return m_at == m_words.size(); }
    std::size_t position() const { return m_at; }
    void goTo(std::size_t position) { m_at = position; }
    const std::string& next() { return m_words[m_at++]; }

    bool accept(std::string_view word)
    {
        if (atEnd() || m_words[m_at] != word)
            return false;
        ++m_at;
        return true;
    }

    bool acceptOne(std::initializer_list<std::string_view> words)
    {
        return std::any_of(words.begin(), words.end(), [this](std::string_view w) { return accept(w); });
    }

    std::string_view peek() const { return atEnd() ? std::string_view() : std::string_view(m_words[m_at]); }

private:
    std::vector<std::string> m_words;
    std::size_t m_at = 0;
};

/// Tries a rule; on failure the words are where they were.
template <typename Rule> bool attempt(Words& words, Rule rule)
{
    const std::size_t start = words.position();
    if (rule())
        return true;
    words.goTo(start);
    return false;
}

/// [with] two [separate] [infected|affected] areas
bool areasClause(Words& words, Found& found)
{
    return attempt(words, [&] {
        words.accept("with");
        const auto number = words.atEnd() ? std::nullopt : numberOf(words.next());
        words.accept("separate");
        words.acceptOne({"infected", "affected"});
        if (!number || !words.acceptOne({"area", "areas"}))
            return false;
        found.contradicts = found.contradicts || found.areas;
        found.areas = number;
        return true;
    });
}

/// [of] mild extent
bool extentClause(Words& words, Found& found)
{
    return attempt(words, [&] {
        words.accept("of");
        std::optional<Extent> extent;
        if (words.accept("mild"))
            extent = Extent::Mild;
        else if (words.accept("moderate"))
            extent = Extent::Moderate;
        else if (words.accept("severe"))
            extent = Extent::Severe;
        if (!extent || !words.accept("extent"))
            return false;
        found.contradicts = found.contradicts || found.extent;
        found.extent = extent;
        return true;
    });
}

/// upper [,] middle [and] lower; gives false when no zone stands here.
bool zoneList(Words& words, LungZones& zones)
{
    bool any = false;
    while (true) {
        const std::size_t start = words.position();
        if (any)
            words.acceptOne({",", "and"});
        if (words.acceptOne({"upper", "apical"}))
            zones.upper = true;
        else if (words.acceptOne({"middle", "mid"}))
            zones.middle = true;
        else if (words.acceptOne({"lower", "basal"}))
            zones.lower = true;
        else {
            words.goTo(start);
            return any;
        }
        any = true;
    }
}

void setSide(std::optional<LungZones>& lung, const LungZones& zones, Found& found)
{
    found.contradicts = found.contradicts || lung;
    lung = zones;
}

void setZones(Side side, const LungZones& zones, Found& found)
{
    if (side == Side::Left || side == Side::Both)
        setSide(found.left, zones, found);
    if (side == Side::Right || side == Side::Both)
        setSide(found.right, zones, found);
    if (side == Side::Missing)
        setSide(found.sideless, zones, found);
}

/// left | right | both
Side sideWord(Words& words)
{
    if (words.accept("left"))
        return Side::Left;
    if (words.accept("right"))
        return Side::Right;
    return words.accept("both") ? Side::Both : Side::Missing;
}

/// left lung | right lung | both lungs | lung
std::optional<Side> lung(Words& words)
{
    const Side side = sideWord(words);
    if (!words.acceptOne({"lung", "lungs"}))
        return std::nullopt;
    return side;
}

/// base | apex: the word for a zone that a report uses without "zone".
bool zoneNoun(Words& words, LungZones& zones)
{
    if (words.acceptOne({"base", "bases"}))
        zones.lower = true;
    else if (words.acceptOne({"apex", "apices", "apexes"}))
        zones.upper = true;
    else
        return false;
    return true;
}

void acceptPlaceWords(Words& words)
{
    words.acceptOne({"in", "at", "of", "involving"});
    words.accept("the");
}

/// As reports say it: [in] [the] left lower lobe | both mid and lower zones | right [lung] base | base of the right
/// lung
bool reportPhrase(Words& words, Found& found)
{
    return attempt(words, [&] {
        acceptPlaceWords(words);
        LungZones zones;
        zones.involved = true;
        if (zoneNoun(words, zones)) {
            acceptPlaceWords(words);
            const auto side = lung(words);
            if (!side || *side == Side::Missing)
                return false;
            setZones(*side, zones, found);
            return true;
        }
        const Side side = sideWord(words);
        if (side == Side::Missing)
            return false;
        if (zoneList(words, zones)) {
            if (!words.acceptOne({"lung", "lungs", "zone", "zones", "lobe", "lobes", "field", "fields"}))
                return false;
        } else {
            words.accept("lung");
            if (!zoneNoun(words, zones))
                return false;
        }
        zones.listed = zones.all();
        setZones(side, zones, found);
        return true;
    });
}

/// [in] [the] (all|whole) left lung | middle and lower zones of the left lung | middle lower left lung | left lung
bool wordingPhrase(Words& words, Found& found)
{
    return attempt(words, [&] {
        words.accept("in");
        words.accept("the");
        LungZones zones;
        zones.involved = true;
        const bool all = words.acceptOne({"all", "whole"});
        const bool listedZones = zoneList(words, zones);
        words.acceptOne({"zone", "zones"});
        words.accept("of");
        words.accept("the");
        const auto side = lung(words);
        if (!side || (*side == Side::Missing && !all && !listedZones))
            return false;
        if (all && listedZones)
            found.warnings.emplace_back("The text says both \"all\" and single zones; the zones were taken.");
        else if (all)
            zones.upper = zones.middle = zones.lower = true;
        zones.listed = listedZones && zones.all();
        setZones(*side, zones, found);
        return true;
    });
}

bool lungPhrase(Words& words, Found& found)
{
    return reportPhrase(words, found) || wordingPhrase(words, found);
}

bool lungsClause(Words& words, Found& found)
{
    if (!lungPhrase(words, found))
        return false;
    while (attempt(words, [&] { return words.accept("and") && lungPhrase(words, found); })) { }
    return true;
}

bool clause(Words& words, Found& found)
{
    return areasClause(words, found) || extentClause(words, found) || lungsClause(words, found);
}

/// Words up to the first comma or clause.
std::string findingOf(Words& words)
{
    std::string finding;
    Found ignored;
    while (!words.atEnd() && words.peek() != ",") {
        const std::size_t start = words.position();
        if (clause(words, ignored)) {
            words.goTo(start);
            break;
        }
        finding += (finding.empty() ? "" : " ") + words.next();
    }
    return finding;
}

void skipLaterality(Words& words, Found& found)
{
    while (words.peek() == "bilateral" || words.peek() == "unilateral")
        found.laterality = words.next();
}

/// The whole sentence; nothing when a word is left over.
std::optional<Found> match(std::string_view sentence)
{
    Words words(wordsOf(sentence));
    Found found;
    skipLaterality(words, found);
    lungsClause(words, found); // "left lower lobe consolidation"
    found.finding = findingOf(words);
    while (!words.atEnd()) {
        words.accept(",");
        if (!clause(words, found))
            return std::nullopt;
    }
    if (found.finding.empty() && found.areas) { // "one infected area, lower left lung"
        found.finding = ReportFields().finding;
        found.warnings.emplace_back("The text names no finding; \"" + found.finding + "\" was taken.");
    }
    const bool anyClause = found.areas || found.extent || found.left || found.right || found.sideless;
    const auto known = knownFindings();
    const bool knownFinding = std::find(known.begin(), known.end(), found.finding) != known.end();
    if (found.finding.empty() || isNegated(found.finding) || found.contradicts
        || !(found.laterality || anyClause || knownFinding))
        return std::nullopt;
    return found;
}

/// Gives "all lung" the side that the sentence does not name.
bool placeSideless(Found& found)
{
    if (!found.sideless)
        return true;
    if (found.left.has_value() == found.right.has_value())
        return false;
    (found.left ? found.right : found.left) = found.sideless;
    found.warnings.emplace_back("The text names a lung without its side; the other side was taken.");
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

std::string cleanFinding(std::string_view finding)
{
    Words words(wordsOf(finding.substr(0, sentenceEnd(finding))));
    Found ignored;
    skipLaterality(words, ignored);
    return findingOf(words);
}

bool isNegated(std::string_view finding)
{
    constexpr std::array<std::string_view, 17> kNegations{"no", "not", "non", "none", "nor", "without", "absent",
        "absence", "negative", "free", "clear", "cleared", "normal", "unremarkable", "unaffected", "resolved",
        "excluded"};
    const auto words = wordsOf(finding);
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return std::find(kNegations.begin(), kNegations.end(), word) != kNegations.end();
    });
}

ParsedReport parse(std::string_view text)
{
    const std::string_view whole = trimmed(text);
    const std::size_t end = sentenceEnd(whole);
    auto found = match(whole.substr(0, end));
    if (!found || !placeSideless(*found))
        return unchanged(text);
    checkLaterality(*found);

    ParsedReport report;
    report.understood = true;
    report.fields.finding = found->finding;
    report.fields.left = found->left.value_or(LungZones());
    report.fields.right = found->right.value_or(LungZones());
    report.fields.areas = found->areas.value_or(0);
    report.fields.extent = found->extent.value_or(Extent::NotStated);
    report.fields.freeText = trimmed(whole.substr(std::min(end + 1, whole.size())));
    report.warnings = std::move(found->warnings);
    return report;
}

} // namespace annotations
