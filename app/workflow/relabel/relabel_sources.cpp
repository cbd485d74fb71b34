#include "app/workflow/relabel/relabel_sources.h"

#include "annotations/report/report_words.h"
#include "app/workflow/inside_folder.h"
#include "imaging/dicom/scan.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/error.h"
#include "imaging/files/folder_of.h"
#include "imaging/files/image_file.h"
#include "models/facade/files.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace app {

namespace {

using imaging::Error;
using imaging::ErrorKind;

// Manifest

int requiredColumn(const models::data::CsvTable& table, const std::string& name, const std::filesystem::path& file)
{
    const int index = table.column(name);
    if (index >= 0)
        return index;
    std::string message = "The file '" + file.string() + "' has no column '" + name + "'; it has:";
    for (const auto& column : table.columns)
        message.append(" '").append(column).append("'");
    throw Error(ErrorKind::InvalidInput, message + ".", file.string());
}

std::string fieldOf(const models::data::CsvTable::Row& row, int column)
{
    return column < 0 ? std::string() : row.fields[static_cast<std::size_t>(column)];
}

/// Leaves out rows that say what an earlier one says, and refuses those that contradict one.
class RepeatedRows
{
public:
    /// False when the item is not to be taken.
    bool take(const ImportItem& item, ImportSources& sources)
    {
        const auto [entry, isNew] = m_seen.emplace(std::pair(item.picture, item.text), Seen{item.mask, item.where});
        auto& earlier = entry->second;
        if (isNew)
            return true;
        if (earlier.mask == item.mask) {
            ++m_count;
            return false;
        }
        if (earlier.mask.empty() || item.mask.empty()) {
            earlier.mask = earlier.mask.empty() ? item.mask : earlier.mask;
            return true;
        }
        sources.refused.push_back("The picture '" + item.picture.string() + "' has two masks for one text: in "
            + earlier.where + " and in " + item.where + ".");
        return false;
    }

    void warn(ImportSources& sources) const
    {
        if (m_count > 0)
            sources.warnings.push_back(std::to_string(m_count)
                + (m_count == 1 ? " row of the manifest says" : " rows of the manifest say")
                + " the same as an earlier one.");
    }

private:
    struct Seen
    {
        std::filesystem::path mask;
        std::string where;
    };

