#pragma once

#include "ui/render/solid_scene.h"

#include <vtkSmartPointer.h>

#include <vector>

class vtkActor;
class vtkRenderer;

namespace ui {

/// The segments' skins of a scene as VTK draws them.
class SurfacesPart
{
public:
    explicit SurfacesPart(vtkRenderer& renderer)
        : m_renderer(renderer)
    {
    }

    /// Follows the scene: what was there before stays as it is.
    void follow(const SolidScene& scene);

private:
    struct Shown
    {
        SolidSurface surface;
        vtkSmartPointer<vtkActor> actor;
    };

    vtkSmartPointer<vtkActor> actorOf(const SolidSurface& surface);
    void crop(const SolidScene& scene);

    vtkRenderer& m_renderer;
    std::vector<Shown> m_shown;
};

} // namespace ui
