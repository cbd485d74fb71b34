#pragma once

#include "annotations/report/sentence_phrases.h"
#include "annotations/report/sentence_reading.h"

#include <optional>
#include <span>

namespace annotations {

/// A sentence that answers place by place: "Infiltrates: right yes, left no.", "Consolidation right +, left -.", "Lower
/// lobes: consolidation on the left, clear on the right." Nothing where it has another word than places, findings and
/// answers, or where no row is answered with "no" or "clear" and no place stands before them all.
std::optional<SentenceReading> readRows(std::span<const Phrasing> phrases);

/// "Effusion and consolidation right and left respectively.": the first finding at the first place. Nothing for other
/// sentences; where there are not as many places as findings, or more is said, all findings are unclear.
std::optional<SentenceReading> readPairs(std::span<const Phrasing> phrases);

} // namespace annotations
