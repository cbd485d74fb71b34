#pragma once

#include "annotations/filters/mask_filter.h"

#include <QString>

namespace imaging {
class Volume;
}

namespace app {

class Session;

/// What the step of a filter is called: "Grow “Nodule”".
QString filterStepName(const annotations::MaskFilter& filter, const Session& session);

/// What it did, in a sentence: "Grow “Nodule”: 1,204 voxels (0.52 ml) more; 30 stay with other labels."
QString filterSentence(
    const QString& step, const annotations::FilterOutcome& outcome, const imaging::Volume& picture);

} // namespace app
