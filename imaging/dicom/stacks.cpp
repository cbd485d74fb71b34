#include "imaging/dicom/stacks.h"

#include "imaging/dicom/prescan.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/stack_geometry.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace imaging {

namespace {

using Group = std::vector<ScannedFile>;

/// All that must be equal, besides orientation and pixel size, for two files to lie in one stack.
std::string groupKey(const ScannedFile& file)
{
    std::string key = file.study.studyInstanceUid + '|' + file.study.seriesInstanceUid + '|' + file.file.sopClassUid
        + '|' + std::to_string(file.columns) + 'x' + std::to_string(file.rows) + '|' + file.photometric
        + (file.isLocalizer ? "|L" : "|");
    // Without a series UID only slices with positions in one folder, of one patient, are taken together.
    const bool unnamed = file.study.seriesInstanceUid.empty();
    if (unnamed)
        key += '|' + std::filesystem::path(file.file.path).parent_path().string() + '|' + file.study.patientId + '|'
            + file.study.patientName + '|' + file.study.studyDate + '|' + std::to_string(file.study.seriesNumber);
    const bool alone = !file.displayable || isProjection(file.study.modality)
        || (unnamed && (file.file.imagePosition.empty() || file.file.imageOrientation.empty()));
    if (alone)
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

/// Leaves out copies of the same instance; says how many.
int dropCopies(Group& group)
{
    std::set<std::string> seen;
    const auto isCopy = [&](const ScannedFile& file) {
        return !file.file.sopInstanceUid.empty() && !seen.insert(file.file.sopInstanceUid).second;
    };
    return static_cast<int>(std::erase_if(group, isCopy));
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

bool positionsRepeat(const Group& group)
{
    constexpr double kSamePositionMm = 1e-3;
    auto positions = positionsAlongNormal(firstFrames(group));
    std::sort(positions.begin(), positions.end());
    return std::adjacent_find(positions.begin(), positions.end(), [](double a, double b) {
        return b - a < kSamePositionMm;
    }) != positions.end();
}

/// Splits a group that passes over the same positions more than once by the first attribute that tells the passes
/// apart.
std::vector<Group> splitPasses(Group group)
{
    const bool single =
        std::all_of(group.begin(), group.end(), [](const ScannedFile& file) { return file.file.frames == 1; });
    if (single && positionsRepeat(group)) {
        for (std::size_t attribute = 0; attribute < group.front().passes.size(); ++attribute) {
            std::map<std::string, Group> parts;
            for (const ScannedFile& file : group)
                parts[file.passes[attribute]].push_back(file);
            const bool apart = parts.size() > 1
                && std::none_of(parts.begin(), parts.end(), [](const auto& p) { return positionsRepeat(p.second); });
            if (!apart)
                continue;
            std::vector<Group> result;
            for (auto& [value, part] : parts)
                result.push_back(std::move(part));
            return result;
        }
    }
    std::vector<Group> result;
    result.push_back(std::move(group));
    return result;
}

/// Files in display order and, for several frames in a file, the order of all slices.
std::vector<SliceRef> sliceOrder(const Group& group)
{
    std::vector<SliceRef> order;
    std::vector<FrameGeometry> frames;
    for (std::size_t file = 0; file < group.size(); ++file) {
        for (int frame = 0; frame < static_cast<int>(group[file].frames.size()); ++frame) {
            order.push_back({static_cast<int>(file), frame});
            frames.push_back(group[file].frames[static_cast<std::size_t>(frame)]);
        }
    }
    const auto positions = positionsAlongNormal(frames);
    std::vector<std::size_t> index(order.size());
    std::iota(index.begin(), index.end(), std::size_t{0});
    if (!positions.empty())
        std::stable_sort(
            index.begin(), index.end(), [&](std::size_t a, std::size_t b) { return positions[a] < positions[b]; });
    std::vector<SliceRef> sorted;
    for (const std::size_t i : index)
        sorted.push_back(order[i]);
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

void addWarnings(const Group& group, int copies, SeriesInfo& series)
{
    for (const ScannedFile& file : group) {
        for (const std::string& warning : file.warnings) {
            if (std::find(series.warnings.begin(), series.warnings.end(), warning) == series.warnings.end())
                series.warnings.push_back(warning);
        }
    }
    if (copies > 0)
        series.warnings.push_back(std::to_string(copies) + (copies == 1 ? " file is a copy" : " files are copies")
            + " of another with the same instance UID and was left out.");
    if (series.study.seriesInstanceUid.empty())
        series.warnings.push_back("The file " + quotedName(group.front().file.path) + " has no series instance UID.");
}

SeriesInfo describeStack(Group group, int copies)
{
    sortFiles(group);
    SeriesInfo series;
    const ScannedFile& first = group.front();
    series.study = first.study;
    series.columns = first.columns;
    series.rows = first.rows;
    series.displayable = first.displayable;
    series.spacing = first.spacing;
    addWarnings(group, copies, series);
    if (first.hasPictures) {
        series.order = sliceOrder(group);
        std::vector<FrameGeometry> slices;
        for (const SliceRef ref : series.order)
            slices.push_back(group[static_cast<std::size_t>(ref.file)].frames[static_cast<std::size_t>(ref.frame)]);
        auto stack = stackGeometry(slices, first.columns, first.rows, first.pixelSpacing);
        series.grid = stack.grid;
        series.notRegular = std::move(stack.notRegular);
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
    std::sort(all.begin(), all.end(), [&](const SeriesInfo& a, const SeriesInfo& b) { return rank(a) < rank(b); });
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
        const int copies = dropCopies(group);
        int toldCopies = copies;
        for (Group& part : splitPasses(std::move(group)))
            result.push_back(describeStack(std::move(part), std::exchange(toldCopies, 0)));
    }
    nameStacks(result);
    return result;
}

} // namespace imaging
