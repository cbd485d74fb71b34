#pragma once

#include "app/workflow/small_font.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app {

using Rgb = std::array<std::uint8_t, 3>;

inline constexpr Rgb kCanvasGround{24, 26, 30};
inline constexpr Rgb kCanvasText{225, 225, 225};
inline constexpr int kCanvasGap = 12; ///< Between pictures, in pixels.

/// Where something is drawn, in pixels of a canvas.
struct Tile
{
    int left = 0;
    int top = 0;
    int columns = 0;
    int rows = 0;
};

/// Values row by row, to be scaled onto a tile.
template <typename Value> struct Raster
{
    int columns = 0;
    int rows = 0;
    std::span<const Value> values;
};

/// A colour picture that results are drawn on, for files; what lies outside of it is not drawn.
class Canvas
{
public:
    Canvas(int columns, int rows, Rgb ground);

    int columns() const { return m_columns; }
    int rows() const { return m_rows; }
    Rgb at(int column, int row) const;
    void set(int column, int row, Rgb colour);

    /// Brightness 0..1, bilinearly.
    void drawPicture(const Tile& tile, const Raster<float>& grey);
    /// Heat 0..1 from blue over green to red, the stronger the less transparent, bilinearly.
    void drawHeat(const Tile& tile, const Raster<float>& heat);
    /// The border of what is not 0, one pixel wide, inside of it.
    void drawOutline(const Tile& tile, const Raster<std::uint8_t>& mask, Rgb colour);
    /// One line of ASCII from its upper left corner.
    void drawText(int left, int top, std::string_view text, Rgb colour);

    /// Throws Error(Io).
    void writePng(const std::filesystem::path& path) const;

private:
    void blend(int column, int row, Rgb colour, float opacity);

    int m_columns;
    int m_rows;
    std::vector<std::uint8_t> m_pixels;
};

inline constexpr int kLineRows = kGlyphRows + 3;

/// Columns that a line of text takes.
int textColumns(std::string_view text);

/// The text in lines that are not wider than `columns` where its words allow it; at most `lines` of them, the last one
/// then ends in "...".
std::vector<std::string> wrappedText(std::string_view text, int columns, std::size_t lines);

} // namespace app
