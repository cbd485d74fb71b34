#pragma once

#include "imaging/pacs/part10.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace imaging::pacs::detail {

/// Whether a received object may be kept, and where it belongs.
struct Vetting
{
    std::uint16_t status = 0; ///< 0, or the DICOM status to refuse it with (PS3.4 table B.2-1).
    std::string comment; ///< Why it was refused; never holds anything of its content.
    std::string studyUid;
    std::string seriesUid;
};

/// Reads the file with the pre-scan only, which no content can crash, hang or exhaust. Refused are: what the pre-scan
/// refuses (0xC000), objects without valid study and series UIDs and objects that are not the announced instance
/// (0xA900).
Vetting vetReceived(const std::filesystem::path& path, const FileMeta& announced);

} // namespace imaging::pacs::detail
