#pragma once

#include "annotations/cohort/cohort.h"
#include "annotations/dicom/provenance.h"
#include "annotations/label.h"

#include <string>
#include <vector>

namespace app {

/// Where a case's mask came from. An entry of revision 0 is none.
struct MaskOrigin
{
    annotations::HistoryEntry mask; ///< The entry that brought it.
    annotations::HistoryEntry model; ///< The prediction that the mask is or was drawn from.
    annotations::HistoryEntry decision; ///< The last one that took it.
};

MaskOrigin originOf(const std::vector<annotations::HistoryEntry>& history, int maskRevision);

/// What an exported object says about it.
annotations::Provenance provenanceOf(const MaskOrigin& origin);
annotations::Label labelFor(const annotations::Cohort& cohort, const MaskOrigin& origin);

/// The whole history of a study's masks as a JSON document.
std::string historyDocument(const annotations::Study& study, const std::vector<annotations::HistoryEntry>& history);

} // namespace app
