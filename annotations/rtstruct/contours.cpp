#include "annotations/rtstruct/contours.h"

#include "annotations/measure/plane_areas.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace annotations {

namespace {

/// Where an edge of a pixel leads to, and to which side of it the outside lies. Upper edges lead right, right ones down:
/// the inside is always at the right hand.
struct Step
{
    int column;
    int row;
};
constexpr std::array<Step, 4> kAlong{Step{1, 0}, Step{0, 1}, Step{-1, 0}, Step{0, -1}};
constexpr std::array<Step, 4> kOutside{Step{0, -1}, Step{1, 0}, Step{0, 1}, Step{-1, 0}};

struct Pixel
{
    int column = 0;
    int row = 0;

    Pixel next(Step step) const { return {column + step.column, row + step.row}; }
};

/// The areas of one label in the smallest box around them.
class AreaBox
{
public:
    explicit AreaBox(std::vector<RowRun> runs)
        : m_areas(connectRuns(runs, Neighbours::Edges))
    {
        m_firstRow = runs.front().row;
        m_rows = runs.back().row - m_firstRow + 1;
        int last = 0;
        m_firstColumn = std::numeric_limits<int>::max();
        for (const RowRun& run : runs) {
            m_firstColumn = std::min(m_firstColumn, run.first);
            last = std::max(last, run.last);
        }
        m_columns = last - m_firstColumn + 1;
        m_area.assign(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows), -1);
        m_traced.assign(m_area.size(), false);
        for (const RowRun& run : runs)
            for (int column = run.first; column <= run.last; ++column)
                m_area[at({column, run.row})] = run.area;
    }

    int areas() const { return m_areas; }
    int firstRow() const { return m_firstRow; }
    int lastRow() const { return m_firstRow + m_rows - 1; }
    int firstColumn() const { return m_firstColumn; }
    int lastColumn() const { return m_firstColumn + m_columns - 1; }

    /// Which area the pixel belongs to; -1: none.
    int areaOf(Pixel pixel) const
    {
        const bool inBox = pixel.column >= m_firstColumn && pixel.column <= lastColumn() && pixel.row >= m_firstRow
            && pixel.row <= lastRow();
        return inBox ? m_area[at(pixel)] : -1;
    }
    bool contains(Pixel pixel) const { return areaOf(pixel) >= 0; }

    bool isUntracedTop(Pixel pixel) const
    {
        return contains(pixel) && !contains(pixel.next(kOutside[0])) && !m_traced[at(pixel)];
    }

    /// The outline that begins with the upper edge of a pixel.
    Outline trace(Pixel pixel)
    {
        Outline outline;
        std::size_t edge = 0;
        do {
            if (edge == 0 && m_traced[at(pixel)])
                break;
            if (edge == 0)
                m_traced[at(pixel)] = true;
            addPoint(outline,
                {pixel.column + 0.5 * kOutside[edge].column, pixel.row + 0.5 * kOutside[edge].row});
            const Pixel ahead = pixel.next(kAlong[edge]);
            const Pixel across = ahead.next(kOutside[edge]);
            if (!contains(ahead)) {
                edge = (edge + 1) % 4;
            } else if (contains(across)) {
                pixel = across;
                edge = (edge + 3) % 4;
            } else {
                pixel = ahead;
            }
        } while (true);
        return outline;
    }

private:
    std::size_t at(Pixel pixel) const
    {
        return static_cast<std::size_t>(pixel.row - m_firstRow) * static_cast<std::size_t>(m_columns)
            + static_cast<std::size_t>(pixel.column - m_firstColumn);
    }

    /// Points on a straight line between their neighbours are left out.
    static void addPoint(Outline& outline, PlanePoint point)
    {
        const std::size_t count = outline.size();
        if (count >= 2) {
            const PlanePoint& a = outline[count - 2];
            const PlanePoint& b = outline[count - 1];
            if ((b[0] - a[0]) * (point[1] - b[1]) == (b[1] - a[1]) * (point[0] - b[0]))
                outline.pop_back();
        }
        outline.push_back(point);
    }

    int m_areas;
    int m_firstRow = 0;
    int m_rows = 0;
    int m_firstColumn = 0;
    int m_columns = 0;
    std::vector<int> m_area;
    std::vector<bool> m_traced; ///< Its upper edge.
};

