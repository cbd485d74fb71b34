#include "annotations/surface/surface.h"
#include "imaging/grid_frame.h"

#include <vtkCellArray.h>
#include <vtkCellArrayIterator.h>
#include <vtkDiscreteFlyingEdges3D.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPolyData.h>
#include <vtkWindowedSincPolyDataFilter.h>

namespace annotations {

namespace {

constexpr int kIterations = 20;
constexpr double kPassBand = 0.08;

/// The segment as ones in its box, with a voxel of nothing around, in spacing of the grid.
vtkNew<vtkImageData> binaryImage(const LabelMap& map, std::uint16_t value, const MaskRegion& box)
{
    const auto& grid = map.grid();
    const int columns = box.lastColumn - box.firstColumn + 3;
    const int rows = box.lastRow - box.firstRow + 3;
    const int slices = box.lastSlice - box.firstSlice + 3;
    vtkNew<vtkImageData> image;
    image->SetDimensions(columns, rows, slices);
    const imaging::GridFrame frame(grid);
    image->SetSpacing(length(frame.step(0)), length(frame.step(1)), length(frame.step(2)));
    image->AllocateScalars(VTK_UNSIGNED_CHAR, 1);
    auto* out = static_cast<unsigned char*>(image->GetScalarPointer());
    std::fill_n(out, static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows) * static_cast<std::size_t>(slices), 0);
    for (int slice = 1; slice < slices - 1; ++slice)
        for (int row = 1; row < rows - 1; ++row) {
            const auto* in = map.voxels().data()
                + grid.offset({box.firstColumn, box.firstRow + row - 1, box.firstSlice + slice - 1});
            auto* to = out + (static_cast<std::ptrdiff_t>(slice) * rows + row) * columns + 1;
            for (int column = 0; column < columns - 2; ++column)
                to[column] = in[column] == value ? 1 : 0;
        }
    return image;
}

/// From the box's millimetres to the patient's.
void copyPoints(vtkPolyData& mesh, const imaging::VoxelGrid& grid, const MaskRegion& box, Surface& surface)
{
    const imaging::GridFrame frame(grid);
    const std::array lengths{length(frame.step(0)), length(frame.step(1)), length(frame.step(2))};
    surface.points.resize(static_cast<std::size_t>(mesh.GetNumberOfPoints()));
    for (std::size_t i = 0; i < surface.points.size(); ++i) {
        std::array<double, 3> at{};
        mesh.GetPoint(static_cast<vtkIdType>(i), at.data());
        const auto point = frame.toPatient(at[0] / lengths[0] + box.firstColumn - 1, at[1] / lengths[1] + box.firstRow - 1,
            at[2] / lengths[2] + box.firstSlice - 1);
        surface.points[i] = {static_cast<float>(point.x), static_cast<float>(point.y), static_cast<float>(point.z)};
    }
}

/// A mirrored grid turns triangles inside out.
bool isMirrored(const imaging::VoxelGrid& grid)
{
    const imaging::GridFrame frame(grid);
    return dot(cross(frame.step(0), frame.step(1)), frame.step(2)) < 0;
}

void copyTriangles(vtkPolyData& mesh, bool turned, Surface& surface)
{
    surface.triangles.reserve(static_cast<std::size_t>(mesh.GetNumberOfPolys()));
    const auto walk = vtk::TakeSmartPointer(mesh.GetPolys()->NewIterator());
    for (walk->GoToFirstCell(); !walk->IsDoneWithTraversal(); walk->GoToNextCell()) {
        vtkIdType count = 0;
        const vtkIdType* corners = nullptr;
        walk->GetCurrentCell(count, corners);
        if (count != 3)
            continue;
        const auto a = static_cast<std::uint32_t>(corners[0]);
        const auto b = static_cast<std::uint32_t>(corners[1]);
        const auto c = static_cast<std::uint32_t>(corners[2]);
        surface.triangles.push_back(turned ? std::array{a, c, b} : std::array{a, b, c});
    }
}

} // namespace

} // namespace annotations

/// What annotations::surfaceOf does, for who has opened the library.
extern "C" __attribute__((visibility("default"))) annotations::Surface limnSurfaceOf(const annotations::LabelMap& map,
    std::uint16_t value, const annotations::MaskRegion& box, annotations::Smoothing smoothing)
{
    using namespace annotations;
    const auto image = binaryImage(map, value, box);
    vtkNew<vtkDiscreteFlyingEdges3D> edges;
    edges->SetInputData(image);
    edges->SetValue(0, 1);
    edges->ComputeNormalsOff();
    edges->ComputeGradientsOff();
    edges->ComputeScalarsOff();
    vtkNew<vtkWindowedSincPolyDataFilter> sinc;
    sinc->SetInputConnection(edges->GetOutputPort());
    sinc->SetNumberOfIterations(kIterations);
    sinc->SetPassBand(kPassBand);
    sinc->BoundarySmoothingOff();
    sinc->FeatureEdgeSmoothingOff();
    sinc->NonManifoldSmoothingOn();
    sinc->NormalizeCoordinatesOn();
    vtkPolyDataAlgorithm& last = smoothing == Smoothing::None ? static_cast<vtkPolyDataAlgorithm&>(*edges) : *sinc;
    last.Update();
    Surface surface;
    copyPoints(*last.GetOutput(), map.grid(), box, surface);
    copyTriangles(*last.GetOutput(), isMirrored(map.grid()), surface);
    return surface;
}
