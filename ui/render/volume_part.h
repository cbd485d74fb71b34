#pragma once

#include "ui/render/solid_scene.h"

#include <vtkSmartPointer.h>

class vtkVolume;
class vtkVolumeMapper;

namespace ui {

/// The volume of a scene as VTK draws it: its voxels are not copied unless there are very many.
class VolumePart
{
public:
    /// `fast`: by the graphics processor; otherwise cast on the processor's cores.
    explicit VolumePart(bool fast);
    ~VolumePart();

    vtkVolume& prop();
    /// Follows the scene: volume, preset, window and crop.
    void follow(const SolidScene& scene);
    /// Lets go of the volume.
    void forget();
    void setQuality(SolidQuality quality);
    /// How long the last coarse picture took; those that follow are as fine as the time allows.
    void tellCoarseTime(double milliseconds);

private:
    void takeVolume(const std::shared_ptr<const imaging::Volume>& volume);
    void crop(const std::optional<annotations::MaskRegion>& region);

    bool m_fast;
    int m_coarseStep = 3; ///< Pixels between rays while the camera moves.
    std::shared_ptr<const imaging::Volume> m_shown;
    vtkSmartPointer<vtkVolumeMapper> m_mapper;
    vtkSmartPointer<vtkVolume> m_volume;
};

} // namespace ui
