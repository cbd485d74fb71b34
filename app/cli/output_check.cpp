#include "app/cli/output_check.h"

#include "imaging/dicom/prescan.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/error.h"
#include "imaging/files/folder_of.h"

#include <unistd.h>

#include <system_error>

namespace app::cli {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(imaging::ErrorKind kind, const fs::path& path, const std::string& reason)
{
    throw imaging::Error(kind, "\"" + path.string() + "\" cannot be written: " + reason, path.string());
}

/// Absolute first: the name of a file that is not there has no folder to follow otherwise.
fs::path placeOf(const fs::path& path)
{
    std::error_code missing;
    return fs::weakly_canonical(fs::absolute(path), missing);
}

/// Also through links, and before either is there.
bool isSameFile(const fs::path& a, const fs::path& b)
{
    std::error_code missing;
    return fs::equivalent(a, b, missing) || placeOf(a) == placeOf(b);
}

/// A report, contours or a secondary capture that this program wrote; those of others may be all there is.
bool isOwnResult(const imaging::DicomDataset& root)
{
    const auto sopClass = root.rawText(imaging::tags::kSopClassUid);
    return root.rawText(imaging::tags::kManufacturer) == "Limn"
        && (sopClass == imaging::sop_class::kEnhancedReport || sopClass == imaging::sop_class::kStructureSet
            || sopClass == imaging::sop_class::kSecondaryCapture);
}

bool isPicture(const fs::path& path)
{
    try {
        const auto header = imaging::prescanFile(path, imaging::PrescanExtent::UpToPixels);
        return header && !imaging::isSegmentation(header->root().rawText(imaging::tags::kSopClassUid))
            && !isOwnResult(header->root());
    } catch (const imaging::Error&) {
        return false; // Not readable as DICOM: nothing is lost.
    }
}

void checkFolder(const fs::path& path)
{
    const fs::path folder = imaging::folderOf(path);
    std::error_code missing;
    if (!fs::is_directory(folder, missing))
        refuse(imaging::ErrorKind::Io, path, "there is no folder \"" + folder.string() + "\"; make it first.");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        refuse(imaging::ErrorKind::Io, path, "the folder \"" + folder.string() + "\" is not writable.");
}

void checkOne(const fs::path& path, const std::vector<fs::path>& inputs)
{
    std::error_code missing;
    if (fs::is_directory(path, missing))
        refuse(imaging::ErrorKind::WrongUse, path, "it is a folder; name a file.");
    if (fs::exists(path, missing) && !fs::is_regular_file(path, missing))
        refuse(imaging::ErrorKind::WrongUse, path, "it is no file but a device or a pipe; choose another name.");
    checkFolder(path);
    for (const fs::path& input : inputs) {
        if (!input.empty() && isSameFile(path, input))
            refuse(imaging::ErrorKind::WrongUse, path, "it is the input, which would be lost; choose another name.");
    }
    if (fs::is_regular_file(path, missing) && isPicture(path))
        refuse(imaging::ErrorKind::WrongUse, path,
            "a DICOM object that is no result of this program has this name and would be lost; choose another name.");
}

} // namespace

void checkOutputFiles(const std::vector<fs::path>& outputs, const std::vector<fs::path>& inputs)
{
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (outputs[i].empty())
            continue;
        checkOne(outputs[i], inputs);
        for (std::size_t k = 0; k < i; ++k) {
            if (!outputs[k].empty() && isSameFile(outputs[i], outputs[k]))
                refuse(imaging::ErrorKind::WrongUse, outputs[i], "two results have this name.");
        }
    }
}

} // namespace app::cli
