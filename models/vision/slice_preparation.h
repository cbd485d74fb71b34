#pragma once

#include "imaging/slice.h"
#include "models/vision/picture_resize.h"

namespace models::vision {

/// What was done to the slices that a network was trained on, after their window and before they came to its square. A
/// slice of a scanner is prepared so before the network sees it.
struct SlicePreparation
{
    bool stretch = false; ///< The lowest value of each slice becomes black, the highest white.
    double claheClip = 0; ///< Clip limit of CLAHE (clahe.h), as OpenCV counts it; 0: none.
    int claheTiles = 8; ///< Of CLAHE, along each side.
    int claheSide = 256; ///< Slices are brought to a square of so many pixels for it, a multiple of claheTiles.

    bool doesNothing() const { return !stretch && claheClip == 0; }

    friend bool operator==(const SlicePreparation&, const SlicePreparation&) = default;
};

/// Throws Error(WrongUse) with a sentence for the first value that makes no sense.
void validate(const SlicePreparation& preparation);

/// A grey picture (window and polarity applied) as the network learnt them; of claheSide x claheSide pixels where CLAHE
/// is done (resizedBicubic), else of its own size.
PictureBytes prepared(PictureBytes picture, const SlicePreparation& preparation);

/// A slice whose window is the package's, prepared: a slice of grey values 0..255, with their window.
imaging::Slice preparedSlice(const imaging::Slice& slice, const SlicePreparation& preparation);

/// Whether the slice is a picture of grey levels 0..255 of a file that says no modality, as PNG and JPEG: what a
/// scanner measured and how it was prepared cannot be told. A CT in Hounsfield units has air, which is below 0.
bool isPictureOfLevels(const imaging::Slice& slice);

} // namespace models::vision
