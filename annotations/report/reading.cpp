#include "annotations/report/reading.h"

#include "annotations/report/doubtful_turns.h"
#include "annotations/report/english_names.h"
#include "annotations/report/report_words.h"
#include "annotations/report/sentence_reading.h"
#include "imaging/laterality.h"

#include <algorithm>

namespace annotations {

namespace {

/// Longer sentences are no reports, and the rules look at every phrase from every other.
constexpr std::size_t kMostPhrases = 250;
constexpr std::size_t kMostWarnings = 8;

LungZones zonesOf(const Place& place)
{
    LungZones zones;
    zones.involved = true;
    zones.upper = (place.zones & kUpper) != 0;
    zones.middle = (place.zones & kMiddle) != 0;
    zones.lower = (place.zones & kLower) != 0;
    zones.listed = zones.all() && !place.whole;
    return zones;
}

void addTo(LungZones& lung, const LungZones& zones)
{
    if (lung.involved)
        addZones(lung, zones);
    else
        lung = zones;
}

void addPlace(ReportFinding& finding, const Place& place)
{
    const auto zones = zonesOf(place);
    if (place.side == kNoSide)
        addTo(finding.unsided, zones);
    if ((place.side & kLeftSide) != 0)
        addTo(finding.left, zones);
    if ((place.side & kRightSide) != 0)
        addTo(finding.right, zones);
}

/// "sparing the apex": all other zones of the lungs that are named.
void takeAway(LungZones& lung, const LungZones& spared)
{
    if (!lung.involved)
        return;
    if (!spared.any()) {
        lung = {};
        return;
    }
    if (!lung.any())
        lung.upper = lung.middle = lung.lower = true;
    lung.upper = lung.upper && !spared.upper;
    lung.middle = lung.middle && !spared.middle;
    lung.lower = lung.lower && !spared.lower;
    lung.listed = false;
    lung.involved = lung.any();
}

void takeAway(ReportFinding& finding, const Place& spared)
{
    const auto zones = zonesOf(spared);
    if (spared.side == kNoSide || (spared.side & kLeftSide) != 0)
        takeAway(finding.left, zones);
    if (spared.side == kNoSide || (spared.side & kRightSide) != 0)
        takeAway(finding.right, zones);
}

/// Puts the clauses of the sentences together.
class ReportReader
{
public:
    ReportReader(std::string_view text, std::string_view ownFinding, ReportReading reading)
        : m_text(text)
        , m_ownFinding(ownFinding)
        , m_reading(std::move(reading))
    {
    }

    ReportReading read(std::size_t offset)
    {
        const auto rest = m_text.substr(offset);
        m_language = languageOf(rest);
        m_offset = offset;
        if (m_language == Language::Other) {
            m_reading.otherLanguage = m_reading.findings.empty();
            m_reading.unread.emplace_back(trimmed(rest));
            return std::move(m_reading);
        }
        for (const auto& items : sentencesOf(rest, m_language, m_ownFinding))
            addSentence(items);
        return std::move(m_reading);
    }

private:
    std::string slice(std::size_t begin, std::size_t end) const
    {
        return std::string(trimmed(m_text.substr(m_offset + begin, end - begin)));
    }

    void warn(std::string warning)
    {
        auto& warnings = m_reading.warnings;
        if (warnings.size() < kMostWarnings && std::find(warnings.begin(), warnings.end(), warning) == warnings.end())
            warnings.push_back(std::move(warning));
    }

    std::string quoted(const Clause& clause) const
    {
        std::string text(1, '"');
        return text.append(slice(clause.begin, clause.end)).append(1, '"');
    }

    void addSentence(const std::vector<Item>& items)
    {
        const auto begin = items.front().begin, end = items.back().end;
        if (items.size() > kMostPhrases) {
            m_reading.unread.push_back(slice(begin, end));
            return;
        }
        const auto sentence = readSentence(items);
        if (sentence.takesBack)
            return takeBack();
        const auto findingsBefore = m_reading.findings.size();
        for (const auto& clause : sentence.clauses)
            addClause(clause, sentence.heading == 2);
        if (sentence.clauses.empty())
            m_reading.unread.push_back(slice(begin, end));
        if (m_reading.findings.size() > findingsBefore)
            m_lastSentence = findingsBefore;
        const bool unilateral =
            std::any_of(items.begin(), items.end(), [](const Item& item) { return item.word == "unilateral"; });
        if (unilateral)
            checkUnilateral(findingsBefore);
    }

