#pragma once

#include "imaging/dicom/header.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace imaging {

/// A table that maps sample values: Modality LUT, or one colour of a palette. PS3.3 C.11.1.1, C.7.6.3.1.5.
struct LookupTable
{
    int firstValue = 0; ///< Sample value that maps to the first entry.
    int bits = 16;
    std::vector<std::uint16_t> entries;

    std::uint16_t operator()(std::int64_t sample) const
    {
        const std::int64_t last = static_cast<std::int64_t>(entries.size()) - 1;
        const std::int64_t at = sample - firstValue;
        return entries[static_cast<std::size_t>(at < 0 ? 0 : (at > last ? last : at))];
    }
};

/// A table from its descriptor (entries, first value, bits) and its data; nothing when they do not fit each other.
std::optional<LookupTable> lookupTable(
    const DicomDataset& dataset, tags::Tag descriptor, tags::Tag data, bool isSigned);

/// The red, green and blue table of a PALETTE COLOR picture, plain or segmented (PS3.3 C.7.9.2); empty when one of them
/// is missing or damaged.
std::vector<LookupTable> paletteTables(const DicomDataset& dataset, bool isSigned);

} // namespace imaging
