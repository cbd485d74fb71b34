#include "app/workflow/canvas.h"

#include "imaging/files/image_file.h"
#include "imaging/heat_colours.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace app {

namespace {

constexpr int kAdvance = kGlyphColumns + 1;
constexpr float kHeatOpacity = 0.6F;

/// Where a tile's pixel lies in the raster, between the centres of its values.
float sourcePlace(int pixel, int tileSize, int rasterSize)
{
    const float place =
        (static_cast<float>(pixel) + 0.5F) * static_cast<float>(rasterSize) / static_cast<float>(tileSize) - 0.5F;
    return std::clamp(place, 0.0F, static_cast<float>(rasterSize - 1));
}

float bilinear(const Raster<float>& raster, float column, float row)
{
    const int left = static_cast<int>(column), top = static_cast<int>(row);
    const int right = std::min(left + 1, raster.columns - 1), bottom = std::min(top + 1, raster.rows - 1);
    const auto value = [&](int x, int y) {
        return raster.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(raster.columns)
            + static_cast<std::size_t>(x)];
    };
    const float u = column - static_cast<float>(left), v = row - static_cast<float>(top);
    return (1 - v) * ((1 - u) * value(left, top) + u * value(right, top))
        + v * ((1 - u) * value(left, bottom) + u * value(right, bottom));
}

/// Calls draw(column, row of the canvas, value) for every pixel of the tile.
template <typename Draw> void forEachPixel(const Tile& tile, const Raster<float>& raster, Draw draw)
{
    if (raster.columns < 1 || raster.rows < 1)
        return;
    for (int row = 0; row < tile.rows; ++row)
        for (int column = 0; column < tile.columns; ++column)
            draw(tile.left + column, tile.top + row,
                bilinear(raster, sourcePlace(column, tile.columns, raster.columns),
                    sourcePlace(row, tile.rows, raster.rows)));
}

std::uint8_t byteOf(float value)
{
    return static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0F, 1.0F)));
}

Rgb heatColour(float value)
{
    return imaging::heatColours()[byteOf(value)];
}

} // namespace

Canvas::Canvas(int columns, int rows, Rgb ground)
    : m_columns(columns)
    , m_rows(rows)
    , m_pixels(3 * static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows))
{
    for (std::size_t i = 0; i < m_pixels.size(); ++i)
        m_pixels[i] = ground[i % 3];
}

Rgb Canvas::at(int column, int row) const
{
    const auto* pixel = &m_pixels[3
        * (static_cast<std::size_t>(row) * static_cast<std::size_t>(m_columns) + static_cast<std::size_t>(column))];
    return {pixel[0], pixel[1], pixel[2]};
}

void Canvas::set(int column, int row, Rgb colour)
{
    blend(column, row, colour, 1);
}

void Canvas::blend(int column, int row, Rgb colour, float opacity)
{
    if (column < 0 || row < 0 || column >= m_columns || row >= m_rows)
        return;
    auto* pixel = &m_pixels[3
        * (static_cast<std::size_t>(row) * static_cast<std::size_t>(m_columns) + static_cast<std::size_t>(column))];
    for (std::size_t i = 0; i < 3; ++i)
        pixel[i] = static_cast<std::uint8_t>(
            std::lround((1 - opacity) * static_cast<float>(pixel[i]) + opacity * static_cast<float>(colour[i])));
}

void Canvas::drawPicture(const Tile& tile, const Raster<float>& grey)
{
    forEachPixel(tile, grey, [this](int column, int row, float value) {
        const auto byte = byteOf(value);
        set(column, row, {byte, byte, byte});
    });
}

void Canvas::drawHeat(const Tile& tile, const Raster<float>& heat)
{
    forEachPixel(tile, heat, [this](int column, int row, float value) {
        blend(column, row, heatColour(value), kHeatOpacity * std::min(1.0F, 2 * value));
    });
}

void Canvas::drawOutline(const Tile& tile, const Raster<std::uint8_t>& mask, Rgb colour)
{
    if (mask.columns < 1 || mask.rows < 1)
        return;
    const auto inside = [&](int column, int row) {
        if (column < 0 || row < 0 || column >= tile.columns || row >= tile.rows)
            return false;
        const auto x = static_cast<std::size_t>(column) * static_cast<std::size_t>(mask.columns)
            / static_cast<std::size_t>(tile.columns);
        const auto y =
            static_cast<std::size_t>(row) * static_cast<std::size_t>(mask.rows) / static_cast<std::size_t>(tile.rows);
        return mask.values[y * static_cast<std::size_t>(mask.columns) + x] != 0;
    };
    for (int row = 0; row < tile.rows; ++row)
        for (int column = 0; column < tile.columns; ++column)
            if (inside(column, row)
                && !(inside(column - 1, row) && inside(column + 1, row) && inside(column, row - 1)
                    && inside(column, row + 1)))
                set(tile.left + column, tile.top + row, colour);
}

void Canvas::drawText(int left, int top, std::string_view text, Rgb colour)
{
    for (const char character : text) {
        const auto& glyph = glyphOf(character);
        for (int row = 0; row < kGlyphRows; ++row)
            for (int column = 0; column < kGlyphColumns; ++column)
                if ((glyph[static_cast<std::size_t>(row)] >> (kGlyphColumns - 1 - column) & 1) != 0)
                    set(left + column, top + row, colour);
        left += kAdvance;
    }
}

void Canvas::writePng(const std::filesystem::path& path) const
{
    imaging::writeRgbPng(path, m_columns, m_rows, m_pixels);
}

int textColumns(std::string_view text)
{
    return text.empty() ? 0 : static_cast<int>(text.size()) * kAdvance - 1;
}

std::vector<std::string> wrappedText(std::string_view text, int columns, std::size_t lines)
{
    std::vector<std::string> result;
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) {
        if (!result.empty() && textColumns(result.back() + " " + word) <= columns) {
            result.back() += " " + word;
        } else if (result.size() < lines) {
            result.push_back(word);
        } else {
            result.back() += "...";
            break;
        }
    }
    return result;
}

} // namespace app
