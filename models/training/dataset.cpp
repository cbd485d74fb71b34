#include "models/training/dataset.h"

#include "imaging/error.h"
#include "models/training/csv.h"
#include "models/training/png_reader.h"
#include "models/training/resize.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

namespace models {

namespace {

struct ManifestRow
{
    std::string where; ///< "line 7 of '...'", for messages.
    std::string image;
    std::string mask;
    std::vector<std::string> texts;
};

[[noreturn]] void refuse(const std::string& message, const std::filesystem::path& context)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput, message, context.string());
}

int requiredColumn(const CsvTable& table, const std::string& name, const std::filesystem::path& file)
{
    const int index = table.column(name);
    if (index >= 0)
        return index;
    std::string message = "The file '";
    message.append(file.string()).append("' has no column '").append(name).append("'; it has:");
    for (const auto& column : table.columns)
        message.append(" '").append(column).append("'");
    refuse(message + ".", file);
}

void requireInside(const std::string& path, const ManifestRow& row)
{
    const auto normal = std::filesystem::path(path).lexically_normal();
    if (path.empty() || normal.is_absolute() || *normal.begin() == "..")
        refuse("The path '" + path + "' in " + row.where
                + " does not lie in the folder of the data: write it relative to the folder of manifest.csv.",
            path);
}

std::vector<ManifestRow> readManifest(const DatasetOptions& options, int& unlabelled)
{
    const auto file = options.folder / "manifest.csv";
    if (!std::filesystem::exists(file))
        throw imaging::Error(imaging::ErrorKind::NotFound,
            "The folder '" + options.folder.string() + "' is not one of training data: it has no manifest.csv.",
            options.folder.string());
    const auto table = readCsv(file);
    const auto split = std::size_t(requiredColumn(table, "split", file));
    const auto image = std::size_t(requiredColumn(table, options.imageColumn, file));
    const auto mask = std::size_t(requiredColumn(table, options.maskColumn, file));
    std::vector<std::size_t> texts;
    for (const auto& name : options.textColumns)
        texts.push_back(std::size_t(requiredColumn(table, name, file)));

    std::vector<ManifestRow> rows;
    for (const auto& row : table.rows) {
        if (row.fields[split] != options.split)
            continue;
        if (options.skipUnlabelled && row.fields[mask].empty()) {
            ++unlabelled;
            continue;
        }
        if (options.limit > 0 && int(rows.size()) >= options.limit)
            break;
        ManifestRow entry{"line " + std::to_string(row.line) + " of '" + file.string() + "'", row.fields[image],
            row.fields[mask], {}};
        requireInside(entry.image, entry);
        requireInside(entry.mask, entry);
        for (const auto column : texts)
            entry.texts.push_back(row.fields[column]);
        rows.push_back(std::move(entry));
    }
    if (rows.empty())
        refuse("No row of '" + file.string() + "' has the split '" + options.split + "'"
                + (unlabelled > 0 ? " and a mask." : "."),
            file);
    return rows;
}

void requireDistinct(const std::vector<ManifestRow>& rows)
{
    std::map<std::string, const ManifestRow*> seen;
    for (const auto& row : rows) {
        const auto [entry, isNew] = seen.emplace(row.image, &row);
        if (!isNew)
            refuse("The picture '" + row.image + "' is named twice: in " + entry->second->where + " and in " + row.where
                    + ".",
                row.image);
    }
}

template <typename Reader>
GreyPicture readNamed(
    const std::filesystem::path& folder, const std::string& name, const ManifestRow& row, const Reader& reader)
{
    const auto file = folder / name;
    try {
        return reader && std::filesystem::exists(file) && !isPng(file) ? reader(file) : readGreyPng(file);
    } catch (const imaging::Error& error) {
        throw imaging::Error(
            error.kind(), std::string(error.what()) + " It is named in " + row.where + ".", error.context());
    }
}

/// Whether two sizes differ by more than the rounding of a rescaled copy.
bool differsInShape(const GreyPicture& first, const GreyPicture& second)
{
    const double ratio = double(first.columns) * second.rows / (double(first.rows) * second.columns);
    return std::abs(ratio - 1) > 0.02;
}

