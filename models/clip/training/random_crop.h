#pragma once

#include "models/data/random.h"
#include "models/vision/picture_resize.h"

namespace models::clip {

/// A part of a picture and whether it is mirrored.
struct Crop
{
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    bool flip = false;
};

/// Drawn as torchvision's RandomResizedCrop draws (scale 0.08 to 1 of the area, ratio 3/4 to 4/3, the largest part in
/// the middle after ten vain tries); half of them are mirrored where `flips` is set.
Crop drawCrop(int width, int height, bool flips, data::SeededRandom random);

/// The part as a square of `size`, by Pillow's bicubic filter.
vision::PictureBytes cropped(const vision::PictureView& picture, const Crop& crop, int size);

} // namespace models::clip
