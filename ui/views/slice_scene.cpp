#include "ui/views/slice_scene.h"

#include "ui/views/heat_colours.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ui {

namespace {

/// Where the device pixels of one axis fall in a picture: neighbours and the weight of the second one.
struct AxisMap
{
    int begin = 0; ///< First device pixel inside the picture.
    int end = 0; ///< One past the last.
    std::vector<int> lower; ///< By device pixel - begin.
    std::vector<int> upper;
    std::vector<float> weight;
    std::vector<int> nearest;
};

/// `scale` and `offset` map picture pixels of a level with `size` pixels to device pixels `clipBegin`..`clipEnd`.
AxisMap mapAxis(double scale, double offset, int size, int clipBegin, int clipEnd, bool smooth)
{
    AxisMap map;
    map.begin = std::clamp(static_cast<int>(std::ceil(offset - 0.5)), clipBegin, clipEnd);
    map.end = std::clamp(static_cast<int>(std::ceil(offset + size * scale - 0.5)), map.begin, clipEnd);
    for (int pixel = map.begin; pixel < map.end; ++pixel) {
        const double position = (pixel + 0.5 - offset) / scale;
        const double centred = position - 0.5;
        const int whole = static_cast<int>(std::floor(centred));
        const int nearest = std::clamp(static_cast<int>(position), 0, size - 1);
        map.nearest.push_back(nearest);
        map.lower.push_back(smooth ? std::clamp(whole, 0, size - 1) : nearest);
        map.upper.push_back(smooth ? std::clamp(whole + 1, 0, size - 1) : nearest);
        map.weight.push_back(smooth ? static_cast<float>(centred - whole) : 0.0F);
    }
    return map;
}

QRgb* pixelsOf(QImage& target, int row)
{
    return reinterpret_cast<QRgb*>(target.scanLine(row));
}

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

/// The label (or the preview's class) under each device pixel of the picture's part of the clip: what the painting
/// reads.
struct Stencil
{
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> values;
    std::vector<std::uint8_t> rowUsed;

