#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace annotations {

/// Bytes that `bits` one-bit pixels take; frames run on without padding between them (PS3.5 8.1.1).
constexpr std::size_t packedBytes(std::size_t bits)
{
    return bits / 8 + (bits % 8 != 0 ? 1 : 0);
}

/// Sets the bits from `firstBit` to one where `mask` is not 0; least significant bit first. The target bits must be
/// zero before. Throws Error(Internal) when `packed` is too short.
void packBits(std::span<const std::uint8_t> mask, std::size_t firstBit, std::span<std::uint8_t> packed);

/// The same from labels: one where `labels` equals `value`. Gives the number of ones.
std::size_t packLabel(
    std::span<const std::uint16_t> labels, std::uint16_t value, std::size_t firstBit, std::span<std::uint8_t> packed);

/// Reads mask.size() bits from `firstBit` as 0 and 1. Throws Error(Internal) when `packed` is too short.
void unpackBits(std::span<const std::uint8_t> packed, std::size_t firstBit, std::span<std::uint8_t> mask);

/// Sets `labels` to `value` where the bits from `firstBit` are one; gives how many of those held another label before.
std::size_t unpackLabel(
    std::span<const std::uint8_t> packed, std::size_t firstBit, std::uint16_t value, std::span<std::uint16_t> labels);

/// Number of ones among `bits` bits from `firstBit`.
std::size_t countBits(std::span<const std::uint8_t> packed, std::size_t firstBit, std::size_t bits);

} // namespace annotations
