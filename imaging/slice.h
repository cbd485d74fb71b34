#pragma once

#include "imaging/laterality.h"
#include "imaging/volume.h"
#include "imaging/window_level.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imaging {

/// One picture taken out of a volume: what a model sees. A plain struct so that models may include it.
struct Slice
{
    int columns = 0;
    int rows = 0;
    std::vector<float> values; ///< Rescaled values, row by row; colour pictures as luminance.
    std::vector<std::uint8_t> colour; ///< Red, green and blue of each pixel; empty for grey pictures.
    std::array<double, 2> spacingMm{1, 1}; ///< Between columns, between rows.
    WindowLevel window; ///< To map values to brightness; from the file, or the 0.5..99.5 percentiles.
    bool inverted = false; ///< MONOCHROME1: low values are bright.
    std::string modality;
    std::string bodyPart;
    std::string viewPosition;
    PictureSides sides;
};

/// Where the patient's sides are on slice `index`: by its own tags, or for NIfTI and NRRD by the axes. Unknown for a
/// slice that is not there.
PictureSides sidesOf(const Volume& volume, int index);

/// Slice `index` of a volume. Throws Error(WrongUse) when there is no such slice.
Slice sliceOf(const Volume& volume, int index);

/// The picture laid otherwise, with its sides.
Slice turned(const Slice& slice, Turn turn);

/// The volume's grid with its axes in the patient, for files that other programs read: a picture without a position has
/// those of (0020,0020). Nothing when the picture does not say them, or contradicts itself.
std::optional<VoxelGrid> gridInPatient(const Volume& volume);

/// The picture as brightness 0..1 (window and polarity applied), row by row: the values PNG display would show.
std::vector<float> brightness(const Slice& slice);

} // namespace imaging
