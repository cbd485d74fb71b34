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

std::string lowerCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

/// "A\\B\\C" as FOLDER/A/B/C; copies of a CD often have lower-case names, so these are tried too. Nothing when a
/// component is empty, dots, or holds a separator.
std::optional<fs::path> resolved(const fs::path& folder, std::string_view fileId)
{
    fs::path result = folder;
    while (true) {
        const std::size_t end = fileId.find('\\');
        std::string part(fileId.substr(0, end));
        part.erase(part.find_last_not_of(' ') + 1);
        const bool odd = part.find('/') != std::string::npos || part.find('\0') != std::string::npos;
        if (part.empty() || part == "." || part == ".." || odd)
            return std::nullopt;
        std::error_code error;
        result /= fs::exists(result / part, error) ? part : lowerCase(part);
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
        const auto found = resolved(folder, fileId);
        if (!found) {
            refused.push_back(refusal(directory.path, fileId, "it leads out of the folder"));
            continue;
        }
        const fs::path& file = *found;
        std::error_code error;
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
