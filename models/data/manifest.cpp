#include "models/data/manifest.h"

#include "imaging/error.h"
#include "models/data/csv.h"
#include "models/data/lvit_layout.h"
#include "models/data/study_layout.h"
#include "models/data/table_text.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <utility>

namespace models::data {

namespace {

[[noreturn]] void refuse(const std::string& message, const std::filesystem::path& context)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput, message, context.string());
}

std::size_t requiredColumn(const CsvTable& table, const std::string& name, const std::filesystem::path& file)
{
    const int index = table.column(name);
    if (index >= 0)
        return std::size_t(index);
    std::string message = "The file '";
    message.append(file.string()).append("' has no column '").append(name).append("'; it has:");
    for (const auto& column : table.columns)
        message.append(" '").append(column).append("'");
    refuse(message + ".", file);
}

int sliceNumber(const std::string& field, const std::string& where)
{
    int slice = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), slice);
    if (error != std::errc() || end != field.data() + field.size() || slice < 1)
        refuse("The slice '" + field + "' in " + where + " is no number from 1.", field);
    return slice;
}

/// Which fields of a row of manifest.csv are what.
struct Columns
{
    std::size_t split = 0;
    std::size_t image = 0;
    std::vector<std::size_t> masks;
    std::vector<std::size_t> texts;
    int slice = -1;
    int className = -1;
};

Columns columnsOf(const CsvTable& table, const DatasetOptions& options, const std::filesystem::path& file)
{
    Columns columns{requiredColumn(table, "split", file), requiredColumn(table, options.imageColumn, file), {}, {},
        table.column("slice")};
    if (!options.classColumn.empty())
        columns.className = int(requiredColumn(table, options.classColumn, file));
    for (const auto& name : options.masks ? splitColumns(options.maskColumn) : std::vector<std::string>())
        columns.masks.push_back(requiredColumn(table, name, file));
    for (const auto& name : options.textColumns)
        columns.texts.push_back(requiredColumn(table, name, file));
    return columns;
}

ManifestRow rowOf(const CsvTable::Row& row, const Columns& columns, const std::filesystem::path& file)
{
    ManifestRow entry{
        "line " + std::to_string(row.line) + " of '" + file.string() + "'", row.fields[columns.image], {}, {}, 0};
    std::size_t named = 0;
    for (const auto column : columns.masks) {
        entry.masks.push_back(row.fields[column]);
        named += !row.fields[column].empty();
    }
    if (named > 0 && named < entry.masks.size())
        refuse("The picture '" + entry.image + "' in " + entry.where
                + " has some of its masks only: name all of them, or none for an unlabelled picture.",
            entry.image);
    if (named == 0)
        entry.masks.clear();
    for (const auto column : columns.texts)
        entry.texts.push_back(row.fields[column]);
    if (columns.slice >= 0 && !row.fields[std::size_t(columns.slice)].empty())
        entry.slice = sliceNumber(row.fields[std::size_t(columns.slice)], entry.where);
    if (columns.className >= 0)
        entry.className = trimmedText(row.fields[std::size_t(columns.className)]);
    return entry;
}

/// "'train' (8 rows), 'val' (4 rows)"
std::string splitsOf(const CsvTable& table, const Columns& columns)
{
    std::map<std::string, int> counts;
    for (const auto& row : table.rows)
        ++counts[row.fields[columns.split]];
    std::string list;
    for (const auto& [name, count] : counts) {
        list.append(list.empty() ? "'" : ", '").append(name).append("' (").append(std::to_string(count));
        list.append(count == 1 ? " row)" : " rows)");
    }
    return list;
}

std::vector<ManifestRow> readManifestCsv(const DatasetOptions& options)
{
    const auto file = options.folder / "manifest.csv";
    const auto table = readCsv(file);
    const auto columns = columnsOf(table, options, file);
    if (table.rows.empty())
        refuse("The file '" + file.string() + "' names columns and has no row.", file);
    std::vector<ManifestRow> rows;
    for (const auto& row : table.rows)
        if (row.fields[columns.split] == options.split)
            rows.push_back(rowOf(row, columns, file));
    if (rows.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "No row of '" + file.string() + "' has the split '" + options.split + "'; its splits are "
                + splitsOf(table, columns) + ". Name the one that is meant.",
            file.string())
            .about(options.splitSetting);
    return rows;
}

std::vector<ManifestRow> rowsOfAnyLayout(const DatasetOptions& options)
{
    if (std::filesystem::exists(options.folder / "manifest.csv"))
        return readManifestCsv(options);
    if (isLvitLayout(options.folder))
        return readLvitLayout(options);
    if (isStudyLayout(options))
        return readStudyLayout(options);
    throw imaging::Error(imaging::ErrorKind::NotFound,
        "The folder '" + options.folder.string()
            + "' is not one of training data: it has no manifest.csv, no Train_Folder/img as LViT's own data sets "
              "have, "
              "and no folder '"
            + options.split + "' with DICOM studies.",
        options.folder.string());
}

