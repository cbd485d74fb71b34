#include "ui/panels/sentence_choice.h"

namespace ui {

namespace {

/// For a model that takes any words: all that the sentence does not deny.
annotations::ReadingChoice choiceOfAny(const annotations::ReportReading& reading)
{
    annotations::ReadingChoice choice;
    choice.verdict = annotations::ReadingVerdict::Draw;
    choice.fields.finding.clear();
    for (std::size_t i = 0; i < reading.findings.size(); ++i) {
        const auto& finding = reading.findings[i];
        const bool stands = finding.assertion == annotations::Assertion::Present
            || finding.assertion == annotations::Assertion::Possible;
        if (!stands)
            continue;
        choice.used.push_back(i);
        if (choice.used.size() == 1)
            choice.fields = {finding.finding, finding.left, finding.right, finding.areas, finding.extent, {}};
    }
    choice.warnings = reading.warnings;
    return choice;
}

} // namespace

annotations::ReadingChoice choiceFor(const annotations::ReportReading& reading, const QString& modelFinding)
{
    return modelFinding.isEmpty() ? choiceOfAny(reading)
                                  : annotations::chooseFor(reading, modelFinding.toLower().toStdString());
}

annotations::ReportFields shownFields(
    const annotations::ReportReading& reading, const annotations::ReadingChoice& choice)
{
    auto fields = choice.fields;
    for (const auto index : choice.used)
        if (reading.findings[index].finding != reading.findings[choice.used.front()].finding)
            return fields;
    if (!choice.used.empty() && !reading.findings[choice.used.front()].finding.empty())
        fields.finding = reading.findings[choice.used.front()].finding;
    return fields;
}

} // namespace ui
