#pragma once

#include "imaging/volume.h"

#include <memory>
#include <vector>

namespace ui {

/// One slice of a volume as drawing needs it: the volume's own voxels, not copied, and halved copies (means of 2x2)
/// made when the slice is first shown that small, so that a large X-ray in a small view does not flicker. One thread
/// at a time.
class SlicePixels
{
public:
    /// Keeps the volume alive. Throws imaging::Error(WrongUse) when there is no such slice.
    SlicePixels(std::shared_ptr<const imaging::Volume> volume, int slice);

    int columns() const { return m_columns; }
    int rows() const { return m_rows; }
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
    const std::byte* m_data = nullptr;
    int m_columns = 0;
    int m_rows = 0;
    mutable std::vector<Level> m_levels; ///< Level 1 and up.
};

} // namespace ui