[[noreturn]] void refuseTwice(const ManifestRow& row, const ManifestRow& earlier)
{
    refuse("The picture '" + row.image + "'" + (row.slice == 0 ? "" : ", slice " + std::to_string(row.slice))
            + " is named twice with the same text: in " + earlier.where + " and in " + row.where
            + ". A picture may have several sentences, each with its mask; two masks for one sentence contradict each "
              "other.",
        row.image);
}

/// Whether the row says what an earlier one says; refuses one that contradicts it. `seen`: the earlier rows of the same
/// picture and texts, by slice.
bool isRepeat(const ManifestRow& row, std::map<int, const ManifestRow*>& seen)
{
    const auto [entry, isNew] = seen.emplace(row.slice, &row);
    if (!isNew && entry->second->masks == row.masks)
        return true;
    if (!isNew)
        refuseTwice(row, *entry->second);
    if (seen.size() > 1 && (row.slice == 0 || seen.contains(0)))
        refuseTwice(row, row.slice == 0 ? *seen.rbegin()->second : *seen.at(0));
    return false;
}

/// Without repeats, the rows of one picture one after the other.
std::vector<ManifestRow> byPicture(const std::vector<ManifestRow>& rows, imaging::Warnings& warnings)
{
    std::map<std::pair<std::string, std::vector<std::string>>, std::map<int, const ManifestRow*>> seen;
    std::map<std::string, std::size_t> places;
    std::vector<std::vector<ManifestRow>> pictures;
    std::vector<const ManifestRow*> repeats;
    for (const auto& row : rows) {
        if (isRepeat(row, seen[{row.image, row.texts}])) {
            repeats.push_back(&row);
            continue;
        }
        const auto [place, isNew] = places.emplace(row.image, pictures.size());
        if (isNew)
            pictures.emplace_back();
        pictures[place->second].push_back(row);
    }
    if (!repeats.empty())
        warnings.push_back(std::to_string(repeats.size())
            + (repeats.size() == 1 ? " row says the same as an earlier one and is"
                                   : " rows say the same as earlier ones and are")
            + " left out, the first in " + repeats.front()->where + ".");
    std::vector<ManifestRow> result;
    for (auto& picture : pictures)
        std::move(picture.begin(), picture.end(), std::back_inserter(result));
    return result;
}

/// A picture is of one class, however many sentences speak of it.
void requireOneClass(const std::vector<ManifestRow>& rows)
{
    std::map<std::pair<std::string, int>, const ManifestRow*> known;
    for (const auto& row : rows) {
        const auto& earlier = *known.emplace(std::pair(row.image, row.slice), &row).first->second;
        if (earlier.className != row.className)
            refuse("The picture '" + row.image + "' has the class '" + earlier.className + "' in " + earlier.where
                    + " and '" + row.className + "' in " + row.where + ": which is right?",
                row.image);
    }
}

void requireMask(const ManifestRow& row)
{
    if (row.masks.empty())
        refuse("The picture '" + row.image + "' in " + row.where
                + " has no mask, so it cannot be scored: name one or move it to another split.",
            row.image);
}

} // namespace

void requireInside(const std::filesystem::path& folder, const std::string& path, const std::string& where)
{
    const auto outside = [](const std::filesystem::path& normal) {
        return normal.empty() || normal.is_absolute() || *normal.begin() == "..";
    };
    if (path.empty() || outside(std::filesystem::path(path).lexically_normal()))
        refuse("The path '" + path + "' in " + where
                + " does not lie in the folder of the data: write it relative to the folder of manifest.csv.",
            path);
    std::error_code failed; // What does not exist is told when it is read.
    const auto real = std::filesystem::weakly_canonical(folder / path, failed);
    const auto root = std::filesystem::weakly_canonical(folder, failed);
    if (!failed && outside(real.lexically_relative(root)))
        refuse(
            "The path '" + path + "' in " + where + " is a link that leads out of the folder of the data: copy it in.",
            path);
}

std::vector<ManifestRow> readManifest(const DatasetOptions& options, imaging::Warnings& warnings)
{
    auto rows = rowsOfAnyLayout(options);
    if (options.limit > 0 && rows.size() > std::size_t(options.limit))
        rows.resize(std::size_t(options.limit));
    for (const auto& row : rows) {
        requireInside(options.folder, row.image, row.where);
        for (const auto& mask : row.masks)
            requireInside(options.folder, mask, row.where);
        if (options.fullMasks && !options.skipUnlabelled)
            requireMask(row);
    }
    requireOneClass(rows);
    return byPicture(rows, warnings);
}

} // namespace models::data
