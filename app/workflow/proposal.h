#pragma once

#include "annotations/mask_edit.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/packed_plane.h"
#include "app/workflow/prompt.h"
#include "app/workflow/segment.h"
#include "imaging/geometry.h"
#include "imaging/laterality.h"
#include "imaging/progress.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace app {

/// For each probability the largest hundredth that is not above it: exact for thresholds in hundredths.
std::vector<std::uint8_t> inHundredths(std::span<const float> probabilities);

/// The same back: thresholded() at a hundredth gives the same mask as before.
std::vector<float> fromHundredths(std::span<const std::uint8_t> hundredths);

/// An answer of the model that waits to be accepted, packed, so that those of a whole CT can wait for their threshold.
struct ProposedSlice
{
    PackedPlane hundredths; ///< inHundredths() of the probabilities.
    PackedPlane classes{}; ///< likeliestClasses(); empty: one class.
};

/// By slice.
using ProposedSlices = std::map<int, ProposedSlice>;

/// The voxels from the threshold up, as runs of their class's label: `values` by class, or the one that all get.
std::vector<LabelRun> runsAbove(const ProposedSlices& slices, const imaging::VoxelGrid& grid, float threshold,
    std::span<const std::uint16_t> values);

/// The same for probabilities as they are, at any threshold.
std::vector<LabelRun> runsAbove(std::span<const SliceProbabilities> slices, const imaging::VoxelGrid& grid,
    float threshold, std::span<const std::uint16_t> values);

/// Takes labels away from a slice.
void eraseLabels(annotations::MaskEdit& edit, int slice, std::span<const std::uint16_t> values);

/// What the sentence says and the mask of a slice (1 inside) does not show, or that the mask is empty; one sentence
/// each. `finding`: the package's; of other findings nothing is expected. Empty: all count.
imaging::Warnings remarksOn(std::span<const std::uint8_t> mask, const std::string& text, const imaging::VoxelGrid& grid,
    const imaging::PictureSides& sides, imaging::Sides user, std::string_view finding = {});

} // namespace app
