#include "imaging/dicom/stacks.h"

#include "imaging/dicom/copies.h"
#include "imaging/dicom/passes.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/stack_geometry.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

namespace imaging {

namespace {

using Group = std::vector<ScannedFile>;

/// Whether a file is no slice of a stack: X-rays and what is no picture.
bool standsAlone(const ScannedFile& file)
{
    const bool unnamed = file.study.seriesInstanceUid.empty();
    return !file.displayable || isProjection(file.study.modality)
        || (unnamed && (file.file.imagePosition.empty() || file.file.imageOrientation.empty()));
}

/// All that must be equal, besides orientation and pixel size, for two files to lie in one stack.
std::string groupKey(const ScannedFile& file)
{
    std::string key = file.study.studyInstanceUid + '|' + file.study.seriesInstanceUid + '|' + file.file.sopClassUid
        + '|' + std::to_string(file.columns) + 'x' + std::to_string(file.rows) + '|' + file.photometric
        + (file.isLocalizer ? "|L" : "|");
    // Without a series UID only slices with positions in one folder, of one patient, are taken together.
    if (file.study.seriesInstanceUid.empty())
        key += '|' + std::filesystem::path(file.file.path).parent_path().string() + '|' + file.study.patientId + '|'
            + file.study.patientName + '|' + file.study.studyDate + '|' + std::to_string(file.study.seriesNumber);
    if (standsAlone(file))
        key += '|' + (file.file.sopInstanceUid.empty() ? file.file.path : file.file.sopInstanceUid);
    return key;
}

bool samePlane(const ScannedFile& a, const ScannedFile& b)
{
    const auto planeA = parseOrientation(a.file.imageOrientation);
    const auto planeB = parseOrientation(b.file.imageOrientation);
    if (!planeA || !planeB)
        return planeA.has_value() == planeB.has_value();
    return sameOrientation(*planeA, *planeB);
}

std::vector<Group> groupFiles(std::vector<ScannedFile> files)
{
    std::vector<Group> groups;
    std::map<std::string, std::vector<std::size_t>> byKey;
    for (ScannedFile& file : files) {
        auto& candidates = byKey[groupKey(file)];
        const auto found = std::find_if(candidates.begin(), candidates.end(), [&](std::size_t i) {
            return samePlane(groups[i].front(), file) && sameSpacing(groups[i].front().pixelSpacing, file.pixelSpacing);
        });
        if (found != candidates.end()) {
            groups[*found].push_back(std::move(file));
            continue;
        }
        candidates.push_back(groups.size());
        groups.emplace_back();
        groups.back().push_back(std::move(file));
    }
    return groups;
}

/// Files that are no slices are never put together, even when they share a UID.
std::vector<Group> eachAlone(Group group)
{
    std::vector<Group> result;
    for (ScannedFile& file : group) {
        result.emplace_back();
        result.back().push_back(std::move(file));
    }
    return result;
}

std::vector<FrameGeometry> firstFrames(const Group& group)
{
    std::vector<FrameGeometry> frames;
    for (const ScannedFile& file : group) {
        if (!file.frames.empty())
            frames.push_back(file.frames.front());
    }
    return frames;
}

/// The slices of a stack in display order, and where each of them lies.
struct SliceOrder
{
    std::vector<SliceRef> order;
    std::vector<FrameGeometry> frames;
};

SliceOrder sliceOrder(const Group& group)
{
    std::vector<SliceRef> order;
    std::vector<FrameGeometry> frames;
    for (std::size_t file = 0; file < group.size(); ++file) {
        for (const FrameGeometry& frame : group[file].frames) {
            order.push_back({static_cast<int>(file), frame.index});
            frames.push_back(frame);
        }
    }
    const auto positions = positionsAlongNormal(frames);
    std::vector<std::size_t> index(order.size());
    std::iota(index.begin(), index.end(), std::size_t{0});
    if (!positions.empty())
        std::stable_sort(
            index.begin(), index.end(), [&](std::size_t a, std::size_t b) { return positions[a] < positions[b]; });
    SliceOrder sorted;
    for (const std::size_t i : index) {
        sorted.order.push_back(order[i]);
        sorted.frames.push_back(std::move(frames[i]));
    }
    return sorted;
}

void sortFiles(Group& group)
{
    const auto positions = positionsAlongNormal(firstFrames(group));
    std::vector<std::size_t> index(group.size());
    std::iota(index.begin(), index.end(), std::size_t{0});
    const auto key = [&](std::size_t i) {
        const double position = positions.size() == group.size() ? positions[i] : 0;
        return std::tuple(position, group[i].file.instanceNumber, std::string_view(group[i].file.path));
    };
    std::sort(index.begin(), index.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    Group sorted;
    for (const std::size_t i : index)
        sorted.push_back(std::move(group[i]));
    group = std::move(sorted);
}

std::string filesAre(int count, const char* one, const char* several)
{
    return std::to_string(count) + (count == 1 ? " file " : " files ") + (count == 1 ? one : several);
}

void addWarnings(const Group& group, SharedUids uids, SeriesInfo& series)
{
    const ScannedFile& first = group.front();
    for (const ScannedFile& file : group) {
        for (const std::string& warning : file.warnings) {
            if (std::find(series.warnings.begin(), series.warnings.end(), warning) == series.warnings.end())
                series.warnings.push_back(warning);
        }
    }
    if (uids.leftOut > 0)
        series.warnings.push_back(filesAre(uids.leftOut, "is a copy", "are copies")
            + " of another with the same instance UID and was left out.");
    if (uids.kept > 0)
        series.warnings.push_back(filesAre(uids.kept, "has", "have")
            + " the instance UID of another file, but another place or other pixels: shown as slices of their own.");
    if (const auto frames = framesOfReference(group); frames > 1 && first.hasPictures)
        series.warnings.push_back("The slices name " + std::to_string(frames)
            + " frames of reference, so nothing says how they lie to each other.");
    if (series.study.seriesInstanceUid.empty())
        series.warnings.push_back("The file " + quotedName(first.file.path) + " has no series instance UID.");
}

SeriesInfo describeStack(Group group, SharedUids uids)
{
    sortFiles(group);
    SeriesInfo series;
    const ScannedFile& first = group.front();
    series.study = first.study;
    series.columns = first.columns;
    series.rows = first.rows;
    series.displayable = first.displayable;
    series.spacing = first.spacing;
    addWarnings(group, uids, series);
    if (first.hasPictures) {
        auto slices = sliceOrder(group);
        series.order = std::move(slices.order);
        auto stack = stackGeometry(slices.frames, first.columns, first.rows,
            first.pixelSpacing ? first.pixelSpacing : first.pixelAspect);
        series.grid = stack.grid;
        series.notRegular = std::move(stack.notRegular);
        if (const auto sentence = irregularSentence(series.notRegular); !sentence.empty())
            series.warnings.push_back(sentence);
        series.slices = static_cast<int>(series.order.size());
    }
    for (ScannedFile& file : group)
        series.files.push_back(std::move(file.file));
    return series;
}

/// Gives stacks of one series their ids: the largest displayable one has the UID alone.
void nameStacks(std::vector<SeriesInfo>& all)
{
    const auto rank = [](const SeriesInfo& s) {
        return std::tuple(s.study.studyDate, s.study.studyInstanceUid, s.study.seriesNumber, s.study.seriesInstanceUid,
            !s.displayable, -s.slices, s.files.front().instanceNumber, s.files.front().path);
    };
    std::stable_sort(
        all.begin(), all.end(), [&](const SeriesInfo& a, const SeriesInfo& b) { return rank(a) < rank(b); });
    std::map<std::string, int> counts;
    for (SeriesInfo& series : all) {
        const std::string uid = series.study.seriesInstanceUid.empty()
            ? "no-uid-" + std::filesystem::path(series.files.front().path).filename().string()
            : series.study.seriesInstanceUid;
        const int count = ++counts[uid];
        series.id = count == 1 ? uid : uid + '#' + std::to_string(count);
    }
}

} // namespace

std::vector<SeriesInfo> buildStacks(std::vector<ScannedFile> files)
{
    std::vector<SeriesInfo> result;
    for (Group& group : groupFiles(std::move(files))) {
        SharedUids told = dropCopies(group);
        for (Group& apart : standsAlone(group.front()) ? eachAlone(std::move(group))
                                                       : splitFramesOfReference(std::move(group))) {
            for (Group& part : splitPasses(std::move(apart)))
                result.push_back(describeStack(std::move(part), std::exchange(told, {})));
        }
    }
    nameStacks(result);
    return result;
}

} // namespace imaging
