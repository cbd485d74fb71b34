#pragma once

#include "ui/render/solid_scene.h"

#include <memory>
#include <optional>

namespace ui {

/// Draws what lies in space. Used on one thread, that which made it. A seam: the programs are not linked to VTK, and
/// limn-render is opened on first need.
class SolidRenderer
{
public:
    virtual ~SolidRenderer() = default;

    /// The scene from a camera. Only what is new since the last call is prepared: the first picture of a volume takes a
    /// second, others a tenth of it.
    virtual SolidPicture render(
        const SolidScene& scene, const SolidCamera& camera, int width, int height, SolidQuality quality)
        = 0;

    /// What is hit first at a pixel of the last picture: a surface, or the volume where it begins to be seen. Nothing:
    /// the ground.
    virtual std::optional<imaging::PatientPoint> pick(int x, int y) = 0;

    /// Lets go of the scene, the volume with it.
    virtual void forget() = 0;

    /// Whether a graphics processor draws, in full quality at once.
    virtual bool isFast() const = 0;
};

/// Opens limn-render. Throws imaging::Error(NotFound) when it is not there or no X display is (DISPLAY).
std::unique_ptr<SolidRenderer> openSolidRenderer();

} // namespace ui
