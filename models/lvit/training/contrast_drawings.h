#pragma once

#include "imaging/laterality.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace models::lvit {

/// A text and the mask that it stands for.
struct ContrastCase
{
    std::string text;
    at::Tensor mask; ///< [1, S, S] float 0..1
};

/// The fourteen cases of LViT's LV loss, drawn anew: lungs as ellipses, of one area (the whole lung, its upper two
/// thirds or its lower two), two or three; one lung or both. "left" is the left half of the picture for
/// imaging::Sides::Picture.
std::vector<ContrastCase> contrastDrawings(int size, imaging::Sides sides);

} // namespace models::lvit
