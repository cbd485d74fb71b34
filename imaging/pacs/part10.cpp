#include "imaging/pacs/part10.h"

#include "imaging/dicom/prescan.h"
#include "imaging/error.h"

#include <algorithm>
#include <string_view>

namespace imaging::pacs::detail {

namespace {

constexpr std::size_t kPreamble = 128;
constexpr std::size_t kMaxUid = 64;
constexpr tags::Tag kSourceAeTitle = 0x00020016;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& reason)
{
    throw Error(
        ErrorKind::InvalidInput, "The file " + path.string() + " " + reason + ", so it cannot be sent.", path.string());
}

DicomHeader headerOf(const std::filesystem::path& path)
{
    std::error_code problem;
    if (!std::filesystem::exists(path, problem))
        throw Error(ErrorKind::NotFound, "There is no file " + path.string() + ".", path.string());
    if (!std::filesystem::is_regular_file(path, problem))
        refuse(path, "is not a file");
    auto header = prescanFile(path, PrescanExtent::UpToPixels);
    if (!header)
        refuse(path, "is not a DICOM file");
    return std::move(*header);
}

bool isCut(const DicomHeader& header)
{
    const auto& pixels = header.pixels;
    return header.truncated || (pixels && (pixels->cutFragment || pixels->length < pixels->declaredLength));
}

/// By the data set, which is what the other side gets; else by the header.
std::string identity(const DicomDataset& root, tags::Tag own, tags::Tag meta)
{
    const auto text = root.rawText(own);
    return std::string(text.empty() ? root.rawText(meta) : text);
}

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
    const DicomHeader header = headerOf(path);
    const auto root = header.root();
    FileMeta meta;
    meta.sopClassUid = identity(root, tags::kSopClassUid, tags::kMediaStorageSopClassUid);
    meta.sopInstanceUid = identity(root, tags::kSopInstanceUid, tags::kMediaStorageSopInstanceUid);
    meta.transferSyntaxUid = header.transferSyntaxUid;
    meta.sourceAeTitle = root.rawText(kSourceAeTitle);
    if (meta.sopClassUid.empty() || meta.sopInstanceUid.empty() || meta.transferSyntaxUid.empty())
        refuse(path,
            header.truncated ? "is cut off in its header"
                             : "does not say in its header which object it holds and how it is encoded");
    if (isCut(header))
        refuse(path, "is cut off in the middle");
    if (std::max({meta.sopClassUid.size(), meta.sopInstanceUid.size(), meta.transferSyntaxUid.size()}) > kMaxUid)
        refuse(path, "has a damaged header");
    std::error_code problem;
    meta.dataSetOffset = header.dataOffset;
    meta.dataSetSize = std::filesystem::file_size(path, problem);
    meta.dataSetSize -= std::min(meta.dataSetSize, meta.dataSetOffset);
    if (problem || meta.dataSetSize == 0)
        refuse(path, "ends after its header");
    return meta;
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