    std::map<std::pair<std::filesystem::path, std::string>, Seen> m_seen;
    int m_count = 0;
};

ImportSources readManifest(const std::filesystem::path& file, const RelabelImportOptions& options)
{
    const auto table = models::data::readCsv(file);
    const int image = requiredColumn(table, options.imageColumn, file);
    // A cohort may have no labels or no texts yet; a column that was asked for by name must be there.
    const RelabelImportOptions usual;
    const auto optional = [&](const std::string& name, const std::string& usualName) {
        return name == usualName ? table.column(name) : requiredColumn(table, name, file);
    };
    const int mask = optional(options.maskColumn, usual.maskColumn);
    const int text = optional(options.textColumn, usual.textColumn);
    const int split = table.column("split");
    const auto folder = imaging::folderOf(file);
    if (table.rows.empty())
        throw Error(ErrorKind::InvalidInput, "The file '" + file.string() + "' names columns and has no row.",
            file.string());
    ImportSources sources;
    RepeatedRows repeated;
    for (const auto& row : table.rows) {
        ImportItem item;
        item.where = "line " + std::to_string(row.line) + " of '" + file.string() + "'";
        const auto pictureField = fieldOf(row, image);
        const auto maskField = fieldOf(row, mask);
        if (!staysInside(pictureField) || (!maskField.empty() && !staysInside(maskField))) {
            sources.refused.push_back("The path '" + (staysInside(pictureField) ? maskField : pictureField) + "' in "
                + item.where + " does not lie in the folder of the manifest.");
            continue;
        }
        item.picture = folder / pictureField;
        item.mask = maskField.empty() ? std::filesystem::path() : folder / maskField;
        item.text = fieldOf(row, text);
        item.split = fieldOf(row, split);
        if (repeated.take(item, sources))
            sources.items.push_back(std::move(item));
    }
    repeated.warn(sources);
    return sources;
}

// Folder

/// A picture file by its name without what makes it a mask or a picture: where the two meet.
struct NameKey
{
    std::string key;
    bool isMask = false;
};

bool removePrefix(std::string& text, std::string_view prefix)
{
    if (!text.starts_with(prefix) || text.size() == prefix.size())
        return false;
    text.erase(0, prefix.size());
    return true;
}

bool removeSuffix(std::string& text, std::string_view suffix)
{
    if (!text.ends_with(suffix) || text.size() == suffix.size())
        return false;
    text.erase(text.size() - suffix.size());
    return true;
}

NameKey keyOf(const std::filesystem::path& file)
{
    static constexpr std::string_view kMaskFolders[] = {"masks", "labels", "labelcol"};
    static constexpr std::string_view kPictureFolders[] = {"images", "img"};
    NameKey result;
    auto stem = annotations::lowerCase(file.filename().string());
    for (const std::string_view extension : {".nii.gz", ".nii", ".nrrd", ".png", ".jpg", ".jpeg"})
        if (removeSuffix(stem, extension))
            break;
    auto folder = file.parent_path();
    const auto name = annotations::lowerCase(folder.filename().string());
    const auto isOneOf = [&](const auto& names) {
        return std::find(std::begin(names), std::end(names), name) != std::end(names);
    };
    if (isOneOf(kMaskFolders)) {
        result.isMask = true;
        folder = folder.parent_path();
    } else if (isOneOf(kPictureFolders)) {
        folder = folder.parent_path();
    }
    const bool marked = removePrefix(stem, "mask_") || removeSuffix(stem, "_mask") || removeSuffix(stem, "_seg");
    result.isMask = result.isMask || marked;
    result.key = (folder / stem).string();
    return result;
}

std::vector<std::filesystem::path> imageFilesIn(const std::filesystem::path& source)
{
    if (std::filesystem::is_regular_file(source))
        return imaging::isImageFile(source) ? std::vector{source} : std::vector<std::filesystem::path>();
    std::vector<std::filesystem::path> files;
    std::error_code problem;
    std::filesystem::recursive_directory_iterator next(
        source, std::filesystem::directory_options::skip_permission_denied, problem);
    for (const std::filesystem::recursive_directory_iterator end; !problem && next != end; next.increment(problem)) {
        std::error_code unreadable;
        if (next->is_regular_file(unreadable) && imaging::isImageFile(next->path()))
            files.push_back(next->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

void addImageFiles(const std::filesystem::path& source, ImportSources& sources)
{
    std::map<std::string, std::filesystem::path> masks;
    std::vector<std::pair<std::string, std::filesystem::path>> pictures;
    for (const auto& file : imageFilesIn(source)) {
        auto [key, isMask] = keyOf(file);
        if (isMask)
            masks.emplace(std::move(key), file);
        else
            pictures.emplace_back(std::move(key), file);
    }
    for (const auto& [key, file] : pictures) {
        const auto found = masks.find(key);
        sources.items.push_back({file, found == masks.end() ? std::filesystem::path() : found->second, {}, {}, {}});
        if (found != masks.end())
            masks.erase(found);
    }
    for (const auto& [key, file] : masks)
        sources.refused.push_back("The mask '" + file.string() + "' belongs to no picture.");
}

void addDicomFiles(const RelabelImportOptions& options, const std::stop_token& stop, const imaging::Progress& progress,
    ImportSources& sources)
{
    const auto found = imaging::scanPath(options.source, stop, progress);
    sources.cancelled = found.cancelled;
    for (const auto& series : found.series)
        for (const auto& file : series.files) {
            if (imaging::isSegmentation(file.sopClassUid))
                sources.segmentations.emplace_back(file.path);
            else if (series.displayable && series.slices > 0)
                sources.items.push_back({file.path, {}, {}, {}, {}});
        }
    for (const auto& file : found.refused)
        if (file.isDicom)
            sources.refused.push_back(file.reason);
}

} // namespace

ImportSources findSources(const RelabelImportOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    std::error_code problem;
    const auto kind = std::filesystem::status(options.source, problem).type();
    if (kind == std::filesystem::file_type::not_found)
        throw Error(ErrorKind::NotFound, "There is no file or folder '" + options.source.string() + "'.",
            options.source.string());
    if (kind == std::filesystem::file_type::directory && std::filesystem::exists(options.source / "manifest.csv"))
        return readManifest(options.source / "manifest.csv", options);
    if (annotations::lowerCase(options.source.extension().string()) == ".csv")
        return readManifest(options.source, options);
    ImportSources sources;
    addImageFiles(options.source, sources);
    if (kind == std::filesystem::file_type::directory || !imaging::isImageFile(options.source))
        addDicomFiles(options, stop, progress, sources);
    return sources;
}

} // namespace app
