#include "models/vision/seen_pixels.h"

#include "models/vision/slice_picture.h"

#include <torch/types.h>

namespace models::vision {

SeenPixels seenPixels(const imaging::Slice& slice, const PictureFit& fit)
{
    const auto shown = shownPicture(slice);
    const auto square = fittedPicture(shown.view(), fit);
    auto numbers = normalizedPicture(square.view(), fit);
    SeenPixels result;
    result.pixels = torch::from_blob(numbers.data(), {1, 3, fit.size, fit.size}).clone();
    result.size = fit.size;
    for (std::size_t i = 0; i < square.bytes.size(); i += static_cast<std::size_t>(square.channels))
        result.grey.push_back(square.bytes[i]);
    return result;
}

} // namespace models::vision