    /// "unilateral": one side is named, and not two.
    void checkUnilateral(std::size_t begin)
    {
        bool left = false, right = false;
        for (auto i = begin; i < m_reading.findings.size(); ++i) {
            const auto& finding = m_reading.findings[i];
            const bool there = finding.assertion == Assertion::Present || finding.assertion == Assertion::Possible;
            left = left || (there && finding.left.involved);
            right = right || (there && finding.right.involved);
        }
        if (left && right) {
            m_reading.contradicts = true;
            warn("The text says \"unilateral\" and names two sides.");
        } else if (!left && !right) {
            warn("The text says \"unilateral\" and does not name the side.");
        }
    }

    /// "It has resolved."
    void takeBack()
    {
        for (auto i = m_lastSentence; i < m_reading.findings.size(); ++i)
            if (m_reading.findings[i].assertion != Assertion::Denied)
                m_reading.findings[i].assertion = Assertion::Resolved;
    }

    void addClause(const Clause& clause, bool questioned)
    {
        if (clause.ambiguous) {
            m_reading.ambiguous = true;
            m_reading.unread.push_back(slice(clause.begin, clause.end));
            warn(std::string("It is not clear whether what is denied reaches as far as ").append(quoted(clause)) + ".");
            return;
        }
        if (clause.contradicts) {
            m_reading.contradicts = true;
            warn(quoted(clause) + " contradicts itself about the side.");
        }
        if (clause.mentions.empty() && !clause.clear && completesLast(clause))
            return;
        if (clause.mentions.empty() && !clause.clear && !clause.bare && clause.areas == 0) {
            m_reading.unread.push_back(slice(clause.begin, clause.end));
            return;
        }
        ReportFinding finding;
        finding.begin = m_offset + clause.begin;
        finding.end = m_offset + clause.end;
        finding.areas = clause.areas;
        finding.extent = clause.extent;
        if (!(clause.clear && clause.otherwise))
            for (auto place : clause.places) {
                place.whole = place.whole || (place.zones == 0 && isWhiteOut(clause));
                place.zones = place.whole && place.zones == 0 ? int(kZones) : place.zones;
                addPlace(finding, place);
            }
        for (const auto& place : clause.excepted)
            takeAway(finding, place);
        if (std::any_of(clause.places.begin(), clause.places.end(), [](const Place& place) { return place.assumed; })
            && !clause.clear)
            warn("The text does not say which lung; both were taken.");
        if (clause.clear && !clause.excepted.empty())
            addNotClear(clause, finding);
        if (clause.mentions.empty()) {
            finding.assertion = clause.clear ? Assertion::Denied : Assertion::Present;
            m_reading.findings.push_back(std::move(finding));
            return;
        }
        for (const auto& mention : clause.mentions) {
            const bool asWritten = m_language == Language::English || mention.words.empty();
            finding.finding = asWritten ? mention.words : englishName(mention.kind);
            finding.named = asWritten ? mention.words : englishWords(mention.words, mention.kind);
            if (clause.otherwise && mention.assertion == Assertion::Denied)
                finding.finding = "other " + finding.finding;
            finding.assertion =
                questioned && mention.assertion != Assertion::Denied ? Assertion::Questioned : mention.assertion;
            m_reading.findings.push_back(finding);
            finding.areas = 0; // Said of the first.
        }
        addElsewhere(clause, finding);
    }

    /// "clear except for the base": what is there is not said.
    void addNotClear(const Clause& clause, ReportFinding finding)
    {
        int sides = 0;
        for (const auto& place : clause.places)
            sides |= place.side;
        finding.left = finding.right = finding.unsided = {};
        finding.assertion = Assertion::Unclear;
        for (auto place : clause.excepted) {
            place.side = place.side == kNoSide ? sides : place.side;
            addPlace(finding, place);
        }
        m_reading.findings.push_back(std::move(finding));
    }

