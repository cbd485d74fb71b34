#include "imaging/dicom/lookup_table.h"

#include <cmath>
#include <span>
#include <utility>

namespace imaging {

namespace {

std::uint16_t wordAt(std::span<const std::byte> raw, std::size_t index, bool bigEndian)
{
    const auto low = static_cast<unsigned>(raw[2 * index + (bigEndian ? 1 : 0)]);
    const auto high = static_cast<unsigned>(raw[2 * index + (bigEndian ? 0 : 1)]);
    return static_cast<std::uint16_t>(high << 8U | low);
}

/// The stored entries as numbers of 16 bits.
std::vector<std::uint16_t> storedEntries(std::span<const std::byte> raw, bool asBytes, bool bigEndian)
{
    std::vector<std::uint16_t> entries(asBytes ? raw.size() : raw.size() / 2);
    for (std::size_t i = 0; i < entries.size(); ++i)
        entries[i] = asBytes ? static_cast<std::uint16_t>(raw[i]) : wordAt(raw, i, bigEndian);
    return entries;
}

/// A table with its descriptor's values and no entries, and how many there should be.
std::optional<std::pair<LookupTable, std::size_t>> described(
    const DicomDataset& dataset, tags::Tag descriptorTag, bool isSigned)
{
    const auto descriptor = dataset.numbers(descriptorTag);
    if (descriptor.size() < 3)
        return std::nullopt;
    LookupTable table;
    table.firstValue = static_cast<int>(descriptor[1]);
    if (isSigned && table.firstValue > 32767)
        table.firstValue -= 65536;
    table.bits = static_cast<int>(descriptor[2]);
    const double count = descriptor[0] < 0 ? descriptor[0] + 65536 : descriptor[0];
    return std::pair{std::move(table), count >= 1 && count <= 65536 ? static_cast<std::size_t>(count) : 65536};
}

/// Expands the segments of one colour. PS3.3 C.7.9.2.
class Segments
{
public:
    Segments(const std::vector<std::uint16_t>& data, std::size_t wanted)
        : m_data(data)
        , m_wanted(wanted)
    {
    }

    /// Nothing unless exactly the wanted number of entries came out.
    std::optional<std::vector<std::uint16_t>> expand()
    {
        std::size_t at = 0;
        while (at < m_data.size() && m_entries.size() < m_wanted) {
            if (m_data[at] == kIndirect ? !indirect(at) : !direct(at))
                return std::nullopt;
        }
        return m_entries.size() == m_wanted ? std::optional(std::move(m_entries)) : std::nullopt;
    }

private:
    static constexpr std::uint16_t kDiscrete = 0;
    static constexpr std::uint16_t kLinear = 1;
    static constexpr std::uint16_t kIndirect = 2;

    bool direct(std::size_t& at)
    {
        if (m_data.size() - at < 2 || (m_data[at] != kDiscrete && m_data[at] != kLinear))
            return false;
        const std::size_t count = m_data[at + 1];
        const std::size_t values = m_data[at] == kDiscrete ? count : 1;
        // Segments of nothing could be repeated without end.
        if (count == 0 || m_data.size() - at - 2 < values || m_entries.size() + count > m_wanted)
            return false;
        const auto* first = &m_data[at] + 2;
        if (m_data[at] == kDiscrete)
            m_entries.insert(m_entries.end(), first, first + count);
        else if (!line(count, *first))
            return false;
        at += 2 + values;
        return true;
    }

    /// `count` entries on a straight line from the last one to `end`.
    bool line(std::size_t count, std::uint16_t end)
    {
        if (m_entries.empty())
            return false;
        const double start = m_entries.back();
        for (std::size_t i = 1; i <= count; ++i) {
            const double share = static_cast<double>(i) / static_cast<double>(count);
            m_entries.push_back(static_cast<std::uint16_t>(std::lround(start + (end - start) * share)));
        }
        return true;
    }

    /// Copies of segments that were given before, by their place in bytes; they are no indirect ones themselves.
    bool indirect(std::size_t& at)
    {
        if (m_data.size() - at < 4)
            return false;
        std::size_t from = (m_data[at + 2] | static_cast<std::size_t>(m_data[at + 3]) << 16U) / 2;
        for (std::uint16_t i = 0; i < m_data[at + 1]; ++i) {
            if (from >= m_data.size() || !direct(from))
                return false;
        }
        at += 4;
        return true;
    }

    const std::vector<std::uint16_t>& m_data;
    std::size_t m_wanted;
    std::vector<std::uint16_t> m_entries;
};

std::optional<LookupTable> segmentedTable(
    const DicomDataset& dataset, tags::Tag descriptorTag, tags::Tag dataTag, bool isSigned)
{
    auto table = described(dataset, descriptorTag, isSigned);
    const DicomElement* data = dataset.find(dataTag);
    // Segments of bytes are not read: nobody is known to write them.
    if (!table || !data || table->first.bits != 16)
        return std::nullopt;
    const auto stored = storedEntries(dataset.bytes(dataTag), /*asBytes=*/false, data->bigEndian);
    auto entries = Segments(stored, table->second).expand();
    if (!entries)
        return std::nullopt;
    table->first.entries = std::move(*entries);
    return std::move(table->first);
}

} // namespace

std::optional<LookupTable> lookupTable(
    const DicomDataset& dataset, tags::Tag descriptorTag, tags::Tag dataTag, bool isSigned)
{
    auto table = described(dataset, descriptorTag, isSigned);
    const DicomElement* data = dataset.find(dataTag);
    if (!table || !data)
        return std::nullopt;
    const std::size_t count = table->second;
    const auto raw = dataset.bytes(dataTag);
    if (raw.size() < count)
        return std::nullopt;
    table->first.entries = storedEntries(raw, /*asBytes=*/raw.size() < 2 * count, data->bigEndian);
    table->first.entries.resize(count);
    return std::move(table->first);
}

std::vector<LookupTable> paletteTables(const DicomDataset& dataset, bool isSigned)
{
    std::vector<LookupTable> result;
    for (tags::Tag colour = 0; colour < 3; ++colour) {
        const tags::Tag descriptor = tags::kPaletteDescriptorRed + colour;
        auto table = lookupTable(dataset, descriptor, tags::kPaletteDataRed + colour, isSigned);
        if (!table)
            table = segmentedTable(dataset, descriptor, tags::kSegmentedPaletteDataRed + colour, isSigned);
        if (!table)
            return {};
        result.push_back(std::move(*table));
    }
    return result;
}

} // namespace imaging
