#include "app/workflow/open.h"

#include "annotations/report/report_words.h"
#include "app/workflow/warnings.h"
#include "imaging/dicom/series.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/memory.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace app {

namespace {

/// A NIfTI, NRRD, PNG or JPEG file as a series, unread.
imaging::SeriesInfo seriesOfFile(const std::filesystem::path& path)
{
    imaging::SeriesInfo series;
    series.id = path.string();
    series.study.seriesDescription = path.filename().string();
    imaging::SeriesFile file;
    file.path = path.string();
    series.files.push_back(std::move(file));
    series.slices = 1;
    return series;
}

[[noreturn]] void refuseNothing(const imaging::ScanResult& found, const std::filesystem::path& path)
{
    const auto dicom = std::find_if(
        found.refused.begin(), found.refused.end(), [](const imaging::RefusedFile& file) { return file.isDicom; });
    // A lone file that is something else says so; of a folder full of them none is worth naming.
    const std::string reason = dicom != found.refused.end() ? dicom->reason
        : found.refused.size() == 1                         ? found.refused.front().reason
                                                            : "nothing in it is a DICOM picture.";
    throw imaging::Error(
        imaging::ErrorKind::NotFound, "\"" + path.string() + "\" cannot be shown: " + reason, path.string());
}

/// The one that is meant. Throws Error(NotFound) or Error(InvalidInput), which list the series.
const imaging::SeriesInfo& onlyChoice(
    const imaging::ScanResult& found, const std::filesystem::path& path, const std::string& wanted)
{
    const auto choice = chooseSeries(found.series, wanted);
    if (!choice.chosen)
        refuseNothing(found, path);
    if (choice.wantedIsThere && choice.meant == 1)
        return found.series[*choice.chosen];
    std::string list;
    for (const auto& series : found.series)
        if (canBeShown(series))
            list += "\n  " + series.id + "  " + series.study.modality + ", "
                + annotations::counted(std::size_t(series.slices), "slice");
    if (!choice.wantedIsThere)
        throw imaging::Error(imaging::ErrorKind::NotFound,
            "There is no series \"" + wanted + "\" in \"" + path.string() + "\". There are:" + list, path.string());
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "There are " + std::to_string(choice.meant) + " series in \"" + path.string() + "\": say which one is meant."
            + list,
        path.string())
        .about("series");
}

} // namespace

bool isPictureFile(const imaging::SeriesInfo& series)
{
    if (series.files.empty())
        return false;
    const auto& first = series.files.front();
    return first.sopClassUid.empty() && imaging::isImageFile(first.path); // A DICOM file may have any name.
}

bool canBeShown(const imaging::SeriesInfo& series)
{
    return series.displayable && series.slices > 0;
}

SeriesChoice chooseSeries(std::span<const imaging::SeriesInfo> series, const std::string& wanted)
{
    std::vector<std::size_t> shown;
    std::vector<std::size_t> sameUid;
    for (std::size_t i = 0; i < series.size(); ++i) {
        if (!canBeShown(series[i]))
            continue;
        if (!wanted.empty() && series[i].id == wanted)
            return {i, 1, true};
        shown.push_back(i);
        if (!wanted.empty() && series[i].study.seriesInstanceUid == wanted)
            sameUid.push_back(i);
    }
    if (shown.empty())
        return {};
    if (!sameUid.empty())
        return {sameUid.front(), sameUid.size(), true};
    const bool loneFile = series.size() == 1 && isPictureFile(series.front());
    return {shown.front(), shown.size(), wanted.empty() || loneFile};
}

imaging::ScanResult findSeries(
    const std::filesystem::path& path, std::stop_token stop, const imaging::Progress& progress)
{
    if (!imaging::isImageFile(path))
        return imaging::scanPath(path, std::move(stop), progress);
    imaging::ScanResult found;
    found.series.push_back(seriesOfFile(path));
    return found;
}

Opened readSeries(const imaging::SeriesInfo& series, std::stop_token stop, const imaging::Progress& progress)
{
    Opened opened{nullptr, series.warnings};
    if (isPictureFile(series)) {
        imaging::Warnings warnings;
        opened.volume = imaging::readImageFile(series.files.front().path, warnings);
        addWarnings(opened.warnings, warnings);
    } else {
        constexpr std::uint64_t kBytes = 4; // Of a voxel: its value, and its place in the masks.
        imaging::requireMemory(kBytes * static_cast<std::uint64_t>(series.columns) * static_cast<std::uint64_t>(series.rows)
                * static_cast<std::uint64_t>(series.slices),
            "The series");
        auto loaded = imaging::readVolume(series, std::move(stop), progress);
        opened.volume = std::move(loaded.volume);
        addWarnings(opened.warnings, loaded.warnings);
    }
    return opened;
}

Opened openPicture(const std::filesystem::path& path, const std::string& series, std::stop_token stop,
    const imaging::Progress& progress)
{
    const auto found = findSeries(path, stop, progress);
    if (found.cancelled)
        return {};
    auto read = readSeries(onlyChoice(found, path, series), std::move(stop), progress);
    Opened opened{std::move(read.volume), found.warnings};
    addWarnings(opened.warnings, read.warnings);
    if (!series.empty() && found.series.size() == 1 && isPictureFile(found.series.front())
        && found.series.front().id != series)
        addWarnings(opened.warnings,
            {"\"" + path.string() + "\" is one file without series: \"" + series + "\" was not looked for."});
    return opened;
}

} // namespace app
