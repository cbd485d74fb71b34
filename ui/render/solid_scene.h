#pragma once

#include "annotations/mask_delta.h"
#include "annotations/surface/surface.h"
#include "imaging/geometry.h"
#include "imaging/volume.h"
#include "imaging/window_level.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ui {

/// What of a volume is seen in space, and in which colours.
enum class SolidPreset : std::uint8_t {
    None, ///< Surfaces alone.
    Bone, ///< These four by Hounsfield units.
    Lung,
    Vessels,
    Soft,
    Window, ///< Brighter values are denser, as the window of the pictures tells them apart.
};

/// A segment's skin and how it is drawn.
struct SolidSurface
{
    std::shared_ptr<const annotations::Surface> surface;
    std::array<std::uint8_t, 3> colour{}; ///< sRGB
    double opacity = 1;

    friend bool operator==(const SolidSurface&, const SolidSurface&) = default;
};

/// All that lies in space, in the patient's millimetres (LPS).
struct SolidScene
{
    std::shared_ptr<const imaging::Volume> volume; ///< Grey; null: none.
    SolidPreset preset = SolidPreset::None;
    imaging::WindowLevel window; ///< For SolidPreset::Window.
    std::vector<SolidSurface> surfaces;
    std::optional<annotations::MaskRegion> crop; ///< Voxels that are left, ends included; nothing: all.

    friend bool operator==(const SolidScene&, const SolidScene&) = default;
};

/// From where it is seen: in parallel, so that lengths are the same in front and behind.
struct SolidCamera
{
    imaging::PatientPoint focus; ///< In the middle of the picture.
    imaging::PatientPoint toEye{0, -1, 0}; ///< Of length 1; from the front.
    imaging::PatientPoint up{0, 0, 1}; ///< Of length 1, across `toEye`.
    double heightMm = 500; ///< Of what the picture shows.

    friend bool operator==(const SolidCamera&, const SolidCamera&) = default;
};

enum class SolidQuality { Coarse, Fine };

/// Pixels from the top left, 0xffRRGGBB.
struct SolidPicture
{
    int width = 0;
    int height = 0;
    std::vector<std::uint32_t> pixels;
};

} // namespace ui
