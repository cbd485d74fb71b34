#pragma once

#include "imaging/laterality.h"

#include <array>
#include <optional>
#include <string>

namespace imaging {

class Volume;
struct Plane;
struct SeriesInfo;
struct VolumeInfo;

/// What a file says of where the patient's sides are on one slice.
struct SideTags
{
    std::string imageOrientation; ///< (0020,0037); empty: not there.
    std::string patientOrientation; ///< (0020,0020); empty: not there, or of a slice that lies otherwise.
};

/// Those of slice `index`. (0020,0020) is known of the first file alone: slices of another orientation have their own
/// (0020,0037) and nothing that it could contradict. Nothing for volumes without either tag, as NIfTI and NRRD are.
std::optional<SideTags> sideTagsOf(const VolumeInfo& info, int index);

/// sidesOf of the volume that such a series will be, from its scan alone. Unknown for a slice that is not there.
PictureSides sidesOf(const SeriesInfo& series, int index);

/// The letters at the left, right, top and bottom edge of a plane: on a slice of the volume by the tags that sidesOf
/// goes by, on other planes, and in files without tags, by the axes. Empty where those are not known or in doubt.
std::array<std::string, 4> edgeLettersOf(const Volume& volume, const Plane& plane);

} // namespace imaging
