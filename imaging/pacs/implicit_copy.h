#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace imaging::pacs::detail {

/// Whether an object in this transfer syntax holds plain samples, so that it can be written in the default one: both
/// orders of bytes, both kinds of VR, and deflated.
bool isConvertible(const std::string& transferSyntaxUid);

/// Writes the data set of a file in the default transfer syntax, Implicit VR Little Endian (PS3.5 10.1), without
/// preamble and group 0002. The file passes the pre-scan to its last byte before DCMTK sees it. Throws
/// Error(InvalidInput|Io) naming the file.
void writeImplicitDataSet(const std::filesystem::path& source, const std::filesystem::path& target);

} // namespace imaging::pacs::detail
