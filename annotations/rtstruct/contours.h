#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace annotations {

/// A point on a plane in pixels: column and row, whole numbers at the centres of pixels.
using PlanePoint = std::array<double, 2>;

/// A closed outline; the last point is joined to the first.
using Outline = std::vector<PlanePoint>;

/// The outlines of a label on a plane of whole rows: one for each area whose pixels touch along edges, through the
/// middles of the edges between pixels inside and outside, so that the centres of exactly its pixels lie within. Holes
/// hang on a channel without width, as PS3.3 C.8.8.6.3 has it for closed planar contours (the keyhole technique).
std::vector<Outline> outlinesOf(std::span<const std::uint16_t> plane, int columns, std::uint16_t value);

/// Turns the pixels over whose centres lie within an outline (by the even-odd rule): 0 becomes 1, 1 becomes 0, so that
/// one outline within another is a hole of it. `plane` has whole rows of 0 and 1.
void turnOver(const Outline& outline, int columns, std::span<std::uint8_t> plane);

} // namespace annotations
