#include "models/training/manifest.h"

#include "imaging/error.h"
#include "models/training/csv.h"
#include "models/training/lvit_layout.h"
#include "models/training/study_layout.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace models {

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
};

Columns columnsOf(const CsvTable& table, const DatasetOptions& options, const std::filesystem::path& file)
{
    Columns columns{requiredColumn(table, "split", file), requiredColumn(table, options.imageColumn, file), {}, {},
        table.column("slice")};
    for (const auto& name : splitColumns(options.maskColumn))
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
    return entry;
}

std::vector<ManifestRow> readManifestCsv(const DatasetOptions& options)
{
    const auto file = options.folder / "manifest.csv";
    const auto table = readCsv(file);
    const auto columns = columnsOf(table, options, file);
    std::vector<ManifestRow> rows;
    for (const auto& row : table.rows)
        if (row.fields[columns.split] == options.split)
            rows.push_back(rowOf(row, columns, file));
    if (rows.empty())
        refuse("No row of '" + file.string() + "' has the split '" + options.split + "'.", file);
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

/// A picture may have several rows when each is of a slice of its own.
void requireDistinct(const std::vector<ManifestRow>& rows)
{
    std::map<std::string, std::map<int, const ManifestRow*>> seen;
    for (const auto& row : rows) {
        auto& slices = seen[row.image];
        const auto [entry, isNew] = slices.emplace(row.slice, &row);
        const bool overlaps = slices.size() > 1 && (row.slice == 0 || slices.contains(0));
        if (isNew && !overlaps)
            continue;
        const auto* other = isNew ? (row.slice == 0 ? slices.rbegin()->second : slices.at(0)) : entry->second;
        refuse("The picture '" + row.image + "'"
                + (isNew || row.slice == 0 ? "" : ", slice " + std::to_string(row.slice)) + " is named twice: in "
                + other->where + " and in " + row.where + ".",
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

std::vector<ManifestRow> readManifest(const DatasetOptions& options)
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
    requireDistinct(rows);
    return rows;
}

} // namespace models
