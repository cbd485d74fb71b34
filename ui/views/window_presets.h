#pragma once

#include "imaging/volume.h"
#include "imaging/window_level.h"

#include <QString>

#include <vector>

namespace ui {

/// A named window on one of the keys 1 to 9.
struct WindowPreset
{
    QString name;
    imaging::WindowLevel window;
};

/// The presets of a picture, in the order of the keys. For CT in HU: the file's window, then the tissues; for
/// everything else: the file's window, the 1..99 percentiles, the full range, and narrower cuts. At most nine, never
/// empty.
std::vector<WindowPreset> presetsFor(const imaging::Volume& volume);

/// The window that a picture opens with: the file's, else lung for a chest CT, else the 0.5..99.5 percentiles.
imaging::WindowLevel openingWindow(const imaging::Volume& volume);

/// The window that shows from the `low` to the `high` percentile (0..100) of the values, padding left out. Looks at no
/// more than some ten thousand voxels.
imaging::WindowLevel percentileWindow(const imaging::Volume& volume, double low, double high);

} // namespace ui
