#include "annotations/seg/colour.h"

#include <dcmtk/dcmiod/cielabutil.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace annotations {

namespace {

template <typename Integer>
Integer rounded(double value)
{
    constexpr double kMost = std::numeric_limits<Integer>::max();
    return static_cast<Integer>(std::lround(std::clamp(value, 0.0, kMost)));
}

} // namespace

std::array<std::uint16_t, 3> cielabFromRgb(const std::array<std::uint8_t, 3>& rgb)
{
    double l = 0;
    double a = 0;
    double b = 0;
    IODCIELabUtil::rgb2DicomLab(l, a, b, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
    return {rounded<std::uint16_t>(l), rounded<std::uint16_t>(a), rounded<std::uint16_t>(b)};
}

std::array<std::uint8_t, 3> rgbFromCielab(const std::array<std::uint16_t, 3>& lab)
{
    double r = 0;
    double g = 0;
    double b = 0;
    IODCIELabUtil::dicomLab2RGB(r, g, b, lab[0], lab[1], lab[2]);
    return {rounded<std::uint8_t>(255 * r), rounded<std::uint8_t>(255 * g), rounded<std::uint8_t>(255 * b)};
}

} // namespace annotations
