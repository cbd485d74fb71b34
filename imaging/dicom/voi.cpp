#include "imaging/dicom/voi.h"

#include "imaging/dicom/lookup_table.h"

#include <algorithm>
#include <bit>
#include <string_view>

namespace imaging {

namespace {

/// The largest entry that the table may hold. Some writers store more bits than they say.
double whiteOf(const LookupTable& table)
{
    const auto largest = *std::max_element(table.entries.begin(), table.entries.end());
    const bool sane = table.bits >= 1 && table.bits <= 16;
    const int bits = std::max<int>(sane ? table.bits : 1, std::bit_width(largest));
    return static_cast<double>((1U << static_cast<unsigned>(bits)) - 1);
}

WindowLevel windowOf(const LookupTable& table)
{
    const auto count = static_cast<double>(table.entries.size());
    const double white = whiteOf(table);
    auto greys = std::make_shared<GreyTable>();
    greys->firstValue = table.firstValue;
    greys->greys.reserve(table.entries.size());
    for (const std::uint16_t entry : table.entries)
        greys->greys.push_back(static_cast<float>(entry / white));
    return {table.firstValue + count / 2, count, GreyFunction::Table, std::move(greys)};
}

GreyFunction functionOf(const DicomDataset& dataset, const ValueRange& values)
{
    const std::string_view name = dataset.rawText(tags::kVoiLutFunction);
    if (name == "SIGMOID")
        return GreyFunction::Sigmoid;
    // Between whole numbers only is a window's width less 1 its last value.
    return name == "LINEAR_EXACT" || !values.whole ? GreyFunction::LinearExact : GreyFunction::Linear;
}

std::optional<WindowLevel> voiIn(const DicomDataset& dataset, const ValueRange& values)
{
    for (const auto& item : dataset.items(tags::kVoiLutSequence)) {
        // The first value has the sign that the rescaled values have, whatever VR the file claims. PS3.3 C.11.2.1.1.
        const auto table = lookupTable(item, tags::kLutDescriptor, tags::kLutData, values.low < 0);
        if (table && table->entries.size() > 1)
            return windowOf(*table);
    }
    const auto center = dataset.number(tags::kWindowCenter);
    const auto width = dataset.number(tags::kWindowWidth);
    if (center && width && *width > 0)
        return WindowLevel{*center, *width, functionOf(dataset, values)};
    return std::nullopt;
}

} // namespace

std::optional<WindowLevel> voiOf(const DicomHeader& header, const ValueRange& values)
{
    const auto root = header.root();
    if (auto voi = voiIn(root, values))
        return voi;
    for (const tags::Tag groups : {tags::kSharedFunctionalGroups, tags::kPerFrameFunctionalGroups}) {
        for (const auto& group : root.items(groups)) {
            for (const auto& item : group.items(tags::kFrameVoiLutSequence)) {
                if (auto voi = voiIn(item, values))
                    return voi;
            }
        }
    }
    return std::nullopt;
}

} // namespace imaging
