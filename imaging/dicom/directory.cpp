#include "imaging/dicom/directory.h"

#include "imaging/dicom/prescan.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>

namespace imaging {

namespace {

namespace fs = std::filesystem;

/// "A\\B\\C" as the relative path A/B/C; nothing when a component is empty, dots, or holds a separator.
std::optional<fs::path> relativePath(std::string_view fileId, bool lowerCase)
{
    fs::path result;
    while (true) {
        const std::size_t end = fileId.find('\\');
        std::string part(fileId.substr(0, end));
        part.erase(part.find_last_not_of(' ') + 1);
        if (part.empty() || part == "." || part == ".." || part.find('/') != std::string::npos
            || part.find('\0') != std::string::npos)
            return std::nullopt;
        if (lowerCase)
            std::transform(part.begin(), part.end(), part.begin(),
                [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        result /= part;
        if (end == std::string_view::npos)
            return result;
        fileId.remove_prefix(end + 1);
    }
}

bool liesIn(const fs::path& folder, const fs::path& file)
{
    std::error_code error;
    const fs::path real = fs::canonical(file, error);
    if (error)
        return false;
    const fs::path root = fs::canonical(folder, error);
    return !error && std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
}

RefusedFile refusal(const std::string& directory, std::string_view fileId, const std::string& why)
{
    const std::string name(fileId);
    return {directory,
        "The file \"" + name + "\", which " + quotedName(directory) + " names, was refused: " + why + ".", true};
}

} // namespace

std::vector<std::string> directoryFiles(const DicomHeader& directory, std::vector<RefusedFile>& refused)
{
    const fs::path folder =
        fs::path(directory.path).has_parent_path() ? fs::path(directory.path).parent_path() : fs::path(".");
    std::set<std::string> files;
    bool named = false;
    for (const auto& record : directory.root().items(tags::kDirectoryRecordSequence)) {
        const std::string_view fileId = record.rawText(tags::kReferencedFileId);
        if (fileId.empty())
            continue;
        named = true;
        const auto asWritten = relativePath(fileId, /*lowerCase=*/false);
        if (!asWritten) {
            refused.push_back(refusal(directory.path, fileId, "it leads out of the folder"));
            continue;
        }
        fs::path file = folder / *asWritten;
        std::error_code error;
        // Copies of a CD often have lower-case names.
        if (!fs::exists(file, error))
            file = folder / *relativePath(fileId, /*lowerCase=*/true);
        if (!fs::is_regular_file(file, error))
            refused.push_back(refusal(directory.path, fileId, "it is not there"));
        else if (!liesIn(folder, file))
            refused.push_back(refusal(directory.path, fileId, "it leads out of the folder"));
        else
            files.insert(file.string());
    }
    if (!named)
        refused.push_back(
            {directory.path, "The file " + quotedName(directory.path) + " is a DICOMDIR that names no files.", true});
    return {files.begin(), files.end()};
}

} // namespace imaging
