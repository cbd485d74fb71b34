#pragma once

#include "annotations/seg/planes.h"

#include <vector>

namespace annotations {

/// What a file says about the distance of its slices; 0 where it says nothing.
struct StoredSteps
{
    double spacingMm = 0; ///< (0018,0088)
    double thicknessMm = 0; ///< (0018,0050)
};

/// The distance of the slices of the grid that planes lie on, some of which may be missing.
struct PlaneStep
{
    double mm = 1; ///< 0 when no distance puts every plane on a slice.
    VolumeKind volumes = VolumeKind::Known;
};

/// `levels`: the places of the planes along their normal in mm, ascending, different.
PlaneStep planeStep(const std::vector<double>& levels, const StoredSteps& stored);

} // namespace annotations
