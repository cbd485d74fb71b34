#pragma once

#include <cstdint>

namespace ui {

/// How a view cuts the picture: along its slices as they are stored, in one of the patient's directions through its
/// voxels, or freely. Where exactly is ViewState's.
enum class ViewPlane : std::uint8_t { Stored, Axial, Coronal, Sagittal, Oblique };

} // namespace ui
