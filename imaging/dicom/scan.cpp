#include "imaging/dicom/scan.h"

#include "imaging/dicom/byte_source.h"
#include "imaging/dicom/directory.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/scanned_file.h"
#include "imaging/dicom/stacks.h"
#include "imaging/dicom/text.h"
#include "imaging/error.h"
#include "imaging/parallel.h"

#include <algorithm>
#include <array>
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

/// Why a file that is not DICOM cannot be opened.
std::string notDicom(const std::string& path)
{
    constexpr std::array kZip{std::byte{'P'}, std::byte{'K'}, std::byte{3}, std::byte{4}};
    const auto source = detail::fileSource(path);
    const auto start = source->peek(kZip.size());
    const bool isZip = std::equal(start.begin(), start.end(), kZip.begin(), kZip.end());
    return "The file " + quotedName(path)
        + (isZip ? " is a zip archive: unpack it and open the folder." : " is not a DICOM file.");
}

Finding lookAt(const std::string& path)
{
    try {
        const auto header = prescanFile(path, PrescanExtent::UpToPixels);
        if (!header)
            return {{}, RefusedFile{path, notDicom(path), /*isDicom=*/false}};
        if (isDirectory(*header))
            return {};
        return {describeFile(*header), {}};
    } catch (const Error& error) {
        return {{}, RefusedFile{path, error.what()}};
    } catch (const std::bad_alloc&) {
        return {{},
            RefusedFile{
                path, "The file " + quotedName(path) + " was refused: there is not enough memory to look at it."}};
    }
}

/// Adds what lies in one folder; says what went wrong. Links to folders are not followed: they could lead round in a
/// circle. Pipes, sockets and devices are passed over: reading them could wait for ever.
std::error_code listFolder(const fs::path& folder, std::vector<std::string>& files, std::vector<fs::path>& folders)
{
    std::error_code error;
    fs::directory_iterator at(folder, error);
    while (!error && at != fs::directory_iterator()) {
        std::error_code ignored;
        if (at->is_regular_file(ignored))
            files.push_back(at->path().string());
        else if (at->is_directory(ignored) && !at->is_symlink(ignored))
            folders.push_back(at->path());
        at.increment(error);
    }
    return error;
}

/// Regular files beneath a folder, sorted. One that cannot be read is told and does not hide the others.
std::vector<std::string> filesIn(const fs::path& top, ScanResult& result)
{
    std::vector<std::string> files;
    std::vector<fs::path> folders{top};
    while (!folders.empty()) {
        const fs::path folder = std::move(folders.back());
        folders.pop_back();
        const auto problem = listFolder(folder, files, folders);
        if (!problem)
            continue;
        const std::string reason =
            "The folder \"" + printable(folder.string()) + "\" could not be read: " + problem.message() + ".";
        if (folder == top)
            throw Error(ErrorKind::Io, reason, folder.string());
        result.refused.push_back({folder.string(), reason});
    }
    std::sort(files.begin(), files.end());
    return files;
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
