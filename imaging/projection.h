#pragma once

#include "imaging/reslice.h"

#include <cstdint>
#include <vector>

namespace imaging {

/// What a slab of a volume shows at a pixel, of all values across it.
enum class Projection : std::uint8_t { Maximum, Minimum, Mean };

/// What a picture shows of the values across its plane.
struct Slab
{
    Projection projection = Projection::Maximum;
    double thicknessMm = 10;

    friend bool operator==(const Slab&, const Slab&) = default;
};

/// A slab around a plane seen along the plane's normal: what lies not farther than half of `thicknessMm` from it, on
/// either side. Where the plane's pixels are voxels these are the voxels' own values, layer by layer; otherwise values
/// as far apart as the grid's finest spacing, interpolated as `options` says. What is no number, or outside the
/// volume, is left out; a pixel with nothing else has `options.outside`. Values row by row, the components of a colour
/// volume interleaved. Throws Error(WrongUse) as `reslice`, and for a thickness that is negative or not finite.
std::vector<float> project(const Volume& volume, const Plane& plane, Projection projection, double thicknessMm,
    const ResliceOptions& options = {});

} // namespace imaging
