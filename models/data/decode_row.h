#pragma once

#include "models/data/manifest.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace models::data {

/// One sample of a row, at the network's size.
struct DecodedSample
{
    std::string name; ///< As Dataset::Sample::image.
    int channels = 1;
    std::vector<std::uint8_t> picture; ///< [channels, size, size]
    std::vector<std::uint8_t> mask; ///< [size, size]; all 0 when unlabelled, empty when no masks are read
    FullMask fullMask; ///< Empty when unlabelled.
    bool labelled = false;
    bool wasScaled = false; ///< The mask had another size than its picture.
    bool wasTurned = false; ///< As StudySlice has them; a PNG knows no sides.
    bool sidesKnown = false;
};

/// Reads the files of the rows of one picture or stack, each once, and cuts them into samples: slices, tiles; result[i]
/// are those of rows[i]. Can be called from several threads at once when the options' readers can. Throws
/// imaging::Error naming file and row: a file that cannot be read, a slice that is not there, a mask of another shape,
/// a value that is no class.
std::vector<std::vector<DecodedSample>> decodeRows(const DatasetOptions& options, std::span<const ManifestRow> rows);

} // namespace models::data
