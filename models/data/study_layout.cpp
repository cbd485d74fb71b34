#include "models/data/study_layout.h"

#include "imaging/error.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace models::data {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostReport = 1 << 16;

/// The words of a file, line breaks as spaces; empty when there is no such file.
std::string wordsOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::string text, word;
    while (text.size() < kMostReport && stream >> word) {
        text += word;
        text += ' ';
    }
    if (!text.empty())
        text.pop_back();
    return text;
}

} // namespace

bool isStudyLayout(const DatasetOptions& options)
{
    return !options.split.empty() && fs::path(options.split).filename() == options.split && options.split != ".."
        && fs::is_directory(options.folder / options.split);
}

std::vector<ManifestRow> readStudyLayout(const DatasetOptions& options)
{
    const auto folder = options.folder / options.split;
    std::vector<ManifestRow> rows;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with('.') || !entry.is_directory())
            continue;
        const auto study = (fs::path(options.split) / name).string();
        rows.push_back({std::string("'").append(folder.string()).append("'"), study, {}, {}, 0});
        if (options.masks)
            rows.back().masks = {study};
        rows.back().texts.assign(options.textColumns.size(), wordsOf(entry.path() / "text.txt"));
        if (!options.classColumn.empty())
            rows.back().className = wordsOf(entry.path() / "class.txt");
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.image < b.image; });
    if (rows.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The folder '" + folder.string() + "' has no studies: each is a folder with its DICOM files.",
            folder.string());
    return rows;
}

} // namespace models::data
