#pragma once

#include "imaging/dicom/tags.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace imaging {

/// One element as the pre-scan saw it. Sequences, items and all that lie in them follow each other in file order.
struct DicomElement
{
    static constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
    static constexpr std::uint32_t kNotKept = 0xFFFFFFFF;

    tags::Tag tag = 0;
    std::uint32_t end = 0; ///< Index of the next element that does not lie in this one.
    std::uint64_t offset = 0; ///< Of the value in the data set (in the inflated one for deflated files).
    std::uint32_t length = 0; ///< Of the value, or kUndefined.
    std::uint32_t valueAt = kNotKept; ///< Where the header keeps the value.
    std::array<char, 2> vr{}; ///< Two zeros in implicit syntaxes.
    std::uint8_t depth = 0;
    bool bigEndian = false;
};

class DicomHeader;

/// A data set inside a header: all of it, or one item of a sequence. Values are read by what the tag means, whatever VR
/// the file claims. Must not outlive the header.
class DicomDataset
{
public:
    DicomDataset(const DicomHeader& header, std::uint32_t first, std::uint32_t last)
        : m_header(&header)
        , m_first(first)
        , m_last(last)
    {
    }

    const DicomElement* find(tags::Tag tag) const;
    bool has(tags::Tag tag) const { return find(tag) != nullptr; }

    /// The bytes as stored; empty when absent, or longer than the pre-scan keeps (1 MB).
    std::span<const std::byte> bytes(tags::Tag tag) const;

    /// The text as stored, in the file's own character set, without padding at both ends.
    std::string_view rawText(tags::Tag tag) const;

    /// The text (its first 10,240 bytes, the longest LT) as UTF-8, by the data set's (0008,0005).
    std::string text(tags::Tag tag) const;

    /// Value `index` of a number stored as US, SS, UL, SL, FL, FD or as IS, DS; nothing when absent or no number.
    std::optional<double> number(tags::Tag tag, std::size_t index = 0) const;
    std::optional<int> integer(tags::Tag tag) const;
    std::vector<double> numbers(tags::Tag tag) const;

    /// Items of a sequence; empty when absent.
    std::vector<DicomDataset> items(tags::Tag tag) const;

private:
    const DicomHeader* m_header;
    std::uint32_t m_first;
    std::uint32_t m_last;
};

/// Where the pixel data of the picture lies (at the top level; icons in sequences do not count).
struct PixelElement
{
    struct Fragment
    {
        std::uint64_t offset = 0;
        std::uint32_t length = 0;
    };

    tags::Tag tag = tags::kPixelData;
    std::uint64_t offset = 0; ///< Of the value; for encapsulated data of the first item's tag.
    std::uint64_t length = 0; ///< Bytes of the value that are really there; encapsulated: up to the sequence delimiter.
    std::uint64_t declaredLength = 0; ///< What the element claims; the same as `length` unless the file was cut.
    bool encapsulated = false;
    bool storedAsWords = true; ///< False when the VR is OB.
    bool philipsRle = false; ///< Not (7FE0,0010) but the private PMSCT_RLE1 of older Philips CTs.
    bool cutFragment = false; ///< Encapsulated only: the last fragment is not all there.
    std::vector<Fragment> fragments; ///< Encapsulated only; the first is the Basic Offset Table.
};

/// Everything the pre-scan found in front of (and, when asked, behind) the pixel data.
class DicomHeader
{
public:
    std::string path;
    std::string name; ///< What sentences call the file, in quotes: quotedName(), or what prescanFile() was told.
    std::string transferSyntaxUid; ///< As declared, or, when it is missing or does not fit the bytes, as found.
    bool deflated = false;
    std::uint64_t dataOffset = 0; ///< Of the data set in the file: where inflating begins.
    bool truncated = false; ///< The bytes ended inside an element.
    std::optional<PixelElement> pixels;
    std::vector<DicomElement> elements;
    std::vector<std::byte> values;

    DicomDataset root() const { return {*this, 0, static_cast<std::uint32_t>(elements.size())}; }
};

} // namespace imaging
