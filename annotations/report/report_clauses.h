#pragma once

#include "annotations/report/lung_phrases.h"
#include "annotations/report/report_text.h"
#include "annotations/report/report_tokens.h"
#include "imaging/progress.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// What the sentences have said so far.
struct Found
{
    std::optional<std::string> laterality;
    std::string finding;
    std::optional<LungZones> findingZones; ///< Named within the finding: "upper zone fibrosis"; not in `finding`.
    std::string findingWithZones;
    std::optional<int> areas;
    std::optional<Extent> extent;
    std::optional<LungZones> left;
    std::optional<LungZones> right;
    std::optional<LungZones> sideless; // "all lung": the side is missing.
    std::vector<std::string> unread;
    imaging::Warnings warnings;
    bool contradicts = false; // The same thing is said twice.

    bool namesLung() const { return left || right || sideless; }
    bool namesSide() const { return namesLung() || laterality == "bilateral"; }
    bool anyClause() const { return areas || extent || namesLung(); }
};

/// Reads a number of areas, an extent, places, or the zone of a place before; false, with the words unmoved, when none
/// stands here.
bool clause(Words& words, Found& found);

bool acceptLaterality(Words& words, Found& found);

/// "Findings: there is evidence of"
void acceptOpening(Words& words);

/// More zones of a lung.
void addZones(LungZones& lung, const LungZones& zones);

/// Where what is not there begins: "with no effusion", "and without effusion".
bool startsNegation(const Words& words);

/// The finding, with what stands before and within it: words up to the first comma, negation or, after what a lung can
/// have ("consolidation"), clause or verb.
void head(Words& words, Found& found);

} // namespace annotations
