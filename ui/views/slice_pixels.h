#pragma once

#include "imaging/plane.h"
#include "imaging/projection.h"
#include "imaging/reslice.h"
#include "imaging/volume.h"

#include <memory>
#include <optional>
#include <vector>

namespace ui {

/// A plane of a volume as drawing needs it, and halved copies (means of 2x2) made when the picture is first shown that
/// small, so that a large X-ray in a small view does not flicker. Of a slice these are the volume's own voxels, not
/// copied; other planes are resliced once. One thread at a time.
class SlicePixels
{
public:
    /// Keeps the volume alive. Outside of it the picture is as dark as can be. Throws imaging::Error(WrongUse) for a
    /// plane without pixels.
    SlicePixels(std::shared_ptr<const imaging::Volume> volume, const imaging::Plane& plane,
        imaging::Interpolation interpolation = imaging::Interpolation::Trilinear);
    /// A slab around the plane, as imaging::project has it.
    SlicePixels(std::shared_ptr<const imaging::Volume> volume, const imaging::Plane& plane, const imaging::Slab& slab);
    /// A slice as it is stored. Throws imaging::Error(WrongUse) when there is no such slice.
    SlicePixels(const std::shared_ptr<const imaging::Volume>& volume, int slice);

    const imaging::Plane& plane() const { return m_plane; }
    /// Nothing: the plane alone.
    const std::optional<imaging::Slab>& slab() const { return m_slab; }
    int columns() const { return m_plane.columns; }
    int rows() const { return m_plane.rows; }
    int components() const { return m_volume->components(); }

    /// Level for `scale` device pixels per picture pixel: 0 from 1/2 up, 1 from 1/4 up, and so on.
    int levelFor(double scale) const;
    int levelColumns(int level) const;
    int levelRows(int level) const;

    /// Mean of rows `row0` and `row1` weighted (1 - weight, weight), values `first`..`last` of the level's row, the
    /// components interleaved, written to `out`[first..last].
    void blendRows(int level, int row0, int row1, float weight, int first, int last, float* out) const;

private:
    struct Level
    {
        int columns = 0;
        int rows = 0;
        std::vector<float> values;
    };

    void addLevel() const;

    std::shared_ptr<const imaging::Volume> m_volume;
    imaging::Plane m_plane;
    std::optional<imaging::Slab> m_slab;
    const std::byte* m_slice = nullptr; ///< In the volume; null for other planes.
    std::vector<float> m_resliced; ///< Of other planes.
    mutable std::vector<Level> m_levels; ///< Level 1 and up.
};

} // namespace ui
