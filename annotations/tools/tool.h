#pragma once

#include "annotations/mask_edit.h"
#include "imaging/plane.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace annotations {

/// A position in the pixels of the plane that is drawn on, fractional; (0, 0) is the centre of the first pixel. May lie
/// outside the picture.
struct PlanePosition
{
    double column = 0;
    double row = 0;
};

/// What a brush reaches around its place on a plane.
enum class BrushTip : std::uint8_t {
    Disc, ///< The voxels that the plane cuts; of a layer of voxels that layer alone.
    Sphere, ///< In front of the plane and behind it too.
};

/// Where the tool works, and what the user has chosen for it.
struct ToolOptions
{
    imaging::Plane plane; ///< Axial, coronal, sagittal or oblique.
    std::uint16_t label = 1; ///< That is drawn with.
    double radiusMm = 5;
    BrushTip tip = BrushTip::Disc;
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
    virtual std::optional<MaskRegion> begin(PlanePosition at) = 0;
    virtual std::optional<MaskRegion> move(PlanePosition to) = 0;
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
