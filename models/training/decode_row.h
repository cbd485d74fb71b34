#pragma once

#include "models/training/manifest.h"

#include <cstdint>
#include <string>
#include <vector>

namespace models {

/// One sample of a row, at the network's size.
struct DecodedSample
{
    std::string name; ///< As Dataset::Sample::image.
    int channels = 1;
    std::vector<std::uint8_t> picture; ///< [channels, size, size]
    std::vector<std::uint8_t> mask; ///< [size, size]; all 0 when unlabelled
    FullMask fullMask; ///< Empty when unlabelled.
    bool labelled = false;
    bool wasScaled = false; ///< The mask had another size than its picture.
    bool wasTurned = false; ///< As StudySlice has them; a PNG knows no sides.
    bool sidesKnown = false;
};

/// The stack that was read last: rows that name its slices one after the other need not read it again.
struct LastStudy
{
    std::string image;
    std::vector<std::string> masks;
    std::vector<StudySlice> slices;
};

/// Reads the files of a row and cuts them into samples: slices, tiles. Can be called from several threads at once when
/// the options' readers can, each with its own `last`. Throws imaging::Error naming file and row: a file that cannot be
/// read, a slice that is not there, a mask of another shape, a value that is no class.
std::vector<DecodedSample> decodeRow(const DatasetOptions& options, const ManifestRow& row, LastStudy& last);

} // namespace models
