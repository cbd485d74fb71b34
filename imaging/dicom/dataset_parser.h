#pragma once

#include "imaging/dicom/byte_source.h"
#include "imaging/dicom/prescan.h"

#include <string>
#include <vector>

namespace imaging::detail {

/// How tags, VRs and lengths are written.
struct Encoding
{
    bool explicitVr = true;
    bool bigEndian = false;
};

/// The encoding that the first element of a data set has, whatever the transfer syntax says.
Encoding encodingOf(std::span<const std::byte> firstBytes, Encoding declared);

/// Whether the two bytes are a VR of PS3.5 table 6.2-1.
bool isKnownVr(std::byte first, std::byte second);

/// Goes over one data set and notes its elements in a header. A loop over an explicit stack: nesting costs 40 bytes a
/// level.
class DatasetParser
{
public:
    /// What ends the parsing besides the end of the bytes.
    enum class Until { GroupAfterMeta, PixelData, End };

    DatasetParser(ByteSource& source, DicomHeader& header, Encoding encoding, Until until);

    /// Throws as prescanFile() does.
    void run();

private:
    struct Level
    {
        std::uint32_t element = 0;
        std::uint64_t limit = 0; ///< Where the nearest enclosing defined length ends.
        bool isItem = false;
        bool definedLength = false;
        Encoding encoding;
    };

    bool step();
    void closeFinishedLevels();
    void popLevel();
    void handleDelimiter(tags::Tag tag, std::uint32_t length);
    void handleElement(tags::Tag tag, std::span<const std::byte> ahead);
    void handleUndefinedLength(std::uint32_t index);
    void handleDefinedLength(std::uint32_t index);
    bool handlePixelData(std::uint32_t index);
    std::vector<PixelElement::Fragment> walkFragments();
    void keepOrSkip(DicomElement& element);
    void pushSequence(std::uint32_t index, Encoding encoding);
    std::uint32_t addElement(DicomElement element);
    bool holdsItems(const DicomElement& element);
    std::uint64_t limit() const;
    Encoding encoding() const;
    [[noreturn]] void refuse(const std::string& reason) const;

    ByteSource& m_source;
    DicomHeader& m_header;
    Encoding m_encoding;
    Until m_until;
    std::vector<Level> m_levels;
    bool m_done = false;
    bool m_cutFragment = false; ///< The last fragment that was walked over ends behind the bytes.
};

} // namespace imaging::detail
