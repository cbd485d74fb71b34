#pragma once

#include "models/facade/precision.h"

#include <cstdint>
#include <filesystem>

namespace models {

/// What a model and the processor that it is for can do.
struct PrecisionMeans
{
    bool bfloat16 = false; ///< The processor multiplies in it.
    std::uint64_t byteNumbers = 0; ///< How many of the numbers may be held in 8 bits: a language model's matrices.
};

/// Precision::Auto decided for a model of `numbers` numbers by the bytes that are `available`; what was asked for
/// otherwise. Where nothing fits it is the smallest: loading refuses it with both figures. Throws Error(WrongUse) for
/// int8 without a language model.
Precision choosePrecision(Precision asked, std::uint64_t numbers, const PrecisionMeans& means, std::uint64_t available);

} // namespace models
