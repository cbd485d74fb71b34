#include "ui/render/solid_presets.h"

#include <vtkColorTransferFunction.h>
#include <vtkNew.h>
#include <vtkPiecewiseFunction.h>
#include <vtkVolumeProperty.h>

#include <vector>

namespace ui {

namespace {

struct Stop
{
    double value;
    double opacity;
    std::array<double, 3> colour;
};

std::vector<Stop> stopsOf(SolidPreset preset, const imaging::WindowLevel& window)
{
    constexpr std::array kWhite{1.0, 0.98, 0.93};
    switch (preset) {
    case SolidPreset::Bone:
        return {{140, 0, {0.55, 0.3, 0.2}}, {240, 0.25, {0.85, 0.62, 0.42}}, {500, 0.8, {0.98, 0.92, 0.8}}, {1200, 0.95, kWhite}};
    case SolidPreset::Lung:
        return {{-960, 0, {0.1, 0.1, 0.15}}, {-900, 0.005, {0.35, 0.45, 0.6}}, {-700, 0.035, {0.6, 0.7, 0.85}},
            {-500, 0.3, {0.95, 0.75, 0.65}}, {-300, 0.1, {0.9, 0.5, 0.4}}, {-200, 0, {0.8, 0.4, 0.35}}};
    case SolidPreset::Vessels:
        return {{110, 0, {0.5, 0.1, 0.08}}, {170, 0.25, {0.8, 0.2, 0.15}}, {300, 0.7, {0.95, 0.45, 0.35}}, {600, 0.85, kWhite}};
    case SolidPreset::Soft:
        return {{-120, 0, {0.5, 0.3, 0.25}}, {-40, 0.03, {0.75, 0.5, 0.4}}, {40, 0.35, {0.85, 0.55, 0.47}},
            {200, 0.6, {0.95, 0.8, 0.7}}, {600, 0.9, kWhite}};
    case SolidPreset::Window:
    case SolidPreset::None:
        break;
    }
    const double low = window.center - window.width / 2;
    const double high = window.center + window.width / 2;
    return {{low, 0, {0, 0, 0}}, {low + 0.3 * (high - low), 0, {0.3, 0.3, 0.3}}, {high, 0.6, {1, 1, 1}}};
}

} // namespace

void applyPreset(SolidPreset preset, const imaging::WindowLevel& window, vtkVolumeProperty& property)
{
    vtkNew<vtkPiecewiseFunction> opacity;
    vtkNew<vtkColorTransferFunction> colour;
    for (const auto& stop : stopsOf(preset, window)) {
        opacity->AddPoint(stop.value, stop.opacity);
        colour->AddRGBPoint(stop.value, stop.colour[0], stop.colour[1], stop.colour[2]);
    }
    property.SetScalarOpacity(opacity);
    property.SetColor(colour);
    property.SetScalarOpacityUnitDistance(1); // Millimetres.
    property.SetInterpolationTypeToLinear();
    property.ShadeOn();
    property.SetAmbient(0.25);
    property.SetDiffuse(0.75);
    property.SetSpecular(0.2);
    property.SetSpecularPower(12);
}

} // namespace ui
