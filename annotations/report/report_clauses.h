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
    std::optional<int> areas;
    std::optional<Extent> extent;
    std::optional<LungZones> left;
    std::optional<LungZones> right;
    std::optional<LungZones> sideless; // "all lung": the side is missing.
    std::vector<std::string> unread;
    imaging::Warnings warnings;
    bool contradicts = false; // The same thing is said twice.

    bool namesLung() const { return left || right || sideless; }
    bool anyClause() const { return areas || extent || namesLung(); }
};

/// Reads a number of areas, an extent, places, or the zone of a place before; false, with the words unmoved, when none
/// stands here.
bool clause(Words& words, Found& found, Bilateral bilateral);

bool acceptLaterality(Words& words, Found& found);

/// "Findings: there is evidence of"
void acceptOpening(Words& words);

/// Where what is not there begins: "no effusion", "with no effusion", "and without effusion".
bool startsNegation(const Words& words);

/// What may stand before the finding, then the finding: words up to the first comma, negation or clause.
void head(Words& words, Found& found, Bilateral bilateral);

} // namespace annotations