    std::uint16_t at(int x, int y) const
    {
        x = std::clamp(x, 0, width - 1);
        y = std::clamp(y, 0, height - 1);
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
    }
};

Stencil emptyStencil(const AxisMap& columns, const AxisMap& rows)
{
    Stencil stencil;
    stencil.width = columns.end - columns.begin;
    stencil.height = rows.end - rows.begin;
    stencil.values.resize(static_cast<std::size_t>(stencil.width) * static_cast<std::size_t>(stencil.height));
    stencil.rowUsed.resize(static_cast<std::size_t>(stencil.height));
    return stencil;
}

Stencil labelStencil(
    std::span<const std::uint16_t> labels, int sourceColumns, const AxisMap& columns, const AxisMap& rows)
{
    Stencil stencil = emptyStencil(columns, rows);
    for (int y = 0; y < stencil.height; ++y) {
        const auto* source = labels.data()
            + static_cast<std::size_t>(rows.nearest[static_cast<std::size_t>(y)])
                * static_cast<std::size_t>(sourceColumns);
        unsigned any = 0;
        for (int x = columns.nearest.front(); x <= columns.nearest.back(); ++x)
            any |= source[x];
        if (!any)
            continue;
        stencil.rowUsed[static_cast<std::size_t>(y)] = 1;
        std::uint16_t* out =
            stencil.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(stencil.width);
        for (int x = 0; x < stencil.width; ++x)
            out[x] = source[columns.nearest[static_cast<std::size_t>(x)]];
    }
    return stencil;
}

bool reaches(const float* row, int first, int last, float threshold)
{
    int any = 0;
    for (int x = first; x <= last; ++x)
        any |= row[x] >= threshold ? 1 : 0;
    return any != 0;
}

Stencil previewStencil(const ScenePreview& preview, int sourceColumns, const AxisMap& columns, const AxisMap& rows)
{
    Stencil stencil = emptyStencil(columns, rows);
    const int first = columns.lower.front();
    const int last = columns.upper.back();
    std::vector<float> line(static_cast<std::size_t>(sourceColumns));
    for (int y = 0; y < stencil.height; ++y) {
        const auto at = static_cast<std::size_t>(y);
        const auto stride = static_cast<std::size_t>(sourceColumns);
        const float* top = preview.probabilities.data() + static_cast<std::size_t>(rows.lower[at]) * stride;
        const float* bottom = preview.probabilities.data() + static_cast<std::size_t>(rows.upper[at]) * stride;
        if (!reaches(top, first, last, preview.threshold) && !reaches(bottom, first, last, preview.threshold))
            continue;
        stencil.rowUsed[at] = 1;
        for (int x = first; x <= last; ++x)
            line[static_cast<std::size_t>(x)] = top[x] + (bottom[x] - top[x]) * rows.weight[at];
        std::uint16_t* out = stencil.values.data() + at * static_cast<std::size_t>(stencil.width);
        for (int x = 0; x < stencil.width; ++x) {
            const auto i = static_cast<std::size_t>(x);
            const float a = line[static_cast<std::size_t>(columns.lower[i])];
            const float b = line[static_cast<std::size_t>(columns.upper[i])];
            out[x] = a + (b - a) * columns.weight[i] >= preview.threshold ? 1 : 0;
        }
        if (preview.classes.size() != preview.probabilities.size())
            continue;
        const std::uint8_t* classes = preview.classes.data() + static_cast<std::size_t>(rows.nearest[at]) * stride;
        for (int x = 0; x < stencil.width; ++x)
            if (out[x])
                out[x] = classes[columns.nearest[static_cast<std::size_t>(x)]];
    }
    return stencil;
}

inline QRgb mixed(QRgb below, QRgb above, unsigned alpha)
{
    const unsigned keep = 256 - alpha;
    const unsigned redBlue = ((below & 0xFF00FFU) * keep + (above & 0xFF00FFU) * alpha) >> 8 & 0xFF00FFU;
    const unsigned green = ((below & 0x00FF00U) * keep + (above & 0x00FF00U) * alpha) >> 8 & 0x00FF00U;
    return 0xFF000000U | redBlue | green;
}

/// One row of the heat over device pixels; `line` has room for a row of the slice.
void drawHeatRow(const SceneHeat& heat, int sourceColumns, const AxisMap& columns, const AxisMap& rows, int y,
    std::vector<float>& line, QRgb* out)
{
    const auto at = static_cast<std::size_t>(y);
    const auto stride = static_cast<std::size_t>(sourceColumns);
    const float* top = heat.values.data() + static_cast<std::size_t>(rows.lower[at]) * stride;
    const float* bottom = heat.values.data() + static_cast<std::size_t>(rows.upper[at]) * stride;
    for (int x = columns.lower.front(); x <= columns.upper.back(); ++x)
        line[static_cast<std::size_t>(x)] = top[x] + (bottom[x] - top[x]) * rows.weight[at];
    const auto& colours = heatColours();
    const auto strength = static_cast<float>(256 * heat.opacity);
    for (int x = 0; x < columns.end - columns.begin; ++x) {
        const auto i = static_cast<std::size_t>(x);
        const float a = line[static_cast<std::size_t>(columns.lower[i])];
        const float b = line[static_cast<std::size_t>(columns.upper[i])];
        const float value = std::clamp(a + (b - a) * columns.weight[i], 0.0F, 1.0F);
        const auto alpha = static_cast<unsigned>(std::min(256.0F, strength * std::sqrt(value)));
        out[x] = mixed(out[x], colours[static_cast<std::size_t>(value * 255)], alpha);
    }
}

void drawHeat(const SliceScene& scene, QImage& target, const QRect& clip)
{
    const int width = scene.pixels->columns();
    const int height = scene.pixels->rows();
    if (scene.heat.values.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height))
        return;
    const AxisMap columns =
        mapAxis(scene.view.scaleX, scene.view.offsetX, width, clip.x(), clip.x() + clip.width(), true);
    const AxisMap rows =
        mapAxis(scene.view.scaleY, scene.view.offsetY, height, clip.y(), clip.y() + clip.height(), true);
    if (columns.begin == columns.end)
        return;
    std::vector<float> line(static_cast<std::size_t>(width));
    for (int y = 0; y < rows.end - rows.begin; ++y)
        drawHeatRow(scene.heat, width, columns, rows, y, line, pixelsOf(target, y + rows.begin) + columns.begin);
}

bool onContour(const Stencil& stencil, int x, int y, int width, std::uint16_t value)
{
    return stencil.at(x - width, y) != value || stencil.at(x + width, y) != value || stencil.at(x, y - width) != value
        || stencil.at(x, y + width) != value;
}

/// How the pixels of a stencil are mixed into the picture, in 256ths.
struct Paint
{
    unsigned fill = 0;
    unsigned contour = 0;
    bool proposal = false; ///< Hatched within, dashed outline.
    unsigned period = 8; ///< Of dashes and hatching, in device pixels; a power of two. Half of it is a gap.
    QPoint anchor; ///< Where the pattern begins, so that it moves with the picture.
};

Paint paintOf(const SliceScene& scene, bool proposal, QPoint origin)
{
    const SceneOverlay& overlay = scene.overlay;
    Paint paint;
    if (overlay.style != OverlayStyle::Contour)
        paint.fill = static_cast<unsigned>(std::lround(std::clamp(overlay.opacity, 0.0, 1.0) * 256));
    paint.contour = overlay.style == OverlayStyle::Fill && !proposal ? paint.fill : 240U;
    paint.proposal = proposal;
    paint.period = overlay.contourWidth <= 2 ? 8 : 16;
    paint.anchor = origin - QPoint(static_cast<int>(std::floor(scene.view.offsetX)),
                       static_cast<int>(std::floor(scene.view.offsetY)));
    return paint;
}

