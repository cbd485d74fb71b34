#include "app/workflow/open.h"

#include "imaging/dicom/series.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"

#include <algorithm>
#include <utility>

namespace app {

namespace {

const imaging::SeriesInfo& choose(
    const imaging::ScanResult& found, const std::filesystem::path& path, const std::string& wanted)
{
    const imaging::SeriesInfo* only = nullptr;
    std::string list;
    int candidates = 0;
    for (const auto& series : found.series) {
        if (!series.displayable || series.slices == 0)
            continue;
        if (series.id == wanted)
            return series;
        ++candidates;
        only = &series;
        list += "\n  " + series.id + "  " + series.study.modality + ", " + std::to_string(series.slices) + " slices";
    }
    if (candidates == 0) {
        const auto dicom = std::find_if(
            found.refused.begin(), found.refused.end(), [](const imaging::RefusedFile& file) { return file.isDicom; });
        // A lone file that is something else says so; of a folder full of them none is worth naming.
        const std::string reason = dicom != found.refused.end() ? dicom->reason
            : found.refused.size() == 1                         ? found.refused.front().reason
                                                                : "nothing in it is a DICOM picture.";
        throw imaging::Error(
            imaging::ErrorKind::NotFound, "\"" + path.string() + "\" cannot be shown: " + reason, path.string());
    }
    if (!wanted.empty())
        throw imaging::Error(imaging::ErrorKind::NotFound,
            "There is no series \"" + wanted + "\" in \"" + path.string() + "\". There are:" + list, path.string());
    if (candidates > 1)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "There are " + std::to_string(candidates) + " series in \"" + path.string() + "\": name one with --series."
                + list,
            path.string());
    return *only;
}

} // namespace

Opened openPicture(const std::filesystem::path& path, const std::string& series, std::stop_token stop,
    const imaging::Progress& progress)
{
    Opened opened;
    if (imaging::isImageFile(path)) {
        opened.volume = imaging::readImageFile(path, opened.warnings);
        return opened;
    }
    const auto found = imaging::scanPath(path, stop, progress);
    if (found.cancelled)
        return opened;
    const auto& chosen = choose(found, path, series);
    auto loaded = imaging::readVolume(chosen, stop, progress);
    opened.volume = std::move(loaded.volume);
    opened.warnings = found.warnings;
    for (const auto* list : {&chosen.warnings, &std::as_const(loaded.warnings)})
        for (const auto& warning : *list)
            if (std::find(opened.warnings.begin(), opened.warnings.end(), warning) == opened.warnings.end())
                opened.warnings.push_back(warning);
    return opened;
}

} // namespace app
