#include "annotations/report/reading.h"

#include <nlohmann/json.hpp>

#include <iostream>
#include <string>

namespace {

std::string zonesOf(const annotations::LungZones& lung)
{
    const std::string zones
        = std::string(lung.upper ? "U" : "").append(lung.middle ? "M" : "").append(lung.lower ? "L" : "");
    return lung.involved && zones.empty() ? "?" : zones;
}

std::string wordFor(annotations::ReadingVerdict verdict)
{
    switch (verdict) {
    case annotations::ReadingVerdict::Draw:
        return "draw";
    case annotations::ReadingVerdict::Nothing:
        return "nothing";
    case annotations::ReadingVerdict::Ask:
        break;
    }
    return "ask";
}

} // namespace

/// Reads one sentence a line from the standard input and prints what is read and chosen as one JSON object a line; the
/// package's finding is the argument. For report_reading.py.
int main(int count, char** arguments)
{
    const std::string finding = count > 1 ? arguments[1] : "pulmonary infection";
    for (std::string text; std::getline(std::cin, text);) {
        const auto reading = annotations::readReport(text, finding);
        const auto choice = annotations::chooseFor(reading, finding);
        auto findings = nlohmann::json::array();
        for (const auto& one : reading.findings)
            findings.push_back({{"finding", one.finding}, {"assertion", annotations::assertionWord(one.assertion)},
                {"left", zonesOf(one.left)}, {"right", zonesOf(one.right)}, {"unsided", zonesOf(one.unsided)}});
        const nlohmann::json line{{"text", text}, {"verdict", wordFor(choice.verdict)}, {"why", choice.why},
            {"left", zonesOf(choice.fields.left)}, {"right", zonesOf(choice.fields.right)}, {"findings", findings}};
        std::cout << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    }
    return 0;
}
