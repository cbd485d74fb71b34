#include "annotations/seg/bits.h"

#include "imaging/error.h"

#include <algorithm>
#include <bit>

namespace annotations {

namespace {

void checkSize(std::size_t firstBit, std::size_t bits, std::size_t bytes)
{
    if (packedBytes(firstBit + bits) > bytes)
        throw imaging::Error(imaging::ErrorKind::Internal, "The packed pixels are shorter than their frames.");
}

/// Ors up to eight bits in at any bit position.
void orBits(std::span<std::uint8_t> packed, std::size_t bit, unsigned bits)
{
    const unsigned shift = static_cast<unsigned>(bit % 8);
    const unsigned wide = bits << shift;
    packed[bit / 8] = static_cast<std::uint8_t>(packed[bit / 8] | (wide & 0xFF));
    if (wide >> 8)
        packed[bit / 8 + 1] = static_cast<std::uint8_t>(packed[bit / 8 + 1] | (wide >> 8));
}

/// Eight bits from any bit position; those past the end are 0.
unsigned eightBits(std::span<const std::uint8_t> packed, std::size_t bit)
{
    const std::size_t byte = bit / 8;
    const unsigned low = packed[byte];
    const unsigned high = byte + 1 < packed.size() ? packed[byte + 1] : 0u;
    return ((low | (high << 8)) >> (bit % 8)) & 0xFF;
}

template <typename T, typename Inside>
std::size_t packWhere(std::span<const T> values, std::size_t firstBit, std::span<std::uint8_t> packed, Inside inside)
{
    checkSize(firstBit, values.size(), packed.size());
    std::size_t ones = 0;
    for (std::size_t i = 0; i < values.size(); i += 8) {
        const std::size_t count = std::min<std::size_t>(8, values.size() - i);
        unsigned bits = 0;
        for (std::size_t k = 0; k < count; ++k)
            bits |= static_cast<unsigned>(inside(values[i + k])) << k;
        if (bits == 0)
            continue;
        ones += static_cast<std::size_t>(std::popcount(bits));
        orBits(packed, firstBit + i, bits);
    }
    return ones;
}

} // namespace

void packBits(std::span<const std::uint8_t> mask, std::size_t firstBit, std::span<std::uint8_t> packed)
{
    packWhere(mask, firstBit, packed, [](std::uint8_t v) { return v != 0; });
}

std::size_t packLabel(
    std::span<const std::uint16_t> labels, std::uint16_t value, std::size_t firstBit, std::span<std::uint8_t> packed)
{
    return packWhere(labels, firstBit, packed, [value](std::uint16_t v) { return v == value; });
}

void unpackBits(std::span<const std::uint8_t> packed, std::size_t firstBit, std::span<std::uint8_t> mask)
{
    checkSize(firstBit, mask.size(), packed.size());
    for (std::size_t i = 0; i < mask.size(); i += 8) {
        const unsigned bits = eightBits(packed, firstBit + i);
        const std::size_t count = std::min<std::size_t>(8, mask.size() - i);
        for (std::size_t k = 0; k < count; ++k)
            mask[i + k] = static_cast<std::uint8_t>((bits >> k) & 1);
    }
}

std::size_t unpackLabel(
    std::span<const std::uint8_t> packed, std::size_t firstBit, std::uint16_t value, std::span<std::uint16_t> labels)
{
    checkSize(firstBit, labels.size(), packed.size());
    std::size_t overwritten = 0;
    for (std::size_t i = 0; i < labels.size(); i += 8) {
        unsigned bits = eightBits(packed, firstBit + i);
        if (labels.size() - i < 8)
            bits &= (1u << (labels.size() - i)) - 1;
        for (; bits != 0; bits &= bits - 1) {
            std::uint16_t& label = labels[i + static_cast<std::size_t>(std::countr_zero(bits))];
            overwritten += label != 0 && label != value;
            label = value;
        }
    }
    return overwritten;
}

std::size_t countBits(std::span<const std::uint8_t> packed, std::size_t firstBit, std::size_t bits)
{
    checkSize(firstBit, bits, packed.size());
    std::size_t ones = 0;
    for (std::size_t i = 0; i < bits; i += 8) {
        unsigned part = eightBits(packed, firstBit + i);
        if (bits - i < 8)
            part &= (1u << (bits - i)) - 1;
        ones += static_cast<std::size_t>(std::popcount(part));
    }
    return ones;
}

} // namespace annotations
