#pragma once

#include "annotations/label.h"
#include "imaging/dicom/header.h"
#include "imaging/dicom/tags.h"

#include <cstddef>
#include <optional>

namespace annotations {

/// Value `index` of an element that is US by PS3.6, whatever VR the file claims.
std::optional<int> unsignedShort(const imaging::DicomDataset& dataset, imaging::tags::Tag tag, std::size_t index = 0);

/// The first item of a sequence; nothing when there is no dataset, sequence or item.
std::optional<imaging::DicomDataset> firstItem(
    const std::optional<imaging::DicomDataset>& dataset, imaging::tags::Tag sequence);

/// The coded concept (PS3.3 8.8) in a sequence's first item; empty when there is none.
Code codeIn(const std::optional<imaging::DicomDataset>& dataset, imaging::tags::Tag sequence);

} // namespace annotations
