#include "models/data/lvit_layout.h"

#include "imaging/error.h"
#include "models/data/xlsx.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace models::data {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSplitNames[] = {"Train", "Val", "Test"};

[[noreturn]] void refuse(imaging::ErrorKind kind, const std::string& message, const fs::path& context)
{
    throw imaging::Error(kind, message, context.string());
}

/// "valid" -> "Val"
std::string splitName(const DatasetOptions& options)
{
    const std::pair<const char*, const char*> known[] = {
        {"train", "Train"}, {"valid", "Val"}, {"val", "Val"}, {"test", "Test"}};
    for (const auto& [ours, theirs] : known)
        if (options.split == ours)
            return theirs;
    refuse(imaging::ErrorKind::InvalidInput,
        "There is no split '" + options.split + "' in '" + options.folder.string()
            + "': its layout is LViT's own, whose splits are train, valid and test.",
        options.folder);
}

void requireColumns(const DatasetOptions& options)
{
    if (!options.classColumn.empty())
        refuse(imaging::ErrorKind::InvalidInput,
            "There is no class column '" + options.classColumn + "' in '" + options.folder.string()
                + "': its layout is LViT's own, which knows no classes; write a manifest.csv.",
            options.folder);
    for (const auto& name : options.textColumns)
        if (name != "text" && name != "Description")
            refuse(imaging::ErrorKind::InvalidInput,
                "There is no text column '" + name + "' in '" + options.folder.string()
                    + "': its layout is LViT's own, which has one text for each picture; use 'text'.",
                options.folder);
}

/// Names of what lies in a folder, hidden files left out, in order.
std::vector<std::string> namesIn(const fs::path& folder)
{
    if (!fs::is_directory(folder))
        refuse(imaging::ErrorKind::NotFound, "There is no folder '" + folder.string() + "', which LViT's layout has.",
            folder);
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        if (const auto name = entry.path().filename().string(); !name.starts_with('.'))
            names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
}

fs::path workbookOf(const fs::path& folder, const std::string& split)
{
    std::vector<std::string> names{split + "_text.xlsx"};
    if (split != "Test")
        names.emplace_back("Train_Val_text.xlsx");
    for (const auto& place : {folder / (split + "_Folder"), folder})
        for (const auto& name : names)
            if (fs::exists(place / name))
                return place / name;
    refuse(imaging::ErrorKind::NotFound,
        "The texts of '" + (folder / (split + "_Folder")).string() + "' are missing: there is no '" + names.front()
            + "' in it or beside it.",
        folder);
}

/// Descriptions by the name they stand for.
std::map<std::string, std::string> descriptionsIn(const fs::path& workbook)
{
    const auto table = readXlsx(workbook);
    const int image = table.column("Image"), description = table.column("Description");
    if (image < 0 || description < 0)
        refuse(imaging::ErrorKind::InvalidInput,
            "The workbook '" + workbook.string() + "' has no columns 'Image' and 'Description'.", workbook);
    std::map<std::string, std::string> descriptions;
    for (const auto& row : table.rows) {
        const auto& name = row.fields[std::size_t(image)];
        const auto& text = row.fields[std::size_t(description)];
        const auto [entry, isNew] = descriptions.emplace(name, text);
        if (!isNew && entry->second != text)
            refuse(imaging::ErrorKind::InvalidInput,
                "Row " + std::to_string(row.line) + " of '" + workbook.string() + "' gives '" + name
                    + "' a second, different description.",
                workbook);
    }
    return descriptions;
}

/// One split's folders and texts.
class LvitSplit
{
public:
    explicit LvitSplit(const DatasetOptions& options)
        : m_folder(splitName(options) + "_Folder")
        , m_withMasks(options.masks)
        , m_withTexts(!options.textColumns.empty())
        , m_textCount(options.textColumns.size())
    {
        requireColumns(options);
        if (m_withMasks)
            m_masks = namesIn(options.folder / m_folder / "labelcol");
        if (m_withTexts)
            m_descriptions = descriptionsIn(workbookOf(options.folder, splitName(options)));
    }

    ManifestRow row(const std::string& image) const
    {
        ManifestRow row;
        row.where = "'" + m_folder + "/img'";
        row.image = m_folder + "/img/" + image;
        if (!m_withMasks) {
            row.texts.assign(m_textCount, textOf(maskNames(image), image));
            return row;
        }
        const auto mask = maskOf(image);
        row.masks = {m_folder + "/labelcol/" + mask};
        row.texts.assign(m_textCount, textOf({mask, image}, image));
        return row;
    }

private:
    /// Covid19 puts "mask_" before the picture's name, MoNuSeg changes the extension.
    static std::vector<std::string> maskNames(const std::string& image)
    {
        return {"mask_" + image, fs::path(image).replace_extension("png").string(), image};
    }

    std::string maskOf(const std::string& image) const
    {
        const auto candidates = maskNames(image);
        std::optional<std::string> found;
        for (const auto& name : candidates) {
            if (!std::binary_search(m_masks.begin(), m_masks.end(), name) || found == name)
                continue;
            if (found)
                refuse(imaging::ErrorKind::InvalidInput,
                    "The picture '" + image + "' in '" + m_folder + "/img' has two masks in 'labelcol': '" + *found
                        + "' and '" + name + "'. Remove one.",
                    image);
            found = name;
        }
        if (!found)
            refuse(imaging::ErrorKind::InvalidInput,
                "The picture '" + image + "' in '" + m_folder + "/img' has no mask: in 'labelcol' there is neither '"
                    + candidates[0] + "' nor '" + candidates[1] + "'.",
                image);
        return *found;
    }

    /// What the workbook gives for one of the names, of which the first ones go first. Without masks nothing says which
    /// of a picture's mask names is meant: two that are described differently are refused.
    std::string textOf(const std::vector<std::string>& names, const std::string& image) const
    {
        const std::string* text = nullptr;
        for (const auto& name : names) {
            const auto found = m_descriptions.find(name);
            if (found == m_descriptions.end())
                continue;
            if (!m_withMasks && text && *text != found->second)
                refuse(imaging::ErrorKind::InvalidInput,
                    "The picture '" + image + "' in '" + m_folder
                        + "/img' has two different descriptions, one of them for '" + name + "'. Remove one.",
                    image);
            text = text ? text : &found->second;
        }
        return text ? *text : std::string();
    }

    std::string m_folder;
    bool m_withMasks;
    std::vector<std::string> m_masks;
    bool m_withTexts;
    std::size_t m_textCount;
    std::map<std::string, std::string> m_descriptions;
};

} // namespace

bool isLvitLayout(const fs::path& folder)
{
    return std::any_of(std::begin(kSplitNames), std::end(kSplitNames),
        [&](const char* split) { return fs::is_directory(folder / (std::string(split) + "_Folder") / "img"); });
}

std::vector<ManifestRow> readLvitLayout(const DatasetOptions& options)
{
    const LvitSplit split(options);
    const auto folder = options.folder / (splitName(options) + "_Folder") / "img";
    std::vector<ManifestRow> rows;
    for (const auto& image : namesIn(folder))
        rows.push_back(split.row(image));
    if (rows.empty())
        refuse(imaging::ErrorKind::InvalidInput, "There is no picture in '" + folder.string() + "'.", folder);
    return rows;
}

} // namespace models::data
