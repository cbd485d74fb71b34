#include "imaging/heat_colours.h"

#include <algorithm>
#include <cmath>

namespace imaging {

namespace {

struct Stop
{
    double at;
    std::array<double, 3> rgb;
};

constexpr std::array<Stop, 5> kStops{
    {{0.0, {38, 12, 82}}, {0.3, {124, 30, 110}}, {0.55, {208, 62, 75}}, {0.8, {246, 149, 44}}, {1.0, {252, 244, 165}}}};

std::array<std::array<std::uint8_t, 3>, 256> makeColours()
{
    std::array<std::array<std::uint8_t, 3>, 256> colours{};
    for (std::size_t i = 0; i < colours.size(); ++i) {
        const double at = static_cast<double>(i) / 255;
        std::size_t upper = 1;
        while (upper + 1 < kStops.size() && kStops[upper].at < at)
            ++upper;
        const Stop& a = kStops[upper - 1];
        const Stop& b = kStops[upper];
        const double part = (at - a.at) / (b.at - a.at);
        for (std::size_t channel = 0; channel < 3; ++channel)
            colours[i][channel] =
                static_cast<std::uint8_t>(std::lround(a.rgb[channel] + part * (b.rgb[channel] - a.rgb[channel])));
    }
    return colours;
}

} // namespace

const std::array<std::array<std::uint8_t, 3>, 256>& heatColours()
{
    static const auto kColours = makeColours();
    return kColours;
}

} // namespace imaging
