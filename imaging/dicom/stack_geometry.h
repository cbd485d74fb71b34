#pragma once

#include "imaging/dicom/image_description.h"
#include "imaging/geometry.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imaging {

/// (0020,0037) as unit vectors.
struct PlaneOrientation
{
    PatientPoint row; ///< Direction in which columns are counted.
    PatientPoint column; ///< Direction in which rows are counted.
    PatientPoint normal;
};

/// Nothing unless the text is three finite numbers.
std::optional<PatientPoint> parsePosition(std::string_view text);

/// Nothing unless the text is six finite numbers that are two unit vectors at right angles (to one percent).
std::optional<PlaneOrientation> parseOrientation(std::string_view text);

/// The two positive numbers of (0028,0030) and the like, (row, column) order kept; nothing for zero, missing or
/// garbage.
std::optional<std::array<double, 2>> parseSpacing(std::string_view text);

/// Whether two orientations are the same to a twentieth of a degree.
bool sameOrientation(const PlaneOrientation& a, const PlaneOrientation& b);

/// Whether two pixel sizes are the same to a ten-thousandth of a pixel, or both unknown.
bool sameSpacing(const std::optional<std::array<double, 2>>& a, const std::optional<std::array<double, 2>>& b);

/// Position of each slice along the normal of the first, mm; empty when any slice has no position or orientation.
std::vector<double> positionsAlongNormal(const std::vector<FrameGeometry>& slices);

/// The grid of slices in this order, and why they are no regular grid when they are none.
struct StackGeometry
{
    VoxelGrid grid;
    std::string notRegular;
};

/// The one sentence for the user about slices that lie unevenly; empty for regular stacks and for slices that have no
/// positions at all.
std::string irregularSentence(const std::string& notRegular);

/// `pixelSpacing` is (row, column) distance in mm.
StackGeometry stackGeometry(
    const std::vector<FrameGeometry>& slices, int columns, int rows, std::optional<std::array<double, 2>> pixelSpacing);

} // namespace imaging