bool inDash(const Paint& paint, int along)
{
    return (static_cast<unsigned>(along) & (paint.period - 1)) < paint.period / 2;
}

/// The colour of a proposal's outline: dashes along it, counted by rows where it runs down and by columns elsewhere,
/// with dark gaps, so that it is seen on any ground.
QRgb dashColour(const Stencil& stencil, const Paint& paint, int x, int y, int width, QRgb colour)
{
    const std::uint16_t value = stencil.at(x, y);
    const bool runsDown = stencil.at(x, y - width) == value && stencil.at(x, y + width) == value;
    return inDash(paint, runsDown ? y + paint.anchor.y() : x + paint.anchor.x()) ? colour : qRgb(0, 0, 0);
}

void paintStencil(const Stencil& stencil, std::span<const QRgb> colours, const SceneOverlay& overlay,
    const Paint& paint, QImage& target, QPoint origin, const QRect& clip)
{
    const int top = std::max(0, clip.y() - origin.y());
    const int bottom = std::min(stencil.height, clip.y() + clip.height() - origin.y());
    const int left = std::max(0, clip.x() - origin.x());
    const int right = std::min(stencil.width, clip.x() + clip.width() - origin.x());
    for (int y = top; y < bottom; ++y) {
        if (!stencil.rowUsed[static_cast<std::size_t>(y)])
            continue;
        const std::uint16_t* values =
            stencil.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(stencil.width);
        QRgb* out = pixelsOf(target, y + origin.y()) + origin.x();
        for (int x = left; x < right; ++x) {
            const std::uint16_t value = values[x];
            if (value == 0 || value >= colours.size() || qAlpha(colours[value]) == 0)
                continue;
            const bool edge = paint.contour != paint.fill && onContour(stencil, x, y, overlay.contourWidth, value);
            QRgb colour = colours[value];
            unsigned alpha = edge ? paint.contour : paint.fill;
            if (paint.proposal && edge)
                colour = dashColour(stencil, paint, x, y, overlay.contourWidth, colour);
            else if (paint.proposal && !inDash(paint, x + y + paint.anchor.x() + paint.anchor.y()))
                alpha /= 4;
            out[x] = mixed(out[x], colour, alpha);
        }
    }
}

/// Contours need to see a little beyond the clip.
QRect widened(const QRect& clip, const SceneOverlay& overlay, const QImage& target)
{
    const int by = overlay.contourWidth;
    return clip.adjusted(-by, -by, by, by).intersected(target.rect());
}

void drawOverlay(const SliceScene& scene, QImage& target, const QRect& clip)
{
    const int columns = scene.pixels->columns();
    const int rows = scene.pixels->rows();
    const auto voxels = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    const bool hasLabels = scene.overlay.labels.size() == voxels;
    const bool hasPreview = scene.overlay.preview.probabilities.size() == voxels;
    if (!hasLabels && !hasPreview)
        return;
    const QRect area = widened(clip, scene.overlay, target);
    const AxisMap across =
        mapAxis(scene.view.scaleX, scene.view.offsetX, columns, area.x(), area.x() + area.width(), true);
    const AxisMap down = mapAxis(scene.view.scaleY, scene.view.offsetY, rows, area.y(), area.y() + area.height(), true);
    if (across.begin == across.end || down.begin == down.end)
        return;
    const QPoint origin(across.begin, down.begin);
    if (hasLabels)
        paintStencil(labelStencil(scene.overlay.labels, columns, across, down), scene.overlay.colours, scene.overlay,
            paintOf(scene, /*proposal=*/false, origin), target, origin, clip);
    if (hasPreview)
        paintStencil(previewStencil(scene.overlay.preview, columns, across, down), scene.overlay.preview.colours,
            scene.overlay, paintOf(scene, /*proposal=*/true, origin), target, origin, clip);
}

} // namespace

void renderSlice(const SliceScene& scene, QImage& target, const QRect& clip)
{
    const QRect area = clip.intersected(target.rect());
    if (area.isEmpty())
        return;
    if (!scene.pixels) {
        for (int y = area.top(); y <= area.bottom(); ++y)
            std::fill_n(pixelsOf(target, y) + area.x(), area.width(), 0xFF000000U);
        return;
    }
    drawPicture(scene, target, area);
    drawHeat(scene, target, area);
    drawOverlay(scene, target, area);
}

QImage renderSlice(const SliceScene& scene, QSize viewport)
{
    QImage target(viewport, QImage::Format_RGB32);
    renderSlice(scene, target, target.rect());
    return target;
}

} // namespace ui
