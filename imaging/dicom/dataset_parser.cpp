#include "imaging/dicom/dataset_parser.h"

#include "imaging/error.h"

#include <algorithm>
#include <limits>
#include <string_view>

namespace imaging::detail {

namespace {

constexpr std::size_t kDeepestNesting = 64;
constexpr std::size_t kMostElements = 2'000'000; // 20,000 frames of an enhanced object have about half of it.
constexpr std::uint32_t kLongestKeptValue = 1U << 20U;
constexpr std::size_t kMostKeptBytes = std::size_t{64} << 20U;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t kUndefined = DicomElement::kUndefined;

constexpr std::string_view kLongVrs = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ";
constexpr std::string_view kShortVrs = "AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US ";

bool listed(std::string_view list, std::byte first, std::byte second)
{
    const char name[] = {static_cast<char>(first), static_cast<char>(second), ' '};
    const std::size_t at = list.find({name, 3});
    return first != std::byte{' '} && second != std::byte{' '} && at != std::string_view::npos && at % 3 == 0;
}

std::uint32_t load16(std::span<const std::byte> from, bool bigEndian)
{
    const auto a = static_cast<std::uint32_t>(from[0]);
    const auto b = static_cast<std::uint32_t>(from[1]);
    return bigEndian ? (a << 8U | b) : (b << 8U | a);
}

std::uint32_t load32(std::span<const std::byte> from, bool bigEndian)
{
    const std::uint32_t a = load16(from, bigEndian);
    const std::uint32_t b = load16(from.subspan(2), bigEndian);
    return bigEndian ? (a << 16U | b) : (b << 16U | a);
}

tags::Tag loadTag(std::span<const std::byte> from, bool bigEndian)
{
    return load16(from, bigEndian) << 16U | load16(from.subspan(2), bigEndian);
}

bool isPixelTag(tags::Tag tag)
{
    return tag == tags::kPixelData || tag == tags::kFloatPixelData || tag == tags::kDoubleFloatPixelData;
}

std::string_view vrOf(const DicomElement& element)
{
    return {element.vr.data(), element.vr.size()};
}

/// Length and size of the header of an element, and its VR.
struct ElementStart
{
    std::array<char, 2> vr{};
    std::uint32_t length = 0;
    std::size_t headerSize = 8;
};

/// `ahead` holds at least 8 bytes, 12 unless the source ends there.
ElementStart elementStart(std::span<const std::byte> ahead, Encoding encoding, std::uint64_t available)
{
    ElementStart start;
    start.length = load32(ahead.subspan(4), encoding.bigEndian);
    if (!encoding.explicitVr)
        return start;
    const bool isLong = listed(kLongVrs, ahead[4], ahead[5]);
    const bool isUpper = std::all_of(
        ahead.begin() + 4, ahead.begin() + 6, [](std::byte b) { return b >= std::byte{'A'} && b <= std::byte{'Z'}; });
    // Some writers leave single elements of an explicit data set without a VR.
    if (!isLong && !isUpper && start.length <= available)
        return start;
    start.vr = {static_cast<char>(ahead[4]), static_cast<char>(ahead[5])};
    start.length = load16(ahead.subspan(6), encoding.bigEndian);
    if (isLong) {
        start.headerSize = 12;
        start.length = ahead.size() < 12 ? 0 : load32(ahead.subspan(8), encoding.bigEndian);
    }
    return start;
}

} // namespace

bool isKnownVr(std::byte first, std::byte second)
{
    return listed(kLongVrs, first, second) || listed(kShortVrs, first, second);
}

Encoding encodingOf(std::span<const std::byte> firstBytes, Encoding declared)
{
    if (firstBytes.size() < 8)
        return declared;
    Encoding found;
    found.explicitVr = isKnownVr(firstBytes[4], firstBytes[5]);
    // The first group is a small number; read with the wrong byte order it is a large one. Private groups may be large.
    const bool declaredFits = load16(firstBytes, declared.bigEndian) <= 0xFF;
    const bool otherFits = load16(firstBytes, !declared.bigEndian) <= 0xFF;
    found.bigEndian = !declaredFits && otherFits ? !declared.bigEndian : declared.bigEndian;
    return found;
}

DatasetParser::DatasetParser(ByteSource& source, DicomHeader& header, Encoding encoding, Until until)
    : m_source(source)
    , m_header(header)
    , m_encoding(encoding)
    , m_until(until)
{
}

void DatasetParser::run()
{
    while (!m_done) {
        closeFinishedLevels();
        if (!step())
            break;
    }
    while (!m_levels.empty())
        popLevel();
}

bool DatasetParser::step()
{
    const auto ahead = m_source.peek(12);
    if (ahead.size() < 8) {
        // A few zeros at the end are padding.
        m_header.truncated |= std::any_of(ahead.begin(), ahead.end(), [](std::byte b) { return b != std::byte{0}; });
        return false;
    }
    const tags::Tag tag = loadTag(ahead, encoding().bigEndian);
    if (m_until == Until::GroupAfterMeta && m_levels.empty() && tag >> 16U != 2)
        return false;
    if (tag >> 16U == 0xFFFE) {
        m_source.skip(8);
        handleDelimiter(tag, load32(ahead.subspan(4), encoding().bigEndian));
        return true;
    }
    if (!m_levels.empty() && !m_levels.back().isItem) {
        if (m_levels.back().limit == kNoLimit)
            refuse("a sequence in it holds something that is not an item");
        m_source.skip(m_levels.back().limit - m_source.position());
        return true;
    }
    handleElement(tag, ahead);
    return true;
}

void DatasetParser::handleDelimiter(tags::Tag tag, std::uint32_t length)
{
    const bool inSequence = !m_levels.empty() && !m_levels.back().isItem;
    if (tag == tags::kItem && inSequence) {
        const Encoding itemEncoding = encoding();
        const std::uint64_t position = m_source.position();
        const std::uint64_t end = length == kUndefined ? limit() : std::min(limit(), position + length);
        const auto index = addElement({.tag = tag, .offset = position, .length = length});
        m_levels.push_back({index, end, /*isItem=*/true, length != kUndefined, itemEncoding});
        return;
    }
    if (tag == tags::kItemDelimiter && !m_levels.empty() && m_levels.back().isItem && !m_levels.back().definedLength)
        return popLevel();
    if (tag != tags::kSequenceDelimiter)
        return;
    // An item may lack its own delimiter.
    if (!m_levels.empty() && m_levels.back().isItem && !m_levels.back().definedLength)
        popLevel();
    if (!m_levels.empty() && !m_levels.back().isItem && !m_levels.back().definedLength)
        popLevel();
}

void DatasetParser::handleElement(tags::Tag tag, std::span<const std::byte> ahead)
{
    const std::uint64_t position = m_source.position();
    const std::uint64_t inLimit = limit() == kNoLimit ? kNoLimit : limit() - std::min(limit(), position);
    const auto start = elementStart(ahead, encoding(), std::min(inLimit, m_source.remaining()));
    if (!m_source.skip(start.headerSize)) {
        m_header.truncated = true;
        m_done = true;
        return;
    }
    const auto index = addElement({.tag = tag,
        .offset = position + start.headerSize,
        .length = start.length,
        .vr = start.vr,
        .bigEndian = encoding().bigEndian});
    if (m_levels.empty() && isPixelTag(tag) && handlePixelData(index))
        return;
    if (start.length == kUndefined)
        handleUndefinedLength(index);
    else
        handleDefinedLength(index);
}

void DatasetParser::handleUndefinedLength(std::uint32_t index)
{
    const DicomElement& element = m_header.elements[index];
    const std::string_view vr = vrOf(element);
    if (vr == "UN") // PS3.5 6.2.2: what lies in it is implicit little endian.
        pushSequence(index, {.explicitVr = false, .bigEndian = false});
    else if (vr.front() == 'O')
        walkFragments();
    else if (vr == "SQ" || vr.front() == '\0')
        pushSequence(index, encoding());
    else
        refuse("an element without a length in it is no sequence");
}

void DatasetParser::handleDefinedLength(std::uint32_t index)
{
    DicomElement& element = m_header.elements[index];
    const std::uint64_t end = element.offset + element.length;
    // A value that runs out of its item is cut there; one that runs out of the file ends the parsing.
    if (end > limit())
        element.length = static_cast<std::uint32_t>(limit() - std::min(limit(), element.offset));
    if (element.length > m_source.remaining()) {
        element.length = static_cast<std::uint32_t>(m_source.remaining());
        m_header.truncated = true;
    }
    const std::string_view vr = vrOf(element);
    if (vr == "SQ")
        return pushSequence(index, encoding());
    if ((vr == "UN" || vr.front() == '\0') && holdsItems(element))
        return pushSequence(index, {.explicitVr = false, .bigEndian = vr != "UN" && encoding().bigEndian});
    keepOrSkip(element);
}

bool DatasetParser::handlePixelData(std::uint32_t index)
{
    DicomElement& element = m_header.elements[index];
    if (m_header.pixels)
        refuse("it holds pixel data twice");
    PixelElement pixels;
    pixels.tag = element.tag;
    pixels.offset = element.offset;
    pixels.storedAsWords = vrOf(element) != "OB";
    pixels.encapsulated = element.length == kUndefined;
    const bool stop = m_until == Until::PixelData;
    if (pixels.encapsulated) {
        pixels.fragments = walkFragments();
        pixels.length = m_source.position() - element.offset;
        pixels.declaredLength = pixels.length;
        pixels.cutFragment = m_cutFragment;
    } else {
        pixels.declaredLength = element.length;
        pixels.length = std::min<std::uint64_t>(element.length, m_source.remaining());
        // How much a deflated stream holds is known only after inflating it.
        if ((!stop || m_header.deflated) && !m_source.skip(pixels.length))
            pixels.length = m_source.position() - element.offset;
        m_header.truncated |= pixels.length < pixels.declaredLength;
    }
    m_header.pixels = std::move(pixels);
    m_done = stop || m_header.truncated;
    return true;
}

std::vector<PixelElement::Fragment> DatasetParser::walkFragments()
{
    std::vector<PixelElement::Fragment> fragments;
    for (;;) {
        const auto ahead = m_source.peek(8);
        if (ahead.size() < 8) {
            m_header.truncated = true;
            break;
        }
        const tags::Tag tag = loadTag(ahead, encoding().bigEndian);
        const std::uint32_t length = load32(ahead.subspan(4), encoding().bigEndian);
        if (tag != tags::kSequenceDelimiter && (tag != tags::kItem || length == kUndefined))
            refuse("its compressed pixel data is not a list of fragments");
        m_source.skip(8);
        if (tag == tags::kSequenceDelimiter)
            break;
        const std::uint64_t offset = m_source.position();
        const bool whole = m_source.skip(length);
        fragments.push_back({offset, static_cast<std::uint32_t>(m_source.position() - offset)});
        if (fragments.size() > kMostElements)
            refuse("it holds more than 2 million fragments");
        m_cutFragment = !whole;
        m_header.truncated |= !whole;
        if (!whole)
            break;
    }
    m_done |= m_header.truncated;
    return fragments;
}

void DatasetParser::keepOrSkip(DicomElement& element)
{
    const std::size_t at = m_header.values.size();
    if (element.length > kLongestKeptValue || at + element.length > kMostKeptBytes) {
        m_header.truncated |= !m_source.skip(element.length);
    } else {
        m_header.values.resize(at + element.length);
        element.valueAt = static_cast<std::uint32_t>(at);
        const auto got = static_cast<std::uint32_t>(m_source.read(m_header.values.data() + at, element.length));
        m_header.truncated |= got < element.length;
        element.length = got;
    }
    m_done |= m_header.truncated;
}

bool DatasetParser::holdsItems(const DicomElement& element)
{
    if (element.length < 8)
        return false;
    const auto ahead = m_source.peek(4);
    return ahead.size() == 4 && loadTag(ahead, vrOf(element) != "UN" && encoding().bigEndian) == tags::kItem;
}

void DatasetParser::pushSequence(std::uint32_t index, Encoding inner)
{
    const DicomElement& element = m_header.elements[index];
    if (m_levels.size() >= 2 * kDeepestNesting)
        refuse("its sequences are nested more than 64 deep");
    const bool defined = element.length != kUndefined;
    const std::uint64_t end = defined ? std::min(limit(), element.offset + element.length) : limit();
    m_levels.push_back({index, end, /*isItem=*/false, defined, inner});
}

void DatasetParser::closeFinishedLevels()
{
    while (!m_levels.empty() && m_source.position() >= m_levels.back().limit)
        popLevel();
}

void DatasetParser::popLevel()
{
    m_header.elements[m_levels.back().element].end = static_cast<std::uint32_t>(m_header.elements.size());
    m_levels.pop_back();
}

std::uint32_t DatasetParser::addElement(DicomElement element)
{
    if (m_header.elements.size() >= kMostElements)
        refuse("it holds more than 2 million elements");
    const auto index = static_cast<std::uint32_t>(m_header.elements.size());
    element.end = index + 1;
    element.depth = static_cast<std::uint8_t>(m_levels.size());
    m_header.elements.push_back(element);
    return index;
}

std::uint64_t DatasetParser::limit() const
{
    return m_levels.empty() ? kNoLimit : m_levels.back().limit;
}

Encoding DatasetParser::encoding() const
{
    return m_levels.empty() ? m_encoding : m_levels.back().encoding;
}

void DatasetParser::refuse(const std::string& reason) const
{
    throw Error(ErrorKind::InvalidInput, "The file " + m_header.name + " was refused: " + reason + ".",
        m_header.path);
}

} // namespace imaging::detail
