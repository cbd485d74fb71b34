#include "models/weights/zip_directory.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace models::weights::detail {

namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kZip64EndLocator = 0x07064b50;
constexpr std::uint32_t kZip64End = 0x06064b50;
constexpr std::uint64_t kEndBytes = 22;
constexpr std::uint64_t kMaxComment = 65535;
constexpr std::uint64_t kMaxEntries = 1'000'000;
constexpr std::uint32_t kInZip64 = 0xffffffff;

struct Directory
{
    std::uint64_t entries = 0;
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
};

struct CentralEntry
{
    std::string name;
    std::uint64_t size = 0;
    std::uint64_t localHeader = 0;
};

std::uint64_t findEnd(ByteSource& source)
{
    const auto tail = std::min(source.size(), kEndBytes + kMaxComment);
    source.select(source.size() - tail, source.size());
    const auto bytes = source.text(tail);
    const auto found = bytes.rfind(std::string_view("PK\x05\x06"));
    if (found == std::string::npos || bytes.size() - found < kEndBytes)
        source.fail("it looks like a zip file but was cut off");
    return source.size() - tail + found;
}

std::optional<Directory> readZip64End(ByteSource& source, std::uint64_t end)
{
    if (end < 20)
        return std::nullopt;
    source.select(end - 20, end);
    if (source.littleEndian(4) != kZip64EndLocator)
        return std::nullopt;
    source.littleEndian(4);
    const auto record = source.littleEndian(8);
    if (record > end)
        source.fail("its zip directory is broken");
    source.select(record, end);
    if (source.littleEndian(4) != kZip64End)
        source.fail("its zip directory is broken");
    source.text(28);
    Directory directory;
    directory.entries = source.littleEndian(8);
    directory.size = source.littleEndian(8);
    directory.begin = source.littleEndian(8);
    return directory;
}

Directory readEnd(ByteSource& source)
{
    const auto end = findEnd(source);
    if (const auto large = readZip64End(source, end))
        return *large;
    source.select(end + 10, end + kEndBytes);
    Directory directory;
    directory.entries = source.littleEndian(2);
    directory.size = source.littleEndian(4);
    directory.begin = source.littleEndian(4);
    return directory;
}

/// Values that did not fit 32 bits stand in extra field 1, in this order (APPNOTE 4.5.3).
void readZip64Extra(
    ByteSource& source, std::uint64_t extraEnd, std::uint64_t& size, std::uint64_t& packed, std::uint64_t& offset)
{
    while (source.position() + 4 <= extraEnd) {
        const auto tag = source.littleEndian(2);
        const auto length = source.littleEndian(2);
        if (length > extraEnd - source.position())
            source.fail("its zip directory is broken");
        const auto next = source.position() + length;
        if (tag == 1) {
            for (auto* value : {&size, &packed, &offset})
                if (*value == kInZip64 && source.position() + 8 <= next)
                    *value = source.littleEndian(8);
        }
        source.text(next - source.position());
    }
}

CentralEntry readCentralEntry(ByteSource& source)
{
    if (source.littleEndian(4) != kCentralHeader)
        source.fail("its zip directory is broken");
    source.littleEndian(4);
    const auto flags = source.littleEndian(2);
    const auto method = source.littleEndian(2);
    source.littleEndian(8);
    auto packed = source.littleEndian(4);
    CentralEntry entry;
    entry.size = source.littleEndian(4);
    const auto nameBytes = source.littleEndian(2);
    const auto extraBytes = source.littleEndian(2);
    const auto commentBytes = source.littleEndian(2);
    source.littleEndian(8);
    entry.localHeader = source.littleEndian(4);
    entry.name = source.text(nameBytes);
    const auto extraEnd = source.position() + extraBytes;
    readZip64Extra(source, extraEnd, entry.size, packed, entry.localHeader);
    source.text(extraEnd - source.position() + commentBytes);
    if ((flags & 1U) != 0 || method != 0 || packed != entry.size)
        source.fail("an entry in it is compressed or encrypted, which torch.save does not do");
    return entry;
}

ZipEntry locate(ByteSource& source, const CentralEntry& entry)
{
    source.select(std::min(entry.localHeader, source.size()), source.size());
    if (source.littleEndian(4) != kLocalHeader)
        source.fail("its zip directory points to something that is no entry");
    source.text(22);
    const auto nameBytes = source.littleEndian(2);
    const auto extraBytes = source.littleEndian(2);
    const auto begin = source.position() + nameBytes + extraBytes;
    if (begin > source.size() || entry.size > source.size() - begin)
        source.fail("an entry in it reaches beyond its end");
    return {begin, begin + entry.size};
}

void refuseOverlap(const ByteSource& source, const std::map<std::string, ZipEntry>& entries)
{
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
    for (const auto& [name, entry] : entries)
        ranges.emplace_back(entry.begin, entry.end);
    std::sort(ranges.begin(), ranges.end());
    for (std::size_t i = 1; i < ranges.size(); ++i)
        if (ranges[i].first < ranges[i - 1].second)
            source.fail("two entries in it overlap");
}

} // namespace

std::map<std::string, ZipEntry> readZipDirectory(ByteSource& source)
{
    const auto directory = readEnd(source);
    if (directory.begin > source.size() || directory.size > source.size() - directory.begin
        || directory.entries > kMaxEntries)
        source.fail("its zip directory is broken");
    source.select(directory.begin, directory.begin + directory.size);
    std::vector<CentralEntry> central;
    for (std::uint64_t i = 0; i < directory.entries; ++i)
        central.push_back(readCentralEntry(source));
    std::map<std::string, ZipEntry> entries;
    for (const auto& entry : central)
        if (!entries.emplace(entry.name, locate(source, entry)).second)
            source.fail("two entries in it have one name");
    refuseOverlap(source, entries);
    return entries;
}

} // namespace models::weights::detail
