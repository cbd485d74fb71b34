#include "annotations/surface/surface.h"

#include "imaging/files/atomic_file.h"
#include "imaging/shared_library.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>

namespace annotations {

namespace {

static_assert(std::endian::native == std::endian::little, "STL is little endian, as what is written here");

using Point = std::array<float, 3>;

Point minus(const Point& a, const Point& b)
{
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

Point crossOf(const Point& a, const Point& b)
{
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Spreads a number over 64 bits (splitmix64, Steele et al. 2014), so that sums of them tell sets apart.
std::uint64_t spread(std::uint64_t number)
{
    number += 0x9e3779b97f4a7c15ULL;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9ULL;
    number = (number ^ (number >> 27)) * 0x94d049bb133111ebULL;
    return number ^ (number >> 31);
}

void append(std::string& bytes, const void* from, std::size_t count)
{
    bytes.append(static_cast<const char*>(from), count);
}

/// What is known of the values so far.
class Extents
{
public:
    void addRun(std::uint16_t value, int first, int last, int row, int slice, std::uint64_t offset)
    {
        auto [at, isNew] = m_found.try_emplace(value);
        auto& [box, voxels, digest] = at->second;
        const MaskRegion run{first, last, row, row, slice, slice};
        box = isNew ? run : united(box, run);
        const auto count = static_cast<std::uint64_t>(last - first + 1);
        voxels += count;
        digest += spread(offset) ^ spread(~count);
    }

    std::map<std::uint16_t, SegmentExtent> take() { return std::move(m_found); }

private:
    std::map<std::uint16_t, SegmentExtent> m_found;
};

} // namespace

std::map<std::uint16_t, SegmentExtent> extentsOf(const LabelMap& map, std::stop_token stop)
{
    const auto& grid = map.grid();
    Extents extents;
    for (int slice = 0; slice < grid.slices && !stop.stop_requested(); ++slice)
        for (int row = 0; row < grid.rows; ++row) {
            const std::size_t begin = grid.offset({0, row, slice});
            const std::uint16_t* voxels = map.voxels().data() + begin;
            for (int first = 0; first < grid.columns;) {
                const std::uint16_t value = voxels[first];
                int last = first;
                while (last + 1 < grid.columns && voxels[last + 1] == value)
                    ++last;
                if (value != 0)
                    extents.addRun(value, first, last, row, slice, begin + static_cast<std::size_t>(first));
                first = last + 1;
            }
        }
    return extents.take();
}

Surface surfaceOf(const LabelMap& map, std::uint16_t value, const MaskRegion& box, Smoothing smoothing)
{
    using Make = Surface (*)(const LabelMap&, std::uint16_t, const MaskRegion&, Smoothing);
    static const auto make = reinterpret_cast<Make>(
        imaging::functionOf("limn-surface", "limnSurfaceOf", "The library that makes surfaces"));
    return make(map, value, box, smoothing);
}

double enclosedVolume(const Surface& surface)
{
    double sum = 0;
    for (const auto& [a, b, c] : surface.triangles) {
        const Point normal = crossOf(surface.points[b], surface.points[c]);
        const Point& corner = surface.points[a];
        for (std::size_t i = 0; i < 3; ++i)
            sum += static_cast<double>(corner[i]) * static_cast<double>(normal[i]);
    }
    return sum / 6;
}

void writeStl(const std::filesystem::path& path, const Surface& surface)
{
    std::string bytes("Limn: research use only, millimetres, LPS");
    bytes.resize(80, ' ');
    const auto count = static_cast<std::uint32_t>(surface.triangles.size());
    bytes.reserve(84 + std::size_t{count} * 50);
    append(bytes, &count, sizeof count);
    for (const auto& [a, b, c] : surface.triangles) {
        const std::array corners{surface.points[a], surface.points[b], surface.points[c]};
        const Point normal = crossOf(minus(corners[1], corners[0]), minus(corners[2], corners[0]));
        append(bytes, normal.data(), sizeof normal); // Readers scale it, or work it out again.
        append(bytes, corners.data(), sizeof corners);
        bytes.append(2, '\0');
    }
    imaging::writeFileAtomically(path, bytes);
}

} // namespace annotations
