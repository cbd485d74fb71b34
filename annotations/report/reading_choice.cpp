#include "annotations/report/reading.h"
#include "annotations/report/report_findings.h"
#include "annotations/report/report_words.h"

#include <algorithm>

namespace annotations {

namespace {

std::string zonesPhrase(const LungZones& zones, const std::string& lung)
{
    std::vector<std::string> words;
    if (zones.all() && !zones.listed)
        return "the whole " + lung;
    if (zones.upper)
        words.emplace_back("upper");
    if (zones.middle)
        words.emplace_back("middle");
    if (zones.lower)
        words.emplace_back("lower");
    if (words.empty())
        return "the " + lung;
    return "the " + listed(words).append(words.size() > 1 ? " zones" : " zone") + " of the " + lung;
}

/// More than these are counted, not named.
constexpr std::size_t kMostNamed = 8;

/// "consolidation in the lower zone of the left lung (denied)"
std::string described(const ReportFinding& finding)
{
    std::vector<std::string> places;
    if (finding.left.involved)
        places.push_back(zonesPhrase(finding.left, "left lung"));
    if (finding.right.involved)
        places.push_back(zonesPhrase(finding.right, "right lung"));
    std::string text = finding.finding.empty() ? "a finding" : finding.finding;
    if (finding.finding.empty() && finding.assertion == Assertion::Denied)
        return (places.empty() ? "the rest" : listed(places)) + " (clear)";
    if (!places.empty())
        text += " in " + listed(places);
    if (finding.assertion != Assertion::Present)
        text += " (" + assertionWord(finding.assertion) + ")";
    return text;
}

/// Whether a finding of a report is one of the package's.
class Fit
{
public:
    explicit Fit(std::string_view packageFinding)
        : m_words(lowerCase(packageFinding))
        , m_kind(packageFinding.empty() ? Concept::None : conceptOf(packageFinding))
    {
    }

