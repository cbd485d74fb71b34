#include "annotations/dicom/items.h"

#include "annotations/dicom/tags.h"

#include <vector>

namespace annotations {

using imaging::DicomDataset;

std::optional<int> unsignedShort(const DicomDataset& dataset, imaging::tags::Tag tag, std::size_t index)
{
    const auto raw = dataset.bytes(tag);
    if (raw.size() / 2 <= index)
        return std::nullopt;
    const auto first = static_cast<int>(raw[2 * index]);
    const auto second = static_cast<int>(raw[2 * index + 1]);
    return dataset.find(tag)->bigEndian ? first << 8 | second : second << 8 | first;
}

std::optional<DicomDataset> firstItem(const std::optional<DicomDataset>& dataset, imaging::tags::Tag sequence)
{
    const auto items = dataset ? dataset->items(sequence) : std::vector<DicomDataset>();
    return items.empty() ? std::nullopt : std::optional(items.front());
}

Code codeIn(const std::optional<DicomDataset>& dataset, imaging::tags::Tag sequence)
{
    const auto item = firstItem(dataset, sequence);
    if (!item)
        return {};
    Code code{item->text(tags::kCodeValue), item->text(tags::kCodingScheme), item->text(tags::kCodeMeaning)};
    if (code.value.empty())
        code.value = item->text(tags::kLongCodeValue);
    return code;
}

} // namespace annotations
