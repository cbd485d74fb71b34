#pragma once

#include "imaging/dicom/scan.h"
#include "imaging/files/temporary_folder.h"
#include "imaging/progress.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace imaging {

/// The files of a zip archive, unpacked.
struct UnpackedZip
{
    std::shared_ptr<const TemporaryFolder> folder; ///< The files are there as long as this is.
    std::vector<std::string> files; ///< Sorted.
    std::map<std::string, std::string> names; ///< By file: what it is called in the archive, fit to be printed.
    std::vector<RefusedFile> refused; ///< Entries that are locked or damaged.
};

/// Where hostile archives end: a few bytes must not fill the disk.
struct ZipLimits
{
    std::uint64_t mostEntries = 500'000;
    std::uint64_t mostBytes = std::uint64_t{32} << 30U; ///< Of all entries together, unpacked,
    std::uint64_t mostRatio = 200; ///< and so many times the archive's own size,
    std::uint64_t alwaysBytes = std::uint64_t{64} << 20U; ///< or this, whichever is more.
};

/// Whether the file begins as a zip archive does.
bool isZip(const std::filesystem::path& path);

/// Unpacks an archive into a temporary folder. The names in it are never used as paths: folders are numbered, and files
/// are called by the letters and digits of their last part, so that sentences can name them. Throws Error(InvalidInput) naming the
/// archive when it is damaged or goes beyond the limits, Error(Io) when there is no room. A stop ends it early.
UnpackedZip unpackZip(
    const std::filesystem::path& path, const ZipLimits& limits, std::stop_token stop, const Progress& progress);

} // namespace imaging
