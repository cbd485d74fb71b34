#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ui {

/// Which views of a picture are side by side.
enum class ViewLayout : std::uint8_t {
    Single, ///< The slices as they are stored.
    Planes, ///< Axial, coronal, sagittal and oblique, with a crosshair that links them.
    PlanesAndSolid, ///< Axial, coronal, sagittal and what lies in space.
    Solid, ///< What lies in space alone.
};

/// As settings and options name them, in the order of the layouts.
constexpr std::array<std::string_view, 4> kLayoutNames{"single", "planes", "planes-and-3d", "3d"};

/// Nothing for a name that is none.
constexpr std::optional<ViewLayout> layoutFrom(std::string_view name)
{
    for (std::size_t i = 0; i < kLayoutNames.size(); ++i)
        if (kLayoutNames[i] == name)
            return static_cast<ViewLayout>(i);
    return std::nullopt;
}

} // namespace ui