    /// Where the finding of a clause was before, and where alone it is: "no infiltrate except in the left apex".
    void addElsewhere(const Clause& clause, ReportFinding finding)
    {
        const bool denied = finding.assertion == Assertion::Denied;
        finding.left = finding.right = finding.unsided = {};
        if (!clause.earlier.empty()) {
            for (const auto& place : clause.earlier)
                addPlace(finding, place);
            finding.assertion = Assertion::Historical;
            m_reading.findings.push_back(finding);
        } else if (denied && !clause.excepted.empty()) {
            for (const auto& place : clause.excepted)
                addPlace(finding, place);
            finding.assertion = Assertion::Present;
            finding.finding.clear(); // So that the denial of all else does not contradict it.
            m_reading.findings.push_back(finding);
        }
    }

    /// "white-out of the left lung": all of it, as the word says.
    static bool isWhiteOut(const Clause& clause)
    {
        return std::any_of(clause.mentions.begin(), clause.mentions.end(), [](const Mention& mention) {
            return mention.words.starts_with("white out") || mention.words.starts_with("whiteout");
        });
    }

    /// "Two separate areas are seen.", "Left lower lobe.": said of the finding before, that lacks it.
    bool completesLast(const Clause& clause)
    {
        if (m_reading.findings.empty())
            return false;
        auto& last = m_reading.findings.back();
        const bool isFinding =
            !last.finding.empty() && (last.assertion == Assertion::Present || last.assertion == Assertion::Possible);
        if (clause.places.empty() && clause.areas > 0 && last.areas == 0 && isFinding) {
            last.areas = clause.areas;
            last.end = m_offset + clause.end;
            return true;
        }
        if (!clause.bare || clause.places.empty() || last.hasPlace() || !isFinding)
            return false;
        for (const auto& place : clause.places)
            addPlace(last, place);
        last.end = m_offset + clause.end;
        return true;
    }

    std::string_view m_text;
    std::string_view m_ownFinding;
    ReportReading m_reading;
    Language m_language = Language::English;
    std::size_t m_offset = 0;
    std::size_t m_lastSentence = 0;
};

/// The form's own sentence and LViT's training texts say their fields exactly; where free text begins behind it.
std::optional<std::size_t> readOwnWording(std::string_view text, ReportReading& reading)
{
    const auto own = fieldsOfOwnWording(text);
    if (!own)
        return std::nullopt;
    ReportFinding finding;
    finding.finding = own->finding;
    finding.named = own->finding;
    finding.left = own->left;
    finding.right = own->right;
    finding.areas = own->areas;
    finding.extent = own->extent;
    finding.begin = static_cast<std::size_t>(trimmed(text).data() - text.data());
    finding.end = text.find('.') + 1;
    reading.findings.push_back(std::move(finding));
    return reading.findings.back().end;
}

} // namespace

std::string assertionWord(Assertion assertion)
{
    switch (assertion) {
    case Assertion::Present:
        return "present";
    case Assertion::Possible:
        return "possible";
    case Assertion::Denied:
        return "denied";
    case Assertion::Historical:
        return "earlier";
    case Assertion::Resolved:
        return "resolved";
    case Assertion::OtherPerson:
        return "another person's";
    case Assertion::Unclear:
        return "unclear";
    case Assertion::Questioned:
        break;
    }
    return "asked for";
}

bool isThere(const ReportFinding& finding)
{
    return finding.assertion == Assertion::Present || finding.assertion == Assertion::Possible;
}

ReportReading readReport(std::string_view text, std::string_view ownFinding)
{
    ReportReading reading;
    if (trimmed(text).empty())
        return reading;
    const auto own = readOwnWording(text, reading).value_or(0);
    if (own >= text.size() || trimmed(text.substr(own)).empty())
        return reading;
    const auto finding = lowerCase(trimmed(ownFinding));
    const bool listed = finding.empty() || conceptOf(finding) != Concept::Other;
    reading.hidesSide = imaging::hidesSide(text);
    reading = ReportReader(text, listed ? std::string_view() : finding, std::move(reading)).read(own);
    reading.doubt = doubtOf(text, reading);
    return reading;
}

} // namespace annotations
