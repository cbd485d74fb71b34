#pragma once

#include "models/training/augment.h"

#include <ATen/core/Tensor.h>

namespace models::training {

/// Values of a picture's own frame, and where they are known.
struct OwnFrame
{
    at::Tensor values; ///< [C, S, S]
    at::Tensor known; ///< [1, S, S] bool; off where the shown picture had lost this pixel.
};

/// Planes [C, S, S] (float) of a picture as training shows it: flipped, then moved, as makeBatch does with picture and
/// mask, but not rounded to 0 and 1. Outside is 0.
at::Tensor toShownFrame(const at::Tensor& planes, const Augmentation& augmentation);

/// The way back: planes [C, S, S] of the shown picture in its own frame.
OwnFrame toOwnFrame(const at::Tensor& shown, const Augmentation& augmentation);

} // namespace models::training
