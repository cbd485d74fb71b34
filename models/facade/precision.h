#pragma once

namespace models {

/// What a model's numbers are held and computed in.
enum class Precision {
    Auto, ///< The most precise that fits in the free memory and that the processor has.
    Float32,
    BFloat16, ///< Half the memory; sums are more precise.
    Int8, ///< The matrices of a language model in 8 bits with a scale a row, all else in float32.
    Int8BFloat16, ///< The same, and what lies in front of the language model in bfloat16.
};

/// "float32"
inline const char* precisionName(Precision precision)
{
    switch (precision) {
    case Precision::Auto:
        return "auto";
    case Precision::Float32:
        return "float32";
    case Precision::BFloat16:
        return "bfloat16";
    case Precision::Int8BFloat16:
        return "int8+bfloat16";
    case Precision::Int8:
        break;
    }
    return "int8";
}

} // namespace models
