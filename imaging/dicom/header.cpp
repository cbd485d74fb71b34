#include "imaging/dicom/header.h"

#include "imaging/dicom/text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace imaging {

namespace {

constexpr auto kNativeBig = std::endian::native == std::endian::big;

template <typename T> T load(const std::byte* from, bool bigEndian)
{
    std::array<std::byte, sizeof(T)> raw;
    std::copy_n(from, sizeof(T), raw.begin());
    if (bigEndian != kNativeBig)
        std::reverse(raw.begin(), raw.end());
    return std::bit_cast<T>(raw);
}

/// How a number is stored, by VR where the file has one, else by what is usual for the tag.
enum class NumberKind { Text, Unsigned16, Signed16, Unsigned32, Signed32, Real32, Real64 };

bool isBinaryGroup28(tags::Tag tag)
{
    switch (tag) {
    case tags::kSamplesPerPixel:
    case tags::kPlanarConfiguration:
    case tags::kRows:
    case tags::kColumns:
    case tags::kBitsAllocated:
    case tags::kBitsStored:
    case tags::kHighBit:
    case tags::kPixelRepresentation:
    case tags::kPixelPaddingValue:
    case tags::kLutDescriptor:
    case tags::kPaletteDescriptorRed:
    case tags::kPaletteDescriptorRed + 1:
    case tags::kPaletteDescriptorRed + 2:
        return true;
    default:
        return false;
    }
}

NumberKind numberKind(const DicomElement& element)
{
    const std::string_view vr(element.vr.data(), element.vr.size());
    if (vr == "US")
        return NumberKind::Unsigned16;
    if (vr == "SS")
        return NumberKind::Signed16;
    if (vr == "UL")
        return NumberKind::Unsigned32;
    if (vr == "SL")
        return NumberKind::Signed32;
    if (vr == "FL")
        return NumberKind::Real32;
    if (vr == "FD")
        return NumberKind::Real64;
    return isBinaryGroup28(element.tag) ? NumberKind::Unsigned16 : NumberKind::Text;
}

template <typename T>
std::optional<double> binaryAt(std::span<const std::byte> bytes, std::size_t index, bool bigEndian)
{
    if (bytes.size() / sizeof(T) <= index)
        return std::nullopt;
    const double value = static_cast<double>(load<T>(bytes.data() + index * sizeof(T), bigEndian));
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Value `index` of an element that numberKind() does not call text.
std::optional<double> binaryNumber(const DicomElement& element, std::span<const std::byte> raw, std::size_t index)
{
    switch (numberKind(element)) {
    case NumberKind::Unsigned16:
        return binaryAt<std::uint16_t>(raw, index, element.bigEndian);
    case NumberKind::Signed16:
        return binaryAt<std::int16_t>(raw, index, element.bigEndian);
    case NumberKind::Unsigned32:
        return binaryAt<std::uint32_t>(raw, index, element.bigEndian);
    case NumberKind::Signed32:
        return binaryAt<std::int32_t>(raw, index, element.bigEndian);
    case NumberKind::Real32:
        return binaryAt<float>(raw, index, element.bigEndian);
    case NumberKind::Real64:
        return binaryAt<double>(raw, index, element.bigEndian);
    case NumberKind::Text:
        break;
    }
    return std::nullopt;
}

bool isPadding(char c)
{
    return c == ' ' || c == '\0' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isPadding(text.back()))
        text.remove_suffix(1);
    while (!text.empty() && isPadding(text.front()))
        text.remove_prefix(1);
    return text;
}

/// Nothing when the text is not wholly a finite number.
std::optional<double> textNumber(std::string_view text)
{
    text = trimmed(text);
    if (!text.empty() && text.front() == '+')
        text.remove_prefix(1);
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

} // namespace

const DicomElement* DicomDataset::find(tags::Tag tag) const
{
    const auto& elements = m_header->elements;
    for (std::uint32_t i = m_first; i < m_last; i = elements[i].end) {
        if (elements[i].tag == tag)
            return &elements[i];
    }
    return nullptr;
}

std::span<const std::byte> DicomDataset::bytes(tags::Tag tag) const
{
    const DicomElement* element = find(tag);
    if (!element || element->valueAt == DicomElement::kNotKept)
        return {};
    return std::span(m_header->values).subspan(element->valueAt, element->length);
}

std::string_view DicomDataset::rawText(tags::Tag tag) const
{
    const auto raw = bytes(tag);
    return trimmed({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

std::string DicomDataset::text(tags::Tag tag) const
{
    std::string_view charset = rawText(tags::kSpecificCharacterSet);
    if (charset.empty())
        charset = m_header->root().rawText(tags::kSpecificCharacterSet);
    // No text of DICOM that is asked for here may be longer; converting a long one by many escapes would take long.
    constexpr std::size_t kLongestText = 10'240;
    return toUtf8(rawText(tag).substr(0, kLongestText), charset);
}

std::vector<double> DicomDataset::numbers(tags::Tag tag) const
{
    std::vector<double> result;
    const DicomElement* element = find(tag);
    if (!element)
        return result;
    const auto raw = bytes(tag);
    if (numberKind(*element) == NumberKind::Text) {
        std::string_view rest(reinterpret_cast<const char*>(raw.data()), raw.size());
        while (const auto value = textNumber(rest.substr(0, rest.find('\\')))) {
            result.push_back(*value);
            const std::size_t split = rest.find('\\');
            if (split == std::string_view::npos)
                break;
            rest.remove_prefix(split + 1);
        }
        return result;
    }
    while (const auto value = binaryNumber(*element, raw, result.size()))
        result.push_back(*value);
    return result;
}

std::optional<double> DicomDataset::number(tags::Tag tag, std::size_t index) const
{
    const auto all = numbers(tag);
    return index < all.size() ? std::optional(all[index]) : std::nullopt;
}

std::optional<int> DicomDataset::integer(tags::Tag tag) const
{
    const auto value = number(tag);
    if (!value || *value != std::floor(*value) || std::abs(*value) > std::numeric_limits<int>::max())
        return std::nullopt;
    return static_cast<int>(*value);
}

std::vector<DicomDataset> DicomDataset::items(tags::Tag tag) const
{
    std::vector<DicomDataset> result;
    const DicomElement* sequence = find(tag);
    if (!sequence)
        return result;
    const auto& elements = m_header->elements;
    auto i = static_cast<std::uint32_t>(sequence - elements.data()) + 1;
    for (; i < sequence->end; i = elements[i].end) {
        if (elements[i].tag == tags::kItem)
            result.emplace_back(*m_header, i + 1, elements[i].end);
    }
    return result;
}

} // namespace imaging
