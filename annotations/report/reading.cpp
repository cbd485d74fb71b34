#include "annotations/report/reading.h"

#include "annotations/report/report_grammar.h"
#include "annotations/report/report_words.h"

namespace annotations {

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
    case Assertion::Questioned:
        break;
    }
    return "asked for";
}

ReportReading readReport(std::string_view text)
{
    ReportReading reading;
    const auto report = parse(text);
    reading.warnings = report.warnings;
    if (!report.understood && !trimmed(text).empty())
        reading.unread.emplace_back(trimmed(text));
    if (!report.understood)
        return reading;
    ReportFinding finding;
    finding.finding = report.fields.finding;
    finding.assertion = isNegated(report.fields.finding) ? Assertion::Denied : Assertion::Present;
    finding.left = report.fields.left;
    finding.right = report.fields.right;
    finding.areas = report.fields.areas;
    finding.extent = report.fields.extent;
    finding.end = text.size();
    reading.findings.push_back(std::move(finding));
    return reading;
}

ReadingChoice chooseFor(const ReportReading& reading, std::string_view packageFinding)
{
    ReadingChoice choice;
    choice.warnings = reading.warnings;
    choice.fields.finding.clear();
    if (reading.findings.empty()) {
        choice.why = "The text does not follow the report's wording.";
        return choice;
    }
    const auto& finding = reading.findings.front();
    choice.used = {0};
    choice.fields.finding = packageFinding;
    choice.fields.left = finding.left;
    choice.fields.right = finding.right;
    choice.fields.areas = finding.areas;
    choice.verdict = finding.assertion == Assertion::Denied ? ReadingVerdict::Nothing : ReadingVerdict::Draw;
    if (choice.verdict == ReadingVerdict::Nothing)
        choice.why = "The text says that there is no " + finding.finding + ".";
    return choice;
}

} // namespace annotations