/// Twice the area, positive where the inside is at the right hand: rows grow downwards.
double signedArea(const Outline& outline)
{
    double sum = 0;
    for (std::size_t i = 0; i < outline.size(); ++i) {
        const PlanePoint& a = outline[i];
        const PlanePoint& b = outline[(i + 1) % outline.size()];
        sum += a[0] * b[1] - b[0] * a[1];
    }
    return sum;
}

/// Hangs a hole on an outline by the shortest channel between two of their points.
void addHole(Outline& outline, const Outline& hole)
{
    double nearest = std::numeric_limits<double>::infinity();
    std::size_t from = 0;
    std::size_t to = 0;
    for (std::size_t i = 0; i < outline.size(); ++i) {
        for (std::size_t k = 0; k < hole.size(); ++k) {
            const double column = outline[i][0] - hole[k][0];
            const double row = outline[i][1] - hole[k][1];
            const double distance = column * column + row * row;
            if (distance < nearest) {
                nearest = distance;
                from = i;
                to = k;
            }
        }
    }
    Outline detour(hole.begin() + static_cast<std::ptrdiff_t>(to), hole.end());
    detour.insert(detour.end(), hole.begin(), hole.begin() + static_cast<std::ptrdiff_t>(to) + 1);
    detour.push_back(outline[from]);
    outline.insert(outline.begin() + static_cast<std::ptrdiff_t>(from) + 1, detour.begin(), detour.end());
}

} // namespace

std::vector<Outline> outlinesOf(std::span<const std::uint16_t> plane, int columns, std::uint16_t value)
{
    auto runs = runsOf(plane, columns);
    const auto own = runs.find(value);
    if (own == runs.end())
        return {};
    AreaBox box(std::move(own->second));
    std::vector<Outline> outlines(static_cast<std::size_t>(box.areas()));
    std::vector<std::pair<std::size_t, Outline>> holes; // With the area they are in.
    for (int row = box.firstRow(); row <= box.lastRow(); ++row) {
        for (int column = box.firstColumn(); column <= box.lastColumn(); ++column) {
            if (!box.isUntracedTop({column, row}))
                continue;
            const auto area = static_cast<std::size_t>(box.areaOf({column, row}));
            Outline outline = box.trace({column, row});
            if (signedArea(outline) > 0)
                outlines[area] = std::move(outline);
            else
                holes.emplace_back(area, std::move(outline));
        }
    }
    for (const auto& [area, hole] : holes)
        addHole(outlines[area], hole);
    return outlines;
}

void turnOver(const Outline& outline, int columns, std::span<std::uint8_t> plane)
{
    if (outline.size() < 3 || columns <= 0)
        return;
    const int rows = static_cast<int>(plane.size()) / columns;
    std::vector<std::vector<double>> crossings(static_cast<std::size_t>(rows)); // Columns, by row.
    for (std::size_t i = 0; i < outline.size(); ++i) {
        PlanePoint a = outline[i];
        PlanePoint b = outline[(i + 1) % outline.size()];
        if (a[1] > b[1])
            std::swap(a, b);
        const double first = std::clamp(std::ceil(a[1]), 0.0, static_cast<double>(rows));
        const double end = std::clamp(std::ceil(b[1]), 0.0, static_cast<double>(rows)); // Not itself.
        for (int row = static_cast<int>(first); row < static_cast<int>(end); ++row)
            crossings[static_cast<std::size_t>(row)].push_back(a[0] + (b[0] - a[0]) * (row - a[1]) / (b[1] - a[1]));
    }
    const auto columnFrom = [columns](double x) {
        return static_cast<std::ptrdiff_t>(std::clamp(std::ceil(x), 0.0, static_cast<double>(columns)));
    };
    for (int row = 0; row < rows; ++row) {
        auto& at = crossings[static_cast<std::size_t>(row)];
        std::sort(at.begin(), at.end());
        const auto start = plane.begin() + static_cast<std::ptrdiff_t>(row) * columns;
        for (std::size_t i = 0; i + 1 < at.size(); i += 2)
            std::transform(start + columnFrom(at[i]), start + columnFrom(at[i + 1]), start + columnFrom(at[i]),
                [](std::uint8_t inside) { return static_cast<std::uint8_t>(inside ^ 1U); });
    }
}

} // namespace annotations
