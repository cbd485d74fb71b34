#include "models/training/mask_halves.h"

namespace models::training {

namespace {

/// Pixels of the connected area that `first` belongs to; each is marked as seen.
std::vector<int> areaFrom(int first, std::span<const std::uint8_t> mask, int size, std::vector<bool>& seen)
{
    std::vector<int> pixels{first};
    seen[std::size_t(first)] = true;
    const auto visit = [&](int pixel) {
        if (mask[std::size_t(pixel)] == 0 || seen[std::size_t(pixel)])
            return;
        seen[std::size_t(pixel)] = true;
        pixels.push_back(pixel);
    };
    for (std::size_t next = 0; next < pixels.size(); ++next) {
        const int pixel = pixels[next];
        const int column = pixel % size;
        if (column > 0)
            visit(pixel - 1);
        if (column + 1 < size)
            visit(pixel + 1);
        if (pixel >= size)
            visit(pixel - size);
        if (pixel + size < size * size)
            visit(pixel + size);
    }
    return pixels;
}

PictureHalf halfOf(const std::vector<int>& pixels, int size)
{
    std::int64_t columns = 0;
    for (const int pixel : pixels)
        columns += 2 * (pixel % size) + 1;
    return columns < std::int64_t(pixels.size()) * size ? PictureHalf::Left : PictureHalf::Right;
}

} // namespace

std::optional<std::vector<std::uint8_t>> areasOfHalf(std::span<const std::uint8_t> mask, int size, PictureHalf half)
{
    std::vector<std::uint8_t> result(mask.size(), 0);
    std::vector<bool> seen(mask.size(), false);
    bool here = false, there = false;
    for (int pixel = 0; pixel < int(mask.size()); ++pixel) {
        if (mask[std::size_t(pixel)] == 0 || seen[std::size_t(pixel)])
            continue;
        const auto area = areaFrom(pixel, mask, size, seen);
        const bool wanted = halfOf(area, size) == half;
        (wanted ? here : there) = true;
        if (wanted)
            for (const int member : area)
                result[std::size_t(member)] = mask[std::size_t(member)];
    }
    if (!here || !there)
        return std::nullopt;
    return result;
}

} // namespace models::training
