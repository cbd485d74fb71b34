#pragma once

#include "models/facade/package.h"

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
/// TextSides::Picture.
std::vector<ContrastCase> contrastDrawings(int size, TextSides sides);

} // namespace models::lvit
