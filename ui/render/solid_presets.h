#pragma once

#include "ui/render/solid_scene.h"

class vtkVolumeProperty;

namespace ui {

/// Opacities, by millimetre, and colours of a preset over a volume's values.
void applyPreset(SolidPreset preset, const imaging::WindowLevel& window, vtkVolumeProperty& property);

/// The opacity from which on a place of the volume counts as seen.
constexpr double kSeenOpacity = 0.08;

} // namespace ui
