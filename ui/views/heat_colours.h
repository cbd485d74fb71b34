#pragma once

#include <QRgb>

#include <array>

namespace ui {

/// Colours of a heat map from 0 (dark violet) to 1 (pale yellow) in 256 steps: lighter is more, also without colour
/// vision.
const std::array<QRgb, 256>& heatColours();

} // namespace ui
