#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// Pictures of bytes brought to the size a network wants, number for number as Pillow does it. Weights of networks were
/// trained on what Pillow makes, and other resizes differ from it by up to 20 grey levels.
namespace models::vision {

/// Bytes row by row, the channels of a pixel together. Made from a view of someone else's bytes.
struct PictureView
{
    int width = 0;
    int height = 0;
    int channels = 3; ///< 1 to 4
    std::span<const std::uint8_t> bytes; ///< width * height * channels
};

/// A picture that owns its bytes.
struct PictureBytes
{
    int width = 0;
    int height = 0;
    int channels = 3;
    std::vector<std::uint8_t> bytes; ///< width * height * channels

    PictureView view() const { return {width, height, channels, bytes}; }
};

/// Bicubic (a = -0.5) with antialiasing: the filter is widened when the picture shrinks. Two passes, fixed-point
/// weights of 22 bits, rounded and clipped to bytes after each pass. The horizontal pass comes first, except where the
/// height loses more than twice as many pixels as the width: so Pillow 13; before, it always did, which moves single
/// values by a level or two. A pass that changes nothing is left out. Throws Error(InvalidInput) for an empty picture
/// or size, for bytes that do not fit them, and for more than 65,535 pixels along an edge.
PictureBytes resizedBicubic(const PictureView& picture, int width, int height);

/// The same with a bilinear filter.
PictureBytes resizedBilinear(const PictureView& picture, int width, int height);

/// The part of the picture that begins at (left, top). Throws Error(InvalidInput) when it reaches over the edge.
PictureBytes croppedPicture(const PictureView& picture, int left, int top, int width, int height);

} // namespace models::vision
