#include "imaging/dicom/passes.h"

#include "imaging/dicom/stack_geometry.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

namespace imaging {

namespace {

using Group = std::vector<ScannedFile>;

/// What a frame of a file is put together by.
using KeyOf = std::function<std::string(const ScannedFile&, const FrameGeometry&)>;

std::size_t slicesOf(const Group& group)
{
    return std::accumulate(group.begin(), group.end(), std::size_t{0},
        [](std::size_t sum, const ScannedFile& file) { return sum + file.frames.size(); });
}

bool positionsRepeat(const Group& group)
{
    constexpr double kSamePositionMm = 1e-3;
    std::vector<FrameGeometry> frames;
    for (const ScannedFile& file : group)
        frames.insert(frames.end(), file.frames.begin(), file.frames.end());
    auto positions = positionsAlongNormal(frames);
    std::sort(positions.begin(), positions.end());
    return std::adjacent_find(positions.begin(), positions.end(), [](double a, double b) {
        return b - a < kSamePositionMm;
    }) != positions.end();
}

/// The file without its frames.
ScannedFile withoutFrames(const ScannedFile& file)
{
    ScannedFile copy = file;
    copy.frames.clear();
    return copy;
}

/// Frames with the same key together, in the order in which the keys are first met.
std::vector<Group> partsBy(const Group& group, const KeyOf& keyOf)
{
    std::vector<Group> parts;
    std::map<std::string, std::size_t> places;
    for (const ScannedFile& file : group) {
        std::set<std::size_t> begun; // Parts that have the file already.
        for (const FrameGeometry& frame : file.frames) {
            const auto [place, isNew] = places.try_emplace(keyOf(file, frame), parts.size());
            if (isNew)
                parts.emplace_back();
            Group& part = parts[place->second];
            if (begun.insert(place->second).second)
                part.push_back(withoutFrames(file));
            part.back().frames.push_back(frame);
        }
    }
    return parts;
}

/// Whether the parts are passes: several, and none of them comes to a place twice. Many frames at one place, each a
/// part of its own, are a film.
bool areApart(const std::vector<Group>& parts, std::size_t leastSlices)
{
    return parts.size() > 1 && std::all_of(parts.begin(), parts.end(), [&](const Group& part) {
        return slicesOf(part) >= leastSlices && !positionsRepeat(part);
    });
}

} // namespace

std::vector<Group> splitPasses(Group group)
{
    if (!positionsRepeat(group))
        return {std::move(group)};
    const bool single = std::all_of(
        group.begin(), group.end(), [](const ScannedFile& file) { return file.file.frames == 1; });
    constexpr std::size_t kAttributes = std::tuple_size_v<decltype(FrameGeometry::passes)>;
    for (std::size_t attribute = 0; attribute < kAttributes; ++attribute) {
        auto parts = partsBy(
            group, [&](const ScannedFile&, const FrameGeometry& frame) { return frame.passes[attribute]; });
        if (areApart(parts, single ? 1 : 2))
            return parts;
    }
    auto parts = partsBy(group, [](const ScannedFile&, const FrameGeometry& frame) {
        return std::accumulate(frame.passes.begin(), frame.passes.end(), std::string(),
            [](const std::string& all, const std::string& one) { return all + one + '|'; });
    });
    if (areApart(parts, 2))
        return parts;
    return {std::move(group)};
}

std::size_t framesOfReference(const Group& group)
{
    std::set<std::string> uids;
    for (const ScannedFile& file : group)
        uids.insert(file.study.frameOfReferenceUid);
    return uids.size();
}

std::vector<Group> splitFramesOfReference(Group group)
{
    if (framesOfReference(group) < 2 || slicesOf(group) == 0)
        return {std::move(group)};
    auto parts =
        partsBy(group, [](const ScannedFile& file, const FrameGeometry&) { return file.study.frameOfReferenceUid; });
    const bool stacks =
        std::all_of(parts.begin(), parts.end(), [](const Group& part) { return slicesOf(part) >= 2; });
    if (stacks)
        return parts;
    return {std::move(group)};
}

} // namespace imaging