FullMask binary(const GreyPicture& mask)
{
    // Masks are written as 0 and 1 or as 0 and 255; half of the brightest value splits both.
    const int brightest = mask.values.empty() ? 0 : *std::max_element(mask.values.begin(), mask.values.end());
    FullMask result{mask.columns, mask.rows, {}};
    result.values.resize(mask.values.size());
    for (std::size_t pixel = 0; pixel < mask.values.size(); ++pixel)
        result.values[pixel] = mask.values[pixel] > 0 && 2 * mask.values[pixel] >= brightest;
    return result;
}

/// The picture's spacing on a mask of the same place with other numbers of pixels.
std::optional<std::array<double, 2>> spacingOn(const GreyPicture& mask, const GreyPicture& picture)
{
    if (!picture.spacingMm)
        return std::nullopt;
    return std::array{
        (*picture.spacingMm)[0] * picture.columns / mask.columns, (*picture.spacingMm)[1] * picture.rows / mask.rows};
}

/// Appends one picture after the other and counts what is worth a warning.
class DatasetBuilder
{
public:
    explicit DatasetBuilder(const DatasetOptions& options)
        : m_options(options)
    {
        m_data.pictureSize = options.pictureSize;
    }

    void add(const ManifestRow& row)
    {
        const auto picture = readNamed(m_options.folder, row.image, row, m_options.readers.picture);
        const auto mask = readNamed(m_options.folder, row.mask, row, m_options.readers.mask);
        if (differsInShape(picture, mask))
            refuse("The mask '" + row.mask + "' (" + std::to_string(mask.columns) + " x " + std::to_string(mask.rows)
                    + ") has another shape than its picture '" + row.image + "' (" + std::to_string(picture.columns)
                    + " x " + std::to_string(picture.rows) + "), in " + row.where + ".",
                row.mask);
        m_otherSizes += picture.columns != mask.columns || picture.rows != mask.rows;
        m_withoutText += std::any_of(row.texts.begin(), row.texts.end(), [](const auto& text) { return text.empty(); });
        auto full = binary(mask);
        full.spacingMm = spacingOn(mask, picture);
        m_emptyMasks += std::find(full.values.begin(), full.values.end(), true) == full.values.end();
        append(m_data.pictures, resizedPicture(picture, m_options.pictureSize));
        append(m_data.masks, resizedMask(full, m_options.pictureSize));
        if (m_options.fullMasks)
            m_data.fullMasks.push_back(std::move(full));
        m_data.samples.push_back({row.image, row.texts});
    }

    Dataset take()
    {
        warn(m_otherSizes, "masks have another size than their picture and were scaled");
        warn(m_withoutText, "pictures lack a text; the model sees them without one");
        warn(m_emptyMasks, "masks are empty");
        return std::move(m_data);
    }

private:
    static void append(std::vector<std::uint8_t>& all, const std::vector<std::uint8_t>& one)
    {
        all.insert(all.end(), one.begin(), one.end());
    }

    void warn(int count, const std::string& what)
    {
        if (count > 0)
            m_data.warnings.push_back(std::to_string(count) + " of the split '" + m_options.split + "': " + what + ".");
    }

    const DatasetOptions& m_options;
    Dataset m_data;
    int m_otherSizes = 0;
    int m_withoutText = 0;
    int m_emptyMasks = 0;
};

} // namespace

Dataset readDataset(const DatasetOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    int unlabelled = 0;
    const auto rows = readManifest(options, unlabelled);
    requireDistinct(rows);
    DatasetBuilder builder(options);
    for (std::size_t index = 0; index < rows.size() && !stop.stop_requested(); ++index) {
        builder.add(rows[index]);
        if (index % 64 == 0)
            progress.report(double(index) / double(rows.size()), "reading the split '" + options.split + "'");
    }
    auto data = builder.take();
    data.unlabelled = unlabelled;
    return data;
}

std::vector<std::string> splitColumns(const std::string& joined)
{
    std::vector<std::string> columns;
    std::istringstream stream(joined);
    for (std::string column; std::getline(stream, column, '+');)
        if (!column.empty())
            columns.push_back(column);
    return columns;
}

void requireDisjoint(const Dataset& first, const Dataset& second)
{
    std::set<std::string> names;
    for (const auto& sample : first.samples)
        names.insert(sample.image);
    for (const auto& sample : second.samples)
        if (names.contains(sample.image))
            refuse("The picture '" + sample.image
                    + "' is in the training and in the validation split: figures would mean nothing.",
                sample.image);
}

} // namespace models
