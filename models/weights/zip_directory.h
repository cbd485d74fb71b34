#pragma once

#include "models/weights/byte_source.h"

#include <cstdint>
#include <map>
#include <string>

namespace models::weights::detail {

/// Where a stored (uncompressed) entry of a zip file lies in it.
struct ZipEntry
{
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

/// The entries of a zip file by name (APPNOTE 4.3; zip64 too). PyTorch stores without compression; a compressed,
/// encrypted or overlapping entry is refused, so a small file cannot become a large one. Throws Error(Model).
std::map<std::string, ZipEntry> readZipDirectory(ByteSource& source);

} // namespace models::weights::detail
