#pragma once

#include "imaging/progress.h"
#include "imaging/volume.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace imaging {

/// One file that was seen but not taken into a series, and why.
struct RefusedFile
{
    std::string path;
    std::string reason; ///< A sentence that names the file.
    bool isDicom = true; ///< False for files that are simply something else.
};

/// One file (or frame set) of a series, with what sorting needs. Header values only; no pixels were decoded.
struct SeriesFile
{
    std::string path;
    std::string sopClassUid;
    std::string sopInstanceUid;
    std::string transferSyntaxUid;
    int frames = 1;
    int instanceNumber = 0;
    std::string imagePosition;
    std::string imageOrientation;
    std::string pixelSpacing;
};

/// Which frame of which file a slice is.
struct SliceRef
{
    int file = 0; ///< Index in SeriesInfo::files.
    int frame = 0; ///< From 0.
};

/// A group of files that can be shown as one stack: same series, orientation, size and acquisition.
struct SeriesInfo
{
    std::string id; ///< Series Instance UID, with "#2", "#3" ... when one series holds several stacks.
    StudyContext study;
    std::vector<SeriesFile> files; ///< In display order.
    std::vector<SliceRef> order; ///< One per slice: along the normal, or by instance number without positions.
    int columns = 0;
    int rows = 0;
    int slices = 0; ///< Frames over all files; 0 for objects without pictures (SR, RTSTRUCT ...).
    VoxelGrid grid; ///< Valid when `slices` > 0.
    SpacingKind spacing = SpacingKind::Unknown;
    std::string notRegular; ///< As VolumeInfo::notRegular.
    bool displayable = true; ///< False for SEG, SR and others that are listed but not opened as pictures.
    Warnings warnings;
    std::shared_ptr<const TemporaryFolder> unpacked; ///< Keeps the files of a zip archive; null for others.
};

struct ScanResult
{
    std::vector<SeriesInfo> series; ///< Ordered by study date, then series number.
    std::vector<RefusedFile> refused;
    Warnings warnings; ///< About the path as a whole: what a zip archive held, links that were not followed.
    bool cancelled = false;
};

/// Looks at a file, a folder (recursively, see filesBeneath()), a DICOMDIR or a zip archive, which is unpacked into a
/// temporary folder that lives as long as any of its series or volumes; reads headers only, on two threads. Every byte
/// passes the pre-scan before a library sees it; no file can crash, hang or exhaust the program.
/// Throws Error(NotFound) when the path does not exist, Error(Io) when it cannot be read at all, Error(InvalidInput) for
/// a pipe or device and for a zip archive that is damaged or unpacks to too much.
ScanResult scanPath(const std::filesystem::path& path, std::stop_token stop, const Progress& progress);

} // namespace imaging
