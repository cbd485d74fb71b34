#include "annotations/seg/colour.h"

#include <algorithm>
#include <cmath>

namespace annotations {

namespace {

// CIE XYZ of D65, and CIE 15's constants of the L*a*b* curve.
constexpr std::array<double, 3> kWhite{0.95047, 1.0, 1.08883};
constexpr double kEpsilon = 216.0 / 24389.0;
constexpr double kKappa = 24389.0 / 27.0;

// IEC 61966-2-1.
double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double companded(double channel)
{
    return channel <= 0.0031308 ? 12.92 * channel : 1.055 * std::pow(channel, 1 / 2.4) - 0.055;
}

double curve(double t)
{
    return t > kEpsilon ? std::cbrt(t) : (kKappa * t + 16) / 116;
}

double inverseCurve(double f)
{
    const double cube = f * f * f;
    return cube > kEpsilon ? cube : (116 * f - 16) / kKappa;
}

std::uint16_t encoded(double value, double low, double high)
{
    return static_cast<std::uint16_t>(std::lround(std::clamp((value - low) / (high - low), 0.0, 1.0) * 65535));
}

double decoded(std::uint16_t value, double low, double high)
{
    return low + value / 65535.0 * (high - low);
}

} // namespace

std::array<std::uint16_t, 3> cielabFromRgb(const std::array<std::uint8_t, 3>& rgb)
{
    const double r = linear(rgb[0] / 255.0);
    const double g = linear(rgb[1] / 255.0);
    const double b = linear(rgb[2] / 255.0);
    const double x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / kWhite[0]);
    const double y = curve((0.2126729 * r + 0.7151522 * g + 0.0721750 * b) / kWhite[1]);
    const double z = curve((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / kWhite[2]);
    return {encoded(116 * y - 16, 0, 100), encoded(500 * (x - y), -128, 127), encoded(200 * (y - z), -128, 127)};
}

std::array<std::uint8_t, 3> rgbFromCielab(const std::array<std::uint16_t, 3>& lab)
{
    const double fy = (decoded(lab[0], 0, 100) + 16) / 116;
    const double x = inverseCurve(fy + decoded(lab[1], -128, 127) / 500) * kWhite[0];
    const double y = inverseCurve(fy) * kWhite[1];
    const double z = inverseCurve(fy - decoded(lab[2], -128, 127) / 200) * kWhite[2];
    const std::array<double, 3> channels{3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
        -0.9692660 * x + 1.8760108 * y + 0.0415560 * z, 0.0556434 * x - 0.2040259 * y + 1.0572252 * z};
    std::array<std::uint8_t, 3> rgb{};
    for (std::size_t i = 0; i < 3; ++i)
        rgb[i] = static_cast<std::uint8_t>(std::lround(std::clamp(companded(channels[i]), 0.0, 1.0) * 255));
    return rgb;
}

} // namespace annotations
