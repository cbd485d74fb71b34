#include "ui/views/scene_picture.h"

#include "ui/views/axis_map.h"
#include "ui/views/picture_pixels.h"
#include "ui/views/slice_scene.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ui {

namespace {

/// Brightness 0..255 = value * factor + base, clamped; with `greys` that is where a value's brightness stands in them.
struct Ramp
{
    float factor = 1;
    float base = 0;
    std::vector<std::uint8_t> greys{};
};

/// Curves as a list of greys: a table's own entries, or so many of a sigmoid that no step is seen.
Ramp curveOf(const imaging::WindowLevel& window, bool inverted)
{
    constexpr std::size_t kSteps = 4096;
    constexpr double kTails = 4; // Widths; a sigmoid is 0.0003 from its ends there.
    const bool table = window.function == imaging::GreyFunction::Table;
    const std::size_t count = table ? window.table->greys.size() : kSteps;
    const double low = table ? window.table->firstValue : window.center - kTails / 2 * window.width;
    const double step = table ? 1 : kTails * window.width / static_cast<double>(kSteps - 1);
    Ramp ramp{static_cast<float>(1 / step), static_cast<float>(-low / step)};
    ramp.greys.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double grey = imaging::windowed(window, low + static_cast<double>(i) * step, inverted);
        ramp.greys.push_back(static_cast<std::uint8_t>(std::lround(255 * grey)));
    }
    return ramp;
}

Ramp rampOf(const SliceScene& scene, int components)
{
    using imaging::GreyFunction;
    if (components == 3)
        return {};
    const auto& window = scene.window;
    if ((window.function == GreyFunction::Table && window.table)
        || (window.function == GreyFunction::Sigmoid && window.width > 0))
        return curveOf(window, scene.inverted);
    const auto line = imaging::lineOf(window);
    const double factor = 255 / std::max(line.span, 1e-6);
    const Ramp ramp{static_cast<float>(factor), static_cast<float>(-line.low * factor)};
    return scene.inverted ? Ramp{-ramp.factor, 255 - ramp.base} : ramp;
}

inline unsigned byteOf(float value)
{
    const float held = value < 0.0F ? 0.0F : (value > 255.0F ? 255.0F : value);
    return static_cast<unsigned>(static_cast<int>(held + 0.5F));
}

/// The mixed values through the ramp's greys.
void drawCurvedLine(
    const float* first, const float* second, const float* weight, const Ramp& ramp, std::span<QRgb> out)
{
    const auto last = static_cast<float>(ramp.greys.size() - 1);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const float at = (first[i] + (second[i] - first[i]) * weight[i]) * ramp.factor + ramp.base;
        const float held = at > 0.0F ? (at < last ? at : last) : 0.0F; // The first for what is no number.
        const unsigned grey = ramp.greys[static_cast<std::size_t>(held + 0.5F)];
        out[i] = 0xFF000000U | grey << 16 | grey << 8 | grey;
    }
}

/// `pairs` has room for two values a device pixel. Picking the neighbours and mixing them are two loops, since
/// compilers turn only the second one into vector code.
void drawGreyLine(const float* line, const AxisMap& columns, const Ramp& ramp, float* pairs, QRgb* out)
{
    const int count = columns.end - columns.begin;
    const int* lower = columns.lower.data();
    const int* upper = columns.upper.data();
    const float* weight = columns.weight.data();
    float* first = pairs;
    float* second = pairs + count;
    for (int i = 0; i < count; ++i) {
        first[i] = line[lower[i]];
        second[i] = line[upper[i]];
    }
    if (!ramp.greys.empty())
        return drawCurvedLine(first, second, weight, ramp, {out, out + count});
    for (int i = 0; i < count; ++i) {
        const float value = first[i] + (second[i] - first[i]) * weight[i];
        const unsigned grey = byteOf(value * ramp.factor + ramp.base);
        out[i] = 0xFF000000U | grey << 16 | grey << 8 | grey;
    }
}

void drawColourLine(const float* line, const AxisMap& columns, QRgb* out)
{
    const int count = columns.end - columns.begin;
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        unsigned rgb = 0xFF;
        for (int channel = 0; channel < 3; ++channel) {
            const float a = line[columns.lower[at] * 3 + channel];
            const float b = line[columns.upper[at] * 3 + channel];
            rgb = rgb << 8 | byteOf(a + (b - a) * columns.weight[at]);
        }
        out[i] = rgb;
    }
}

} // namespace

void drawPicture(const SliceScene& scene, QImage& target, const QRect& clip)
{
    const SlicePixels& pixels = *scene.pixels;
    const int level = pixels.levelFor(std::min(scene.view.scaleX, scene.view.scaleY));
    const double scaleX = scene.view.scaleX * pixels.columns() / pixels.levelColumns(level);
    const double scaleY = scene.view.scaleY * pixels.rows() / pixels.levelRows(level);
    const int right = clip.x() + clip.width();
    const AxisMap columns =
        mapAxis(scaleX, scene.view.offsetX, pixels.levelColumns(level), clip.x(), right, scene.smooth);
    const AxisMap rows =
        mapAxis(scaleY, scene.view.offsetY, pixels.levelRows(level), clip.y(), clip.y() + clip.height(), scene.smooth);

    const int channels = pixels.components();
    const Ramp ramp = rampOf(scene, channels);
    std::vector<float> line(static_cast<std::size_t>(pixels.levelColumns(level)) * static_cast<std::size_t>(channels));
    std::vector<float> pairs(2 * columns.lower.size());
    for (int y = clip.y(); y < clip.y() + clip.height(); ++y) {
        QRgb* out = pixelsOf(target, y);
        if (y < rows.begin || y >= rows.end || columns.begin == columns.end) {
            std::fill(out + clip.x(), out + right, 0xFF000000U);
            continue;
        }
        std::fill(out + clip.x(), out + columns.begin, 0xFF000000U);
        std::fill(out + columns.end, out + right, 0xFF000000U);
        const auto row = static_cast<std::size_t>(y - rows.begin);
        pixels.blendRows(level, rows.lower[row], rows.upper[row], rows.weight[row], columns.lower.front() * channels,
            columns.upper.back() * channels + channels - 1, line.data());
        if (channels == 3)
            drawColourLine(line.data(), columns, out + columns.begin);
        else
            drawGreyLine(line.data(), columns, ramp, pairs.data(), out + columns.begin);
    }
}

} // namespace ui
