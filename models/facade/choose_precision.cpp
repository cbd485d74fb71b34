#include "models/facade/choose_precision.h"

#include "imaging/error.h"

#include <algorithm>

namespace models {

Precision choosePrecision(Precision asked, std::uint64_t numbers, const PrecisionMeans& means, std::uint64_t available)
{
    constexpr std::uint64_t kBeside = 500'000'000; // Bytes that pictures and texts take on their way.
    const bool bytes = asked == Precision::Int8 || asked == Precision::Int8BFloat16;
    if (bytes && means.byteNumbers == 0)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "Only language models (of BLIP-2 and InstructBLIP) can be held in int8: take float32 or bfloat16.");
    if (asked != Precision::Auto)
        return asked;
    const auto fits = [&](std::uint64_t needed) { return needed + kBeside <= available; };
    if (fits(4 * numbers))
        return Precision::Float32;
    if (means.bfloat16 && (fits(2 * numbers) || means.byteNumbers == 0))
        return Precision::BFloat16;
    if (means.byteNumbers == 0)
        return Precision::Float32;
    const auto rest = numbers - std::min(numbers, means.byteNumbers);
    return !means.bfloat16 || fits(means.byteNumbers + 4 * rest) ? Precision::Int8 : Precision::Int8BFloat16;
}

} // namespace models
