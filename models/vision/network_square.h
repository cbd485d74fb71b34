#pragma once

namespace models::vision {

/// How a slice that is not square is brought to the network's square.
enum class SliceFit {
    Squash, ///< Both sides are scaled to the square (QaTa-COV19, the authors').
    Pad, ///< The longer side is scaled, the rest is black, the picture in the middle.
};

/// The square picture that a network looks at.
struct NetworkSquare
{
    int size = 224; ///< Of its side, in pixels.
    int channels = 3;
    SliceFit fit = SliceFit::Squash;
    bool colour = false; ///< The three channels are red, green and blue where a slice has them; else the brightness.
};

} // namespace models::vision
