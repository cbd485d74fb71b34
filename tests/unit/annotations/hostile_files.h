#pragma once

#include "tests/support/dicom_bytes.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

/// Files that no reader of objects may be brought down by.
namespace fixtures {

/// An object of this class whose content items lie 3000 deep in each other.
inline test::Bytes deepObject(std::string_view sopClass, std::uint32_t sequence)
{
    test::DicomBytes inner;
    inner.text(0x00080100, "SH", "1");
    for (int depth = 0; depth < 3000; ++depth) {
        test::DicomBytes outer;
        outer.sequence(sequence, {inner});
        inner = std::move(outer);
    }
    test::DicomBytes set;
    set.text(0x00080016, "UI", sopClass).raw(inner.bytes());
    return test::part10(set.bytes(), "1.2.840.10008.1.2.1", sopClass);
}

/// Writes them into a folder and gives their paths: none is there, none is DICOM, too deep, cut in the middle (of
/// `whole`), and all bytes after the header 0xFF.
inline std::vector<std::filesystem::path> hostileFiles(const std::filesystem::path& folder, std::string_view sopClass,
    std::uint32_t sequence, const std::filesystem::path& whole)
{
    std::ifstream file(whole, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    test::Bytes noise = test::toBytes(bytes);
    for (std::size_t i = noise.size() / 3; i < noise.size(); ++i)
        noise[i] = std::byte{0xFF};
    const std::vector<std::pair<const char*, test::Bytes>> contents{{"text.dcm", test::toBytes("no DICOM at all")},
        {"nothing.dcm", {}}, {"deep.dcm", deepObject(sopClass, sequence)},
        {"cut.dcm", test::toBytes(std::string_view(bytes).substr(0, bytes.size() / 2))}, {"noise.dcm", noise}};
    std::vector<std::filesystem::path> paths{folder / "absent.dcm"};
    for (const auto& [name, content] : contents) {
        paths.push_back(folder / name);
        test::writeFile(paths.back().string(), content);
    }
    return paths;
}

} // namespace fixtures
