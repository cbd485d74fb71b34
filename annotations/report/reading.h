#pragma once

#include "annotations/report/report_text.h"
#include "imaging/progress.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// What a report says of a finding: the contexts of ConText (Harkema et al., J Biomed Inform 42, 2009).
enum class Assertion {
    Present,
    Possible, ///< "probable", "cannot be excluded": drawn, with a warning.
    Denied, ///< "no", "without", or of a place that is called clear.
    Historical, ///< "history of": before, and nothing says that it is still there.
    Resolved, ///< "has cleared": no longer there.
    OtherPerson, ///< "his mother had".
    Questioned, ///< "query", "to rule out": what the picture was taken for.
    Unclear, ///< Something is said of it that is not understood, or that it may only look so: asked.
};

/// "present", "possible" ...: for people.
std::string assertionWord(Assertion assertion);

/// One finding of a report with all that is said of it. Sides are the patient's.
struct ReportFinding
{
    std::string finding; ///< Lower case words ("patchy consolidation"), English; empty: a place alone.
    std::string named; ///< The same for a name: "infiltrate" for a German word, where `finding` has "infection".
    Assertion assertion = Assertion::Present;
    LungZones left;
    LungZones right;
    LungZones unsided; ///< Zones whose side the text does not name: "basal haze".
    int areas = 0; ///< 0: not stated.
    Extent extent = Extent::NotStated;
    std::size_t begin = 0; ///< The bytes of the text that say it, from `begin` up to `end`.
    std::size_t end = 0;

    bool sideMissing() const { return unsided.involved; }
    bool hasPlace() const { return left.involved || right.involved || unsided.involved; }
};

/// Whether it is said to be there, if only possibly: what is drawn.
bool isThere(const ReportFinding& finding);

/// What a text says, finding by finding, in its order.
struct ReportReading
{
    std::vector<ReportFinding> findings;
    std::vector<std::string> unread; ///< Parts that are not understood, as they stand in the text.
    bool ambiguous = false; ///< How far a denial reaches is not clear: `unread` has what follows it.
    bool contradicts = false; ///< "Left lower lobe of the right lung"; `warnings` says what.
    std::string doubt; ///< Why it has to be asked, whatever the findings say: a turn that is not read. Empty: no reason.
    bool hidesSide = false; ///< A side is named as a part of a word ("leftward"): it is not read.
    bool otherLanguage = false; ///< Of a language that is not read; then there are no findings.
    imaging::Warnings warnings;
};

/// Reads English reports and, by a table of words, German and Chinese ones: sentences, their clauses, and the findings
/// in them, each with its own side, zones, number, extent and assertion. Never throws; takes time in proportion to the
/// text.
/// `ownFinding`: a package's finding, a finding even where no list has it.
ReportReading readReport(std::string_view text, std::string_view ownFinding = {});

/// What is to be done with a text.
enum class ReadingVerdict {
    Draw,
    Nothing, ///< The finding is denied, or it is not in the text: there is nothing to draw.
    Ask, ///< Not understood, contradicting itself, or of another language.
};

/// What of a reading concerns a package's finding.
struct ReadingChoice
{
    ReadingVerdict verdict = ReadingVerdict::Ask;
    /// What is drawn: its finding is the package's and its places are those of all findings that fit. With another
    /// verdict what would be drawn if somebody confirmed; its finding is empty where no words were found for that.
    ReportFields fields;
    std::string why; ///< A sentence for people; empty for Draw.
    std::vector<std::size_t> used; ///< Of ReportReading::findings.
    imaging::Warnings warnings; ///< Also what was left out.
};

/// The findings of a reading that are the package's, by the list of findings and their words (report_findings):
/// consolidation is one of "pulmonary infection", an effusion is not.
/// An empty `packageFinding` takes every finding.
ReadingChoice chooseFor(const ReportReading& reading, std::string_view packageFinding);

/// The fields that are drawn for a text; nothing where chooseFor does not say Draw.
std::optional<ReportFields> fieldsToDraw(std::string_view text, std::string_view packageFinding);

} // namespace annotations
