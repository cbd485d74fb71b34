#pragma once

#include "annotations/mask_edit.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace annotations {

/// A position in voxels, fractional; (0, 0, 0) is the centre of the first voxel. May lie outside the grid.
struct VoxelPoint
{
    double column = 0;
    double row = 0;
    double slice = 0;
};

/// What the user has chosen for the tool.
struct ToolOptions
{
    std::uint16_t label = 1; ///< That is drawn with.
    double radiusMm = 5;
};

/// One use of a tool, from the button's press to its release: it changes an edit, which the caller keeps or takes back.
/// Each call gives the box of voxels that it painted over; nothing: none.
///
///     const auto tool = kind.make(edit, options);
///     tool->begin(at);
///     tool->move(to);
///     tool->end();
class Tool
{
public:
    virtual ~Tool() = default;

    /// Throws Error(WrongUse) when the options do not suit the tool.
    virtual std::optional<MaskRegion> begin(VoxelPoint at) = 0;
    virtual std::optional<MaskRegion> move(VoxelPoint to) = 0;
    virtual std::optional<MaskRegion> end() { return std::nullopt; }
};

/// Whether a tool adds to the chosen label, which must be visible and not locked then.
enum class ToolEffect { Paints, Erases };

/// A kind of tool; `edit` must outlive the tool.
struct ToolKind
{
    ToolEffect effect = ToolEffect::Paints;
    std::unique_ptr<Tool> (*make)(MaskEdit& edit, const ToolOptions& options) = nullptr;
};

} // namespace annotations
