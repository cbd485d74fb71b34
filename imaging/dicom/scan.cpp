#include "imaging/dicom/scan.h"

#include "imaging/dicom/directory.h"
#include "imaging/dicom/folder_files.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/scanned_file.h"
#include "imaging/dicom/stacks.h"
#include "imaging/dicom/zip_archive.h"
#include "imaging/error.h"
#include "imaging/parallel.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>

namespace imaging {

namespace {

namespace fs = std::filesystem;

/// What looking at one file gave: one of the two, or neither for a DICOMDIR inside a folder, whose files are found
/// anyway.
struct Finding
{
    std::optional<ScannedFile> file;
    std::optional<RefusedFile> refused;
};

/// Why a file that is not DICOM cannot be opened.
std::string notDicom(const std::string& path, const std::string& name)
{
    return "The file " + name
        + (isZip(path) ? " is a zip archive inside of what was opened: open it by itself." : " is not a DICOM file.");
}

/// `name` is what sentences call the file, `path` where the user finds it.
Finding lookAt(const std::string& file, const std::string& name, const std::string& path)
{
    try {
        const auto header = prescanFile(file, name, PrescanExtent::UpToPixels);
        if (!header)
            return {{}, RefusedFile{path, notDicom(file, name), /*isDicom=*/false}};
        if (isDirectory(*header))
            return {};
        return {describeFile(*header), {}};
    } catch (const Error& error) {
        return {{}, RefusedFile{path, error.what()}};
    } catch (const std::bad_alloc&) {
        return {{}, RefusedFile{path, "The file " + name + " was refused: there is not enough memory to look at it."}};
    }
}

/// A file of a zip archive is called as in there, not as where it was unpacked.
Finding lookAtUnpacked(const fs::path& file, const fs::path& zip)
{
    const std::string name = quotedName(file.string()) + " in " + quotedName(zip.filename().string());
    return lookAt(file.string(), name, (zip / file.filename()).string());
}

/// The paths to look at, and the folder that they were unpacked into.
struct Paths
{
    std::vector<std::string> files;
    std::shared_ptr<const TemporaryFolder> unpacked;
};

Paths pathsInFolder(const fs::path& path, ScanResult& result)
{
    FolderFiles found = filesBeneath(path);
    result.refused = std::move(found.refused);
    result.warnings = std::move(found.warnings);
    return {std::move(found.files), nullptr};
}

Paths pathsInZip(const fs::path& path, ScanResult& result, const std::stop_token& stop, const Progress& progress)
{
    UnpackedZip found = unpackZip(path, {}, stop, progress);
    result.refused = std::move(found.refused);
    return {std::move(found.files), std::move(found.folder)};
}

/// The paths to look at for what the user named.
Paths pathsFor(const fs::path& path, ScanResult& result, const std::stop_token& stop, const Progress& progress)
{
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status))
        throw Error(ErrorKind::NotFound, "There is no file or folder \"" + path.string() + "\".", path.string());
    if (fs::is_directory(status))
        return pathsInFolder(path, result);
    if (!fs::is_regular_file(status))
        throw Error(
            ErrorKind::InvalidInput, "\"" + path.string() + "\" is neither a file nor a folder.", path.string());
    std::optional<DicomHeader> header;
    try {
        header = prescanFile(path, PrescanExtent::UpToPixels);
    } catch (const Error& refusal) {
        if (refusal.kind() == ErrorKind::Io)
            throw;
        return {{path.string()}, nullptr}; // Said again, with the file in the list, when it is looked at.
    }
    if (header && isDirectory(*header))
        return {directoryFiles(*header, result.refused), nullptr};
    if (!header && isZip(path))
        return pathsInZip(path, result, stop, progress);
    return {{path.string()}, nullptr};
}

std::string contentsOf(const fs::path& zip, std::size_t files, std::size_t dicom)
{
    return "The zip archive " + quotedName(zip.string()) + " holds " + std::to_string(files)
        + (files == 1 ? " file, " : " files, ") + std::to_string(dicom) + " of them DICOM objects.";
}

} // namespace

ScanResult scanPath(const fs::path& path, std::stop_token stop, const Progress& progress)
{
    ScanResult result;
    const Paths look = pathsFor(path, result, stop, progress);
    const std::vector<std::string>& paths = look.files;
    std::vector<Finding> findings(paths.size());
    std::atomic<std::size_t> done{0};
    const std::size_t reportEvery = std::max<std::size_t>(1, paths.size() / 50);
    parallelFor(paths.size(), usefulThreads(), [&](std::size_t i) {
        if (stop.stop_requested())
            return;
        findings[i] =
            look.unpacked ? lookAtUnpacked(paths[i], path) : lookAt(paths[i], quotedName(paths[i]), paths[i]);
        const std::size_t count = ++done;
        if (count % reportEvery == 0)
            progress.report(static_cast<double>(count) / static_cast<double>(paths.size()), "looking at files");
    });
    result.cancelled = stop.stop_requested();
    std::vector<ScannedFile> files;
    for (Finding& finding : findings) {
        if (finding.file)
            files.push_back(std::move(*finding.file));
        if (finding.refused)
            result.refused.push_back(std::move(*finding.refused));
    }
    const std::size_t dicom = files.size();
    result.series = buildStacks(std::move(files));
    for (SeriesInfo& series : result.series)
        series.unpacked = look.unpacked;
    if (look.unpacked)
        result.warnings.push_back(contentsOf(path, paths.size(), dicom));
    return result;
}

} // namespace imaging
