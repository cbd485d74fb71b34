#pragma once

#include "imaging/dicom/header.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace imaging {

/// How much of a file the pre-scan looks at.
enum class PrescanExtent {
    UpToPixels, ///< The header and where the pixel data lies: what scanning and our own readers need.
    WholeFile, ///< To the last byte, which must be there: required before another library may open the file.
};

/// Our own look at untrusted bytes, before any library sees them. It goes over tags and lengths
/// without recursion, allocates nothing by a length that the file claims, and accepts what real files do wrong: no
/// preamble, no meta header, no transfer syntax, wrong VRs, undefined lengths, sequences in UN, cut ends. Gives nothing
/// when the file is not DICOM at all. Throws Error(InvalidInput) naming the file when sequences are nested more than 64
/// deep, when it is damaged beyond use, or holds more than 2 million elements; with WholeFile also when it is cut;
/// Error(Io) when it cannot be read.
///
///     const auto header = prescanFile(path, PrescanExtent::UpToPixels);
///     if (header)
///         rows = header->root().integer(tags::kRows);
std::optional<DicomHeader> prescanFile(const std::filesystem::path& path, PrescanExtent extent);

/// The same for a file that sentences call otherwise than by its path, as one that lay in an archive.
std::optional<DicomHeader> prescanFile(const std::filesystem::path& path, std::string name, PrescanExtent extent);

/// The same for bytes in memory; `path` is only what errors call them.
std::optional<DicomHeader> prescanBytes(
    std::span<const std::byte> bytes, const std::string& path, PrescanExtent extent);

/// The file's name in quotes, for sentences: "\"slice.dcm\"".
std::string quotedName(const std::string& path);

} // namespace imaging