    bool operator()(const ReportFinding& finding) const
    {
        if (finding.finding.empty() || m_words.empty() || finding.finding == m_words)
            return true;
        if (m_kind != Concept::Other)
            return conceptOf(finding.finding) == m_kind;
        // A finding that the list does not have: by its last word.
        const auto word = m_words.substr(m_words.find_last_of(' ') + 1);
        return finding.finding.find(word.substr(0, std::min<std::size_t>(word.size(), 6))) != std::string::npos;
    }

private:
    std::string m_words;
    Concept m_kind;
};

void add(LungZones& lung, const LungZones& zones)
{
    if (!zones.involved)
        return;
    if (lung.involved)
        addZones(lung, zones);
    else
        lung = zones;
}

/// Whether a lung is called clear where a finding is.
bool meet(const LungZones& clear, const LungZones& found)
{
    if (!clear.involved || !found.involved)
        return false;
    if (!clear.any())
        return true;
    return (clear.upper && found.upper) || (clear.middle && found.middle) || (clear.lower && found.lower);
}

/// What denies a finding that is drawn; null when nothing does.
const ReportFinding* contradiction(const ReportReading& reading, const ReportFinding& drawn)
{
    for (const auto& other : reading.findings) {
        if (other.assertion != Assertion::Denied)
            continue;
        const bool same = other.finding.empty() || other.finding == drawn.finding;
        const bool everywhere = !other.hasPlace() && other.finding == drawn.finding && !other.finding.empty();
        if (same && (everywhere || meet(other.left, drawn.left) || meet(other.right, drawn.right)))
            return &other;
    }
    return nullptr;
}

ReportFields fieldsOf(const ReportReading& reading, const std::vector<std::size_t>& used, const std::string& finding)
{
    ReportFields fields;
    fields.finding = finding;
    bool counted = true;
    for (const auto i : used) {
        const auto& one = reading.findings[i];
        add(fields.left, one.left);
        add(fields.right, one.right);
        fields.areas += one.areas;
        counted = counted && (one.areas > 0 || !one.hasPlace());
        fields.extent = fields.extent == Extent::NotStated ? one.extent : fields.extent;
    }
    if (!counted)
        fields.areas = 0;
    return fields;
}

/// Why there is nothing to draw.
std::string nothingWhy(
    const ReportReading& reading, const std::vector<std::size_t>& fitting, const std::string& finding)
{
    std::vector<std::string> named;
    if (fitting.empty()) {
        for (const auto& other : reading.findings)
            if (isThere(other) && named.size() < 3)
                named.push_back(other.finding);
        if (!named.empty())
            return "The text says nothing of " + finding + ", which is what the model knows; it names " + listed(named)
                + ".";
    }
    for (const auto i : fitting)
        if (named.size() < 3)
            named.push_back(described(reading.findings[i]));
    if (named.empty())
        return "The text says nothing of " + finding + ", which is what the model knows.";
    return "By the text there is no " + finding + " to draw: " + listed(named) + ".";
}

void warnOfPossible(const ReportReading& reading, ReadingChoice& choice)
{
    for (const auto i : choice.used)
        if (reading.findings[i].assertion == Assertion::Possible) {
            choice.warnings.push_back("The text calls this only possible: "
                + (reading.findings[i].finding.empty() ? "the finding" : reading.findings[i].finding) + ".");
            return;
        }
}

void warnOfWords(const ReportReading& reading, ReadingChoice& choice, const std::string& finding)
{
    for (const auto i : choice.used) {
        const auto& words = reading.findings[i].finding;
        if (words.empty() && reading.findings[i].areas > 0)
            choice.warnings.push_back("The text names no finding: the model draws \"" + finding + "\".");
        if (!finding.ends_with(words)) {
            choice.warnings.push_back("The model knows \"" + finding
                + "\" only: that is what it draws where the text says \"" + words + "\".");
            return;
        }
    }
}

/// What was left out, by name.
void warnOfDropped(const ReportReading& reading, ReadingChoice& choice)
{
    std::vector<std::string> left;
    auto used = choice.used.begin();
    std::size_t more = 0;
    const auto leave = [&](auto name) { left.size() < kMostNamed ? left.push_back(name()) : void(++more); };
    for (std::size_t i = 0; i < reading.findings.size(); ++i)
        if (used != choice.used.end() && *used == i)
            ++used;
        else
            leave([&] { return described(reading.findings[i]); });
    for (const auto& unread : reading.unread)
        leave([&] { return '"' + unread + '"'; });
    if (more > 0)
        left.push_back(std::to_string(more) + " more");
    if (!left.empty())
        choice.warnings.push_back("Left out of the drawing: " + listed(left) + ".");
}

void ask(ReadingChoice& choice, std::string why)
{
    choice.verdict = ReadingVerdict::Ask;
    choice.why = std::move(why);
}

/// Draw, unless something speaks against it.
void decide(const ReportReading& reading, ReadingChoice& choice)
{
    choice.verdict = ReadingVerdict::Draw;
    if (reading.contradicts)
        return ask(choice, reading.warnings.empty() ? "The text contradicts itself." : reading.warnings.front());
    if (!reading.doubt.empty())
        return ask(choice, reading.doubt);
    if (reading.hidesSide)
        return ask(choice,
            "The text names a side as a part of a word (as \"leftward\" or \"rightlung\" do): write left and right as words "
            "of their own.");
    for (const auto i : choice.used) {
        if (const auto* other = contradiction(reading, reading.findings[i]))
            return ask(choice,
                "The text contradicts itself: it names " + described(reading.findings[i]) + " and " + described(*other)
                    + ".");
    }
    const bool side = choice.fields.left.involved || choice.fields.right.involved;
    const auto unsided = std::find_if(
        choice.used.begin(), choice.used.end(), [&](std::size_t i) { return reading.findings[i].sideMissing(); });
    if (!side && unsided != choice.used.end())
        ask(choice, "The text names a zone but not the lung: write left, right or both.");
}

} // namespace

ReadingChoice chooseFor(const ReportReading& reading, std::string_view packageFinding)
{
    ReadingChoice choice;
    choice.fields.finding.clear();
    choice.warnings = reading.warnings;
    if (reading.otherLanguage) {
        ask(choice, "The text is not in a language that is read (English, German, Chinese).");
        return choice;
    }
    const std::string finding = packageFinding.empty() ? "a finding" : lowerCase(packageFinding);
    const Fit fits(packageFinding);
    std::vector<std::size_t> fitting, asked, unclear;
    for (std::size_t i = 0; i < reading.findings.size(); ++i) {
        const auto& one = reading.findings[i];
        const bool nothing = one.assertion == Assertion::Denied && conceptOf(one.finding) == Concept::Abnormality;
        if (!fits(one) && !(nothing && !one.finding.empty()))
            continue;
        if (isThere(one))
            choice.used.push_back(i);
        else
            (one.assertion == Assertion::Questioned       ? asked
                    : one.assertion == Assertion::Unclear ? unclear
                                                          : fitting)
                .push_back(i);
    }
    if (!choice.used.empty()) {
        choice.fields = fieldsOf(reading, choice.used, std::string(lowerCase(packageFinding)));
        if (packageFinding.empty())
            choice.fields.finding = reading.findings[choice.used.front()].finding;
        decide(reading, choice);
        if (choice.verdict == ReadingVerdict::Draw && !choice.fields.left.involved && !choice.fields.right.involved
            && reading.findings[choice.used.front()].finding != finding)
            choice.warnings.emplace_back("The text does not say where: the model looks in both lungs.");
        warnOfPossible(reading, choice);
        if (!packageFinding.empty())
            warnOfWords(reading, choice, finding);
        warnOfDropped(reading, choice);
        return choice;
    }
    const auto& confirmed = !unclear.empty() ? unclear : fitting.empty() ? asked : fitting;
    if (!confirmed.empty())
        choice.fields = fieldsOf(reading, confirmed, std::string(lowerCase(packageFinding)));
    if (!unclear.empty())
        ask(choice,
            "It is not clear whether the text says that " + finding
                + " is there: " + described(reading.findings[unclear.front()]) + ".");
    else if (fitting.empty() && !asked.empty())
        ask(choice, "The text asks for " + finding + " and does not say that it is there.");
    else if (reading.ambiguous)
        ask(choice, reading.warnings.empty() ? "The text is not clear." : reading.warnings.front());
    else if (reading.findings.empty()
        || (fitting.empty() && !reading.unread.empty()
            && std::none_of(reading.findings.begin(), reading.findings.end(), isThere)))
        ask(choice, "The text is not understood.");
    else {
        choice.verdict = ReadingVerdict::Nothing;
        choice.why = nothingWhy(reading, fitting, finding);
    }
    return choice;
}

std::optional<ReportFields> fieldsToDraw(std::string_view text, std::string_view packageFinding)
{
    auto choice = chooseFor(readReport(text, packageFinding), packageFinding);
    return choice.verdict == ReadingVerdict::Draw ? std::optional(std::move(choice.fields)) : std::nullopt;
}

} // namespace annotations
