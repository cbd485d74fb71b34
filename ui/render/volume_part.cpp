#include "ui/render/volume_part.h"

#include "imaging/grid_frame.h"
#include "imaging/voxel_type.h"
#include "ui/render/solid_presets.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkFixedPointVolumeRayCastMapper.h>
#include <vtkImageData.h>
#include <vtkImageShrink3D.h>
#include <vtkMatrix4x4.h>
#include <vtkNew.h>
#include <vtkOpenGLGPUVolumeRayCastMapper.h>
#include <vtkPointData.h>
#include <vtkVolume.h>
#include <vtkVolumeProperty.h>

#include <algorithm>
#include <thread>

namespace ui {

namespace {

/// The caster keeps three bytes of directions a voxel beside the voxels: of more than these every second is left out.
constexpr std::size_t kMostVoxels = 160'000'000;
constexpr int kCoarsest = 8;

vtkSmartPointer<vtkVolumeMapper> makeMapper(bool fast)
{
    if (fast) {
        auto mapper = vtkSmartPointer<vtkOpenGLGPUVolumeRayCastMapper>::New();
        mapper->SetAutoAdjustSampleDistances(0);
        mapper->SetSampleDistance(0.5F);
        return mapper;
    }
    auto mapper = vtkSmartPointer<vtkFixedPointVolumeRayCastMapper>::New();
    mapper->SetAutoAdjustSampleDistances(0);
    mapper->SetNumberOfThreads(static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
    return mapper;
}

/// The voxels themselves, which must outlive the image; spacing as the grid's, its axes left to the volume's matrix.
vtkSmartPointer<vtkImageData> imageOf(const imaging::Volume& volume)
{
    const auto& grid = volume.grid();
    const imaging::GridFrame frame(grid);
    auto image = vtkSmartPointer<vtkImageData>::New();
    image->SetDimensions(grid.columns, grid.rows, grid.slices);
    image->SetSpacing(length(frame.step(0)), length(frame.step(1)), length(frame.step(2)));
    imaging::withVoxelType(volume.type(), [&](auto zero) {
        using T = decltype(zero);
        vtkNew<vtkAOSDataArrayTemplate<T>> values;
        values->SetArray(const_cast<T*>(volume.voxels<T>().data()), static_cast<vtkIdType>(grid.voxels()), /*save=*/1);
        image->GetPointData()->SetScalars(values);
    });
    return image;
}

vtkSmartPointer<vtkImageData> shrunk(vtkImageData& image)
{
    vtkNew<vtkImageShrink3D> shrink;
    shrink->SetInputData(&image);
    shrink->SetShrinkFactors(2, 2, 2);
    shrink->MeanOff();
    shrink->Update();
    return shrink->GetOutput();
}

vtkSmartPointer<vtkMatrix4x4> toPatient(const imaging::VoxelGrid& grid)
{
    const imaging::GridFrame frame(grid);
    auto matrix = vtkSmartPointer<vtkMatrix4x4>::New();
    for (int axis = 0; axis < 3; ++axis) {
        const auto step = frame.step(static_cast<std::size_t>(axis));
        const auto unit = (1 / length(step)) * step;
        matrix->SetElement(0, axis, unit.x);
        matrix->SetElement(1, axis, unit.y);
        matrix->SetElement(2, axis, unit.z);
    }
    const auto origin = frame.toPatient(0, 0, 0);
    matrix->SetElement(0, 3, origin.x);
    matrix->SetElement(1, 3, origin.y);
    matrix->SetElement(2, 3, origin.z);
    return matrix;
}

} // namespace

VolumePart::VolumePart(bool fast)
    : m_fast(fast)
    , m_mapper(makeMapper(fast))
    , m_volume(vtkSmartPointer<vtkVolume>::New())
{
    m_volume->SetMapper(m_mapper);
}

VolumePart::~VolumePart() = default;

vtkVolume& VolumePart::prop()
{
    return *m_volume;
}

void VolumePart::follow(const SolidScene& scene)
{
    const bool isSeen = scene.volume && scene.preset != SolidPreset::None && scene.volume->components() == 1;
    m_volume->SetVisibility(isSeen);
    if (!isSeen)
        return;
    if (m_shown != scene.volume)
        takeVolume(scene.volume);
    vtkNew<vtkVolumeProperty> property;
    applyPreset(scene.preset, scene.window, *property);
    m_volume->SetProperty(property);
    crop(scene.crop);
}

void VolumePart::forget()
{
    m_volume->SetVisibility(false);
    m_mapper->SetInputDataObject(nullptr);
    m_shown.reset();
}

void VolumePart::takeVolume(const std::shared_ptr<const imaging::Volume>& volume)
{
    auto image = imageOf(*volume);
    if (volume->grid().voxels() > kMostVoxels)
        image = shrunk(*image);
    m_mapper->SetInputDataObject(image);
    m_volume->SetUserMatrix(toPatient(volume->grid()));
    m_shown = volume; // Not before the mapper has let go of the last one's voxels.
}

void VolumePart::crop(const std::optional<annotations::MaskRegion>& region)
{
    m_mapper->SetCropping(region.has_value());
    if (!region)
        return;
    const imaging::GridFrame frame(m_shown->grid());
    const std::array mm{length(frame.step(0)), length(frame.step(1)), length(frame.step(2))};
    m_mapper->SetCroppingRegionPlanes((region->firstColumn - 0.5) * mm[0], (region->lastColumn + 0.5) * mm[0],
        (region->firstRow - 0.5) * mm[1], (region->lastRow + 0.5) * mm[1], (region->firstSlice - 0.5) * mm[2],
        (region->lastSlice + 0.5) * mm[2]);
    m_mapper->SetCroppingRegionFlagsToSubVolume();
}

void VolumePart::setQuality(SolidQuality quality)
{
    const int step = quality == SolidQuality::Fine ? 1 : m_coarseStep;
    if (auto* caster = vtkFixedPointVolumeRayCastMapper::SafeDownCast(m_mapper)) {
        caster->SetImageSampleDistance(static_cast<float>(step));
        caster->SetSampleDistance(quality == SolidQuality::Fine ? 0.7F : 1.5F);
    }
}

void VolumePart::tellCoarseTime(double milliseconds)
{
    if (milliseconds > 40)
        m_coarseStep = std::min(m_coarseStep + 1, kCoarsest);
    else if (milliseconds < 15)
        m_coarseStep = std::max(m_coarseStep - 1, 2);
}

} // namespace ui
