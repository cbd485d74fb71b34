#include "app/workflow/mask_files.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cmath>

namespace app {

namespace {

int sliceWithMost(const annotations::LabelMap& map)
{
    int best = 0;
    std::ptrdiff_t most = -1;
    for (int k = 0; k < map.grid().slices; ++k) {
        const auto slice = map.slice(k);
        const auto count = std::count_if(slice.begin(), slice.end(), [](std::uint16_t v) { return v != 0; });
        if (count > most) {
            most = count;
            best = k;
        }
    }
    return best;
}

} // namespace

void writeOverlay(const std::filesystem::path& path, const imaging::Volume& volume, const MaskResult& result)
{
    constexpr float kOpacity = 0.4F;
    checkOverlayFormat(path);
    const int index = sliceWithMost(result.map);
    const auto slice = imaging::sliceOf(volume, index);
    const auto grey = imaging::brightness(slice);
    const auto mask = result.map.slice(index);
    std::vector<std::uint8_t> pixels(grey.size() * 3);
    const auto colourOf = [&](std::uint16_t value) {
        return result.classes.empty() ? result.label.colour : result.classes.at(value - 1U).colour;
    };
    for (std::size_t i = 0; i < grey.size(); ++i)
        for (std::size_t channel = 0; channel < 3; ++channel) {
            float value = grey[i] * 255;
            if (mask[i] != 0)
                value = (1 - kOpacity) * value + kOpacity * static_cast<float>(colourOf(mask[i])[channel]);
            pixels[3 * i + channel] = static_cast<std::uint8_t>(std::lround(value));
        }
    imaging::writeRgbPng(path, slice.columns, slice.rows, pixels);
}

} // namespace app
