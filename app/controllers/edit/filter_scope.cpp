#include "app/controllers/edit/filter_scope.h"

#include "app/session/session.h"
#include "ui/views/view_plane.h"
#include "ui/views/view_state.h"

#include <cstddef>

namespace app {

namespace {

constexpr std::size_t kMostLabels = 255;

std::optional<imaging::GridAxis> axisOfView(const imaging::VoxelGrid& grid, ui::ViewPlane view)
{
    switch (view) {
    case ui::ViewPlane::Stored:
        return imaging::GridAxis::Slice;
    case ui::ViewPlane::Axial:
        return imaging::axisAcross(grid, imaging::Orientation::Axial);
    case ui::ViewPlane::Coronal:
        return imaging::axisAcross(grid, imaging::Orientation::Coronal);
    case ui::ViewPlane::Sagittal:
        return imaging::axisAcross(grid, imaging::Orientation::Sagittal);
    case ui::ViewPlane::Oblique:
        break;
    }
    return std::nullopt;
}

} // namespace

std::optional<GridLayer> layerInHand(const ui::ViewState& state, const imaging::VoxelGrid& grid)
{
    const ui::ViewPlane view = state.planeInHand();
    const auto axis = axisOfView(grid, view);
    if (!axis)
        return std::nullopt;
    return GridLayer{*axis, state.layer(view)};
}

annotations::FilterScope wholeScope(const Session& session)
{
    annotations::FilterScope scope;
    scope.label = session.activeLabel();
    scope.box = annotations::wholeBox(session.labelMap()->grid());
    for (const auto& label : session.labels())
        if (label.locked || !label.visible)
            scope.locked.push_back(label.value);
    annotations::LabelTable labels = session.labels();
    while (labels.size() < kMostLabels) {
        annotations::Label label;
        label.value = annotations::freeValue(labels);
        scope.fresh.push_back(label.value);
        labels.push_back(label);
    }
    return scope;
}

annotations::LabelTable labelsAfterWork(annotations::LabelTable labels, std::uint16_t value)
{
    auto* label = annotations::findLabel(labels, value);
    if (label && label->algorithm == annotations::AlgorithmType::Automatic)
        label->algorithm = annotations::AlgorithmType::SemiAutomatic;
    return labels;
}

} // namespace app
