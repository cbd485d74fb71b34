#include "imaging/dicom/scan.h"

#include "imaging/dicom/directory.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/scanned_file.h"
#include "imaging/dicom/stacks.h"
#include "imaging/error.h"
#include "imaging/parallel.h"

#include <algorithm>
#include <atomic>
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

Finding lookAt(const std::string& path)
{
    try {
        const auto header = prescanFile(path, PrescanExtent::UpToPixels);
        if (!header)
            return {{}, RefusedFile{path, "The file " + quotedName(path) + " is not a DICOM file.", /*isDicom=*/false}};
        if (isDirectory(*header))
            return {};
        return {describeFile(*header), {}};
    } catch (const Error& error) {
        return {{}, RefusedFile{path, error.what(), /*isDicom=*/error.kind() != ErrorKind::Io}};
    } catch (const std::bad_alloc&) {
        return {{},
            RefusedFile{
                path, "The file " + quotedName(path) + " was refused: there is not enough memory to look at it."}};
    }
}

/// Regular files beneath a folder, sorted. Links to folders are not followed: they could lead round in a circle.
std::vector<std::string> filesIn(const fs::path& folder, ScanResult& result)
{
    std::vector<std::string> paths;
    std::error_code error;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
    if (error)
        throw Error(ErrorKind::Io, "The folder \"" + folder.string() + "\" could not be read: " + error.message() + ".",
            folder.string());
    const fs::recursive_directory_iterator end;
    while (at != end) {
        std::error_code ignored;
        if (at->is_regular_file(ignored))
            paths.push_back(at->path().string());
        at.increment(error);
        if (error) {
            result.refused.push_back({folder.string(),
                "Some of the folder \"" + folder.string() + "\" could not be read: " + error.message() + ".", false});
            break;
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

/// The paths to look at for what the user named.
std::vector<std::string> pathsFor(const fs::path& path, ScanResult& result)
{
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status))
        throw Error(ErrorKind::NotFound, "There is no file or folder \"" + path.string() + "\".", path.string());
    if (fs::is_directory(status))
        return filesIn(path, result);
    if (!fs::is_regular_file(status))
        throw Error(ErrorKind::Io, "\"" + path.string() + "\" is neither a file nor a folder.", path.string());
    try {
        const auto header = prescanFile(path, PrescanExtent::UpToPixels);
        if (header && isDirectory(*header))
            return directoryFiles(*header, result.refused);
    } catch (const Error& refusal) {
        if (refusal.kind() == ErrorKind::Io)
            throw;
        // Said again, with the file in the list, when it is looked at.
    }
    return {path.string()};
}

} // namespace

ScanResult scanPath(const fs::path& path, std::stop_token stop, const Progress& progress)
{
    ScanResult result;
    const auto paths = pathsFor(path, result);
    std::vector<Finding> findings(paths.size());
    std::atomic<std::size_t> done{0};
    const std::size_t reportEvery = std::max<std::size_t>(1, paths.size() / 50);
    parallelFor(paths.size(), usefulThreads(), [&](std::size_t i) {
        if (stop.stop_requested())
            return;
        findings[i] = lookAt(paths[i]);
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
    result.series = buildStacks(std::move(files));
    return result;
}

} // namespace imaging
