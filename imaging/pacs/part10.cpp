#include "imaging/pacs/part10.h"

#include "imaging/error.h"

#include <array>
#include <fstream>
#include <string_view>

namespace imaging::pacs::detail {

namespace {

constexpr std::size_t kPreamble = 128;
constexpr std::uint64_t kMaxUid = 64;
constexpr int kMaxElements = 64; // The standard has 16 in this group.

std::uint32_t readLittle(std::span<const char> bytes, std::size_t at, std::size_t count)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
}

/// Walks the elements of group 0002, which is Explicit VR Little Endian always.
class MetaReader
{
public:
    explicit MetaReader(const std::filesystem::path& path)
        : m_path(path)
    {
        std::error_code problem;
        if (!std::filesystem::exists(path, problem))
            throw Error(ErrorKind::NotFound, "There is no file " + path.string() + ".", path.string());
        if (!std::filesystem::is_regular_file(path, problem))
            refuse("is not a file");
        m_size = std::filesystem::file_size(path, problem);
        m_file.open(path, std::ios::binary);
        if (problem || !m_file)
            throw Error(
                ErrorKind::Io, "The file " + path.string() + " cannot be read; check its permissions.", path.string());
    }

    FileMeta read()
    {
        std::uint64_t at = kPreamble + 4;
        if (bytesAt(kPreamble, 4) != "DICM") {
            if (bytesAt(0, 4) != std::string_view("\x02\0\0\0", 4)) // Some writers leave the preamble out.
                refuse("is not a DICOM file");
            at = 0;
        }
        for (int count = 0; count < kMaxElements; ++count) {
            const std::string header = bytesAt(at, 12);
            if (header.size() < 8 || readLittle(header, 0, 2) != 2)
                break;
            at = readElement(at, header);
        }
        m_meta.dataSetOffset = at;
        m_meta.dataSetSize = m_size - at;
        requireAll();
        return m_meta;
    }

private:
    /// Up to `count` bytes, fewer at the end of the file.
    std::string bytesAt(std::uint64_t offset, std::size_t count)
    {
        std::string bytes(count, '\0');
        m_file.clear();
        m_file.seekg(static_cast<std::streamoff>(offset));
        m_file.read(bytes.data(), static_cast<std::streamsize>(count));
        bytes.resize(static_cast<std::size_t>(m_file.gcount()));
        return bytes;
    }

    /// Returns where the next element starts.
    std::uint64_t readElement(std::uint64_t at, const std::string& header)
    {
        const std::string_view vr = std::string_view(header).substr(4, 2);
        const bool isLong = vr == "OB" || vr == "UN" || vr == "OW" || vr == "UT";
        if (isLong && header.size() < 12)
            refuse("is cut off in its header");
        const std::uint64_t length = isLong ? readLittle(header, 8, 4) : readLittle(header, 6, 2);
        const std::uint64_t value = at + (isLong ? 12 : 8);
        if (value > m_size || length > m_size - value)
            refuse("is cut off in its header");
        keep(readLittle(header, 2, 2), value, length);
        return value + length;
    }

    void keep(std::uint32_t element, std::uint64_t offset, std::uint64_t length)
    {
        std::string* target = element == 0x0002 ? &m_meta.sopClassUid
            : element == 0x0003                 ? &m_meta.sopInstanceUid
            : element == 0x0010                 ? &m_meta.transferSyntaxUid
            : element == 0x0016                 ? &m_meta.sourceAeTitle
                                                : nullptr;
        if (target == nullptr)
            return;
        if (length > kMaxUid)
            refuse("has a damaged header");
        *target = bytesAt(offset, static_cast<std::size_t>(length));
        const auto last = target->find_last_not_of(std::string_view(" \0", 2));
        target->resize(last == std::string::npos ? 0 : last + 1);
    }

    void requireAll() const
    {
        if (m_meta.sopClassUid.empty() || m_meta.sopInstanceUid.empty() || m_meta.transferSyntaxUid.empty())
            refuse("does not say in its header which object it holds and how it is encoded");
        if (m_meta.dataSetSize == 0)
            refuse("ends after its header");
    }

    [[noreturn]] void refuse(const std::string& reason) const
    {
        throw Error(ErrorKind::InvalidInput, "The file " + m_path.string() + " " + reason + ", so it cannot be sent.",
            m_path.string());
    }

    const std::filesystem::path& m_path;
    std::ifstream m_file;
    std::uint64_t m_size = 0;
    FileMeta m_meta;
};

void appendElement(std::string& bytes, std::uint16_t element, std::string_view vr, std::string value)
{
    if (value.size() % 2 != 0)
        value.push_back(vr == "UI" || vr == "OB" ? '\0' : ' ');
    const auto little = [&bytes](std::size_t number, int count) {
        for (int i = 0; i < count; ++i)
            bytes.push_back(static_cast<char>(number >> (8 * i) & 0xFF));
    };
    little(2, 2), little(element, 2);
    bytes += vr;
    if (vr == "OB")
        little(0, 2), little(value.size(), 4);
    else
        little(value.size(), 2);
    bytes += value;
}

} // namespace

FileMeta readFileMeta(const std::filesystem::path& path)
{
    return MetaReader(path).read();
}

Bytes encodeFileMeta(const FileMeta& meta)
{
    std::string group;
    appendElement(group, 0x0001, "OB", std::string("\0\1", 2));
    appendElement(group, 0x0002, "UI", meta.sopClassUid);
    appendElement(group, 0x0003, "UI", meta.sopInstanceUid);
    appendElement(group, 0x0010, "UI", meta.transferSyntaxUid);
    appendElement(group, 0x0012, "UI", kImplementationClassUid);
    appendElement(group, 0x0013, "SH", kImplementationVersion);
    if (!meta.sourceAeTitle.empty())
        appendElement(group, 0x0016, "AE", meta.sourceAeTitle);

    std::string length;
    for (int i = 0; i < 4; ++i)
        length.push_back(static_cast<char>(group.size() >> (8 * i) & 0xFF));
    std::string whole(kPreamble, '\0');
    whole += "DICM";
    appendElement(whole, 0x0000, "UL", length);
    whole += group;

    Bytes bytes;
    for (const char byte : whole)
        bytes.push_back(static_cast<std::byte>(byte));
    return bytes;
}

} // namespace imaging::pacs::detail
