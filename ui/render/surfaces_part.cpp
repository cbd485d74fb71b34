#include "ui/render/surfaces_part.h"

#include "imaging/grid_frame.h"

#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkNew.h>
#include <vtkPlane.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkPolyDataNormals.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>

#include <algorithm>
#include <utility>

namespace ui {

namespace {

vtkSmartPointer<vtkPolyData> meshOf(const annotations::Surface& surface)
{
    vtkNew<vtkPoints> points;
    points->SetDataTypeToFloat();
    points->SetNumberOfPoints(static_cast<vtkIdType>(surface.points.size()));
    for (std::size_t i = 0; i < surface.points.size(); ++i)
        points->SetPoint(static_cast<vtkIdType>(i), surface.points[i].data());
    vtkNew<vtkCellArray> triangles;
    triangles->AllocateExact(
        static_cast<vtkIdType>(surface.triangles.size()), static_cast<vtkIdType>(3 * surface.triangles.size()));
    for (const auto& [a, b, c] : surface.triangles)
        triangles->InsertNextCell({vtkIdType{a}, vtkIdType{b}, vtkIdType{c}});
    auto mesh = vtkSmartPointer<vtkPolyData>::New();
    mesh->SetPoints(points);
    mesh->SetPolys(triangles);
    return mesh;
}

} // namespace

vtkSmartPointer<vtkActor> SurfacesPart::actorOf(const SolidSurface& surface)
{
    vtkNew<vtkPolyDataNormals> normals;
    normals->SetInputData(meshOf(*surface.surface));
    normals->SplittingOff();
    normals->ConsistencyOff();
    normals->Update();
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputData(normals->GetOutput());
    mapper->ScalarVisibilityOff();
    auto actor = vtkSmartPointer<vtkActor>::New();
    actor->SetMapper(mapper);
    auto* property = actor->GetProperty();
    property->SetColor(surface.colour[0] / 255.0, surface.colour[1] / 255.0, surface.colour[2] / 255.0);
    property->SetOpacity(surface.opacity);
    property->SetAmbient(0.2);
    property->SetDiffuse(0.8);
    property->SetSpecular(0.15);
    property->SetSpecularPower(15);
    m_renderer.AddActor(actor);
    return actor;
}

void SurfacesPart::follow(const SolidScene& scene)
{
    std::vector<Shown> shown;
    for (const auto& surface : scene.surfaces) {
        const auto same = std::find_if(
            m_shown.begin(), m_shown.end(), [&](const Shown& old) { return old.actor && old.surface == surface; });
        shown.push_back({surface, same == m_shown.end() ? actorOf(surface) : std::exchange(same->actor, nullptr)});
    }
    for (const auto& gone : m_shown)
        if (gone.actor)
            m_renderer.RemoveActor(gone.actor);
    m_shown = std::move(shown);
    crop(scene);
}

void SurfacesPart::crop(const SolidScene& scene)
{
    std::vector<vtkSmartPointer<vtkPlane>> planes;
    if (scene.crop && scene.volume) {
        const imaging::GridFrame frame(scene.volume->grid());
        const auto& c = *scene.crop;
        const auto low = frame.toPatient(c.firstColumn - 0.5, c.firstRow - 0.5, c.firstSlice - 0.5);
        const auto high = frame.toPatient(c.lastColumn + 0.5, c.lastRow + 0.5, c.lastSlice + 0.5);
        for (std::size_t axis = 0; axis < 3; ++axis)
            for (const auto& [at, sign] : {std::pair(low, 1.0), std::pair(high, -1.0)}) {
                const auto normal = sign * frame.gradient(axis);
                auto plane = vtkSmartPointer<vtkPlane>::New();
                plane->SetOrigin(at.x, at.y, at.z);
                plane->SetNormal(normal.x, normal.y, normal.z);
                planes.push_back(plane);
            }
    }
    for (const auto& [surface, actor] : m_shown) {
        actor->GetMapper()->RemoveAllClippingPlanes();
        for (const auto& plane : planes)
            actor->GetMapper()->AddClippingPlane(plane);
    }
}

} // namespace ui
