#pragma once

#include "imaging/pacs/pdu.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace imaging::pacs::detail {

/// What the File Meta Information of a DICOM file (PS3.10 section 7.1) says, and where the data set lies.
struct FileMeta
{
    std::string sopClassUid;
    std::string sopInstanceUid;
    std::string transferSyntaxUid;
    std::string sourceAeTitle;
    std::uint64_t dataSetOffset = 0;
    std::uint64_t dataSetSize = 0;
};

/// By the pre-scan, which no content can harm: whatever group 0002 holds, with or without preamble, group length and
/// group. The object is who its data set says it is. Throws Error(NotFound|Io|InvalidInput) with a sentence that names
/// the file; also for one that is cut off.
FileMeta readFileMeta(const std::filesystem::path& path);

/// Preamble, "DICM" and group 0002, ready for the data set to be appended.
Bytes encodeFileMeta(const FileMeta& meta);

} // namespace imaging::pacs::detail
