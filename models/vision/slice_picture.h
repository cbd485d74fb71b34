#pragma once

#include "imaging/slice.h"
#include "models/vision/picture_resize.h"

#include <array>

namespace models::vision {

/// A slice as the picture that a viewer shows, in bytes: window and polarity applied, upright with the patient's right
/// at the left where its tags say how it lies, and pixels made square where its spacing says that they are not. Grey: one
/// channel; colour: three. Throws Error(InvalidInput) for a slice without pixels.
PictureBytes shownPicture(const imaging::Slice& slice);

/// Width and height of shownPicture().
std::array<int, 2> shownSize(const imaging::Slice& slice);

} // namespace models::vision
