#pragma once

#include "annotations/mask_edit.h"
#include "annotations/value_gate.h"
#include "imaging/plane.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace imaging {
class Volume;
}

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

/// How far a tool looks for what is connected to where it was pressed.
struct RegionChoice
{
    enum class Extent : std::uint8_t {
        Plane, ///< The voxels that the plane cuts.
        Volume, ///< All within `reachMm` along each axis of the grid.
    };
    Extent extent = Extent::Plane;
    double reachMm = 30;

    friend bool operator==(const RegionChoice&, const RegionChoice&) = default;
};

/// What scissors take away.
struct CutChoice
{
    enum class Side : std::uint8_t { Inside, Outside };
    Side side = Side::Inside; ///< Of the outline.
    double depthMm = 0; ///< Half of it in front of the plane and half behind; 0: all layers.

    friend bool operator==(const CutChoice&, const CutChoice&) = default;
};

/// Where the tool works, and what the user has chosen for it.
struct ToolOptions
{
    imaging::Plane plane; ///< Axial, coronal, sagittal or oblique.
    std::uint16_t label = 1; ///< That is drawn with.
    double radiusMm = 5;
    BrushTip tip = BrushTip::Disc;
    const imaging::Volume* picture = nullptr; ///< That the masks lie on, on the same grid; must outlive the tool.
    ValueRange range = {}; ///< Of the picture's values, for ToolReads::ValuesInRange.
    RegionChoice region = {};
    CutChoice cut = {};
};

/// How a tool is used.
enum class ToolGesture {
    Drag, ///< From the button's press to its release.
    Clicks, ///< From the first click to the one, or the key, that ends it.
};

enum class AfterClick { GoOn, End };

/// What is drawn so far of a use that has not changed the mask yet, and where it would go on.
struct ToolOutline
{
    std::vector<PlanePosition> corners; ///< That the user has set, each with a handle.
    std::optional<PlanePosition> loose; ///< Where the pointer is.
    /// The line through the corners, or one that is drawn without any; empty: straight from one corner to the next.
    std::vector<PlanePosition> path = {};
    std::optional<ValueRange> window = {}; ///< Of the values that are taken now, to be told at the pointer.

    bool empty() const { return corners.empty() && path.empty() && !window; }
};

/// One use of a tool: it changes an edit, which the caller keeps or takes back. Positions are the plane's, so that what
/// is drawn keeps its place in the patient however the view is zoomed or moved. Calls that paint give the box of voxels
/// that was painted over; nothing: none.
///
///     const auto tool = kind.make(edit, options);
///     tool->begin(at);
///     tool->move(to);
///     tool->end();
class Tool
{
public:
    virtual ~Tool() = default;

    /// The button goes down, or the first click. Throws Error(WrongUse) when the options do not suit the tool.
    virtual std::optional<MaskRegion> begin(PlanePosition at) = 0;
    /// The pointer is elsewhere: while the button is down, or between clicks.
    virtual std::optional<MaskRegion> move(PlanePosition to) = 0;
    /// The button is let go, or the clicks have an end.
    virtual std::optional<MaskRegion> end() { return std::nullopt; }

    /// A click after the first one, of a tool that is used by clicks. Within `reachMm` it means what it lies next to.
    virtual AfterClick click(PlanePosition, double /*reachMm*/) { return AfterClick::End; }
    /// The button of that click, or of begin(), is let go; until then move() may drag what the click means.
    virtual AfterClick release() { return AfterClick::GoOn; }
    /// Takes the last click back; false when none is left.
    virtual bool takeBack() { return false; }
    /// Whether enough was drawn for end().
    virtual bool canEnd() const { return true; }
    virtual ToolOutline outline() const { return {}; }
};

/// Whether a tool adds to the chosen label, which must be visible and not locked then.
enum class ToolEffect { Paints, Erases };

/// What a tool looks at of the picture. Where it looks, the picture must be a grey one.
enum class ToolReads { Nothing, ValuesInRange, Values };

/// A kind of tool; `edit` must outlive the tool.
struct ToolKind
{
    ToolEffect effect = ToolEffect::Paints;
    std::unique_ptr<Tool> (*make)(MaskEdit& edit, const ToolOptions& options) = nullptr;
    ToolGesture gesture = ToolGesture::Drag;
    ToolReads reads = ToolReads::Nothing;
};

} // namespace annotations
