#include "models/weights/finite.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace models::weights {

namespace {

/// All bits of the exponent are set in infinities and in what is no number, and in nothing else. Runs as fast as memory
/// is read: large models have thousands of millions of numbers.
template <typename Word> bool noneHas(Word exponent, const at::Tensor& tensor)
{
    const auto* next = static_cast<const Word*>(tensor.const_data_ptr());
    const auto* end = next + tensor.numel();
    while (next < end) {
        const auto* stop = next + std::min<std::ptrdiff_t>(end - next, 4096);
        Word found = 0;
        for (; next < stop; ++next)
            found |= static_cast<Word>((*next & exponent) == exponent);
        if (found != 0)
            return false;
    }
    return true;
}

} // namespace

bool allFinite(const at::Tensor& tensor)
{
    const auto dense = tensor.cpu().contiguous();
    switch (tensor.scalar_type()) {
    case at::kDouble:
        return noneHas<std::uint64_t>(0x7ff0'0000'0000'0000, dense);
    case at::kFloat:
        return noneHas<std::uint32_t>(0x7f80'0000, dense);
    case at::kBFloat16:
        return noneHas<std::uint16_t>(0x7f80, dense);
    case at::kHalf:
        return noneHas<std::uint16_t>(0x7c00, dense);
    default:
        return !tensor.is_floating_point() || std::isfinite(tensor.to(at::kFloat).sum().item<double>());
    }
}

} // namespace models::weights
