#pragma once

#include "annotations/filters/mask_filter.h"

#include <QString>

#include <cstddef>

namespace imaging {
class Volume;
}

namespace app {

class Session;

/// What the step of a filter is called: "Grow “Nodule”".
QString filterStepName(const annotations::MaskFilter& filter, const Session& session);

/// What it did, in a sentence: "Grow “Nodule”: 1,204 voxels (0.52 ml) more." `painted` is how many voxels the rules for what
/// may be drawn over let be changed.
QString filterSentence(const QString& step, const annotations::FilterOutcome& outcome, std::size_t painted,
    const imaging::Volume& picture);

} // namespace app
