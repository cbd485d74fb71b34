#pragma once

#include "models/vision/picture_resize.h"

#include <array>
#include <vector>

namespace models::vision {

/// How a picture of any shape becomes the square that a network sees.
enum class SquareFit {
    CenterCrop, ///< CLIP: the short edge becomes `size`, the long one is cut to it around the centre.
    Squash, ///< BLIP, BLIP-2, InstructBLIP: both edges become `size`, whatever the shape was.
};

/// How the values between pixels are found, as Pillow finds them.
enum class ResizeFilter { Bicubic, Bilinear };

/// What a network was trained with (preprocessor_config.json: size, resample, image_mean, image_std).
struct PictureFit
{
    int size = 224;
    SquareFit fit = SquareFit::CenterCrop;
    /// Of values from 0 to 1; those that all CLIP and BLIP weights were trained with.
    std::array<float, 3> mean{0.48145466F, 0.4578275F, 0.40821073F};
    std::array<float, 3> deviation{0.26862954F, 0.26130258F, 0.27577711F};
    ResizeFilter filter = ResizeFilter::Bicubic;
};

/// Where the square lies on a picture that was scaled for it.
struct SquarePlace
{
    int width = 0; ///< What the picture is scaled to.
    int height = 0;
    int left = 0; ///< Where the square begins in that.
    int top = 0;
};

/// Throws Error(InvalidInput) for a picture that is too narrow to be cut.
SquarePlace squarePlace(int width, int height, const PictureFit& fit);

/// The square that the network sees, as bytes: what the tab shows. The long edge after scaling is truncated, not
/// rounded, and the crop begins at (length - size) / 2, rounded down, as in Hugging Face's processors. Throws like
/// resizedBicubic.
PictureBytes fittedPicture(const PictureView& picture, const PictureFit& fit);

/// The numbers that go into the network, of a picture that is fitted already: (byte / 255 - mean) / deviation.
/// -> [3, height, width]; a grey picture fills all three channels. Throws Error(InvalidInput) when the picture has neither 1 nor 3 channels.
std::vector<float> normalizedPicture(const PictureView& picture, const PictureFit& fit);

} // namespace models::vision
