#include "annotations/seg/seg_places.h"

#include "annotations/seg/planes.h"
#include "imaging/dicom/stack_geometry.h"
#include "imaging/dicom/uid.h"
#include "imaging/error.h"

#include <algorithm>
#include <map>
#include <string>

namespace annotations {

namespace {

[[noreturn]] void refusePlace(const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput, reason);
}

/// The slices of a picture by what a frame can name.
class SlicesByName
{
public:
    explicit SlicesByName(const imaging::Volume& picture)
    {
        const auto& sources = picture.info().sources;
        for (std::size_t i = 0; i < sources.size(); ++i)
            m_slices[sources[i].sopInstanceUid].emplace_back(sources[i].frameNumber, static_cast<int>(i));
    }

    /// The one slice that a frame names; nothing when it names none or could mean several (PS3.3 10.3: an absent frame
    /// number means all frames).
    std::optional<int> find(const SegFrame& frame) const
    {
        const auto named = m_slices.find(frame.sourceSopInstanceUid);
        if (named == m_slices.end())
            return std::nullopt;
        std::optional<int> found;
        for (const auto& [number, slice] : named->second) {
            if (frame.sourceFrame != 0 && frame.sourceFrame != number)
                continue;
            if (found)
                return std::nullopt;
            found = slice;
        }
        return found;
    }

    bool has(const std::string& instance) const { return m_slices.contains(instance); }

private:
    std::map<std::string, std::vector<std::pair<int, int>>> m_slices;
};

std::optional<imaging::VoxelGrid> gridOfSlice(const imaging::Volume& picture, std::size_t slice)
{
    const imaging::SourceInstance& source = picture.info().sources[slice];
    const auto position = imaging::parsePosition(source.imagePosition);
    const auto orientation = imaging::parseOrientation(source.imageOrientation);
    if (!position || !orientation)
        return std::nullopt;
    imaging::VoxelGrid grid = picture.grid();
    if (const auto spacing = imaging::parseSpacing(source.pixelSpacing))
        grid.spacingMm = {(*spacing)[1], (*spacing)[0], grid.spacingMm[2]};
    grid.slices = 1;
    grid.origin = *position;
    grid.axes = {orientation->row, orientation->column, orientation->normal};
    return grid;
}

/// The frames by their own geometry; nothing when one of them has none.
std::optional<std::vector<imaging::VoxelGrid>> gridsOfFrames(const SegObject& object)
{
    std::vector<imaging::VoxelGrid> grids;
    grids.reserve(object.frames().size());
    for (const SegFrame& frame : object.frames()) {
        const auto grid = gridOfFrame(object, frame);
        if (!grid)
            return std::nullopt;
        grids.push_back(*grid);
    }
    return grids;
}

/// Positions in different frames of reference have nothing to do with each other, also where the SEG names the
/// picture's images: they may have been registered since (PS3.3 C.7.4.1).
bool hasOtherFrame(const SegObject& object, const imaging::Volume& picture)
{
    const std::string& own = object.study.frameOfReferenceUid;
    const std::string& other = picture.info().study.frameOfReferenceUid;
    return own != other && imaging::isValidUid(own) && imaging::isValidUid(other) && pictureGridOf(picture)
        && gridsOfFrames(object);
}

bool hasOtherPatient(const SegObject& object, const imaging::Volume& picture)
{
    const std::string& own = object.study.patientId;
    const std::string& other = picture.info().study.patientId;
    return !own.empty() && !other.empty() && own != other;
}

/// On the slice that the frame names, when it is in its plane: slices of several times may share one.
std::optional<Placement> onNamedSlice(const imaging::VoxelGrid& frame, std::optional<int> slice,
    const PictureGrid& picture)
{
    if (!slice || picture.slices.empty())
        return std::nullopt;
    PictureGrid one;
    one.regular = false;
    one.slices = {picture.slices[static_cast<std::size_t>(*slice)]};
    one.grid = one.slices.front();
    Placement place = placeOn(frame, one);
    if (place.fit != Fit::Exact)
        return std::nullopt;
    place.map.start[2] += *slice;
    return place;
}

SegPlaces byGeometry(const SegObject& object, const std::vector<imaging::VoxelGrid>& frames, const PictureGrid& picture,
    const SlicesByName& slices)
{
    SegPlaces places;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto named = onNamedSlice(frames[i], slices.find(object.frames()[i]), picture);
        places.frames.push_back(named ? *named : placeOn(frames[i], picture));
        if (places.frames.back().fit != Fit::Several)
            continue;
        ++places.unclear;
        places.frames.back() = {};
    }
    // The distance to the next slice is not known of a single one: what is not in its plane lies on others.
    const bool onOne = picture.grid.slices == 1
        && std::any_of(places.frames.begin(), places.frames.end(), [](const auto& p) { return p.fit == Fit::Exact; });
    for (Placement& place : places.frames) {
        if (onOne && place.fit == Fit::OtherGrid)
            place.fit = Fit::Outside;
    }
    return places;
}

SegPlaces byReference(const SegObject& object, const imaging::Volume& picture, const SlicesByName& slices)
{
    const imaging::VoxelGrid& grid = picture.grid();
    if (object.columns() != grid.columns || object.rows() != grid.rows)
        refusePlace("The segmentation has " + std::to_string(object.columns()) + " x " + std::to_string(object.rows())
            + " pixels, the picture " + std::to_string(grid.columns) + " x " + std::to_string(grid.rows)
            + ", and one of them does not say where in the patient it lies: it was made from other pictures.");
    SegPlaces places;
    places.byReference = true;
    for (const SegFrame& frame : object.frames()) {
        places.frames.emplace_back();
        const auto slice = slices.find(frame);
        places.unclear += !slice && slices.has(frame.sourceSopInstanceUid);
        if (!slice)
            continue;
        places.frames.back().fit = Fit::Exact;
        places.frames.back().map.start[2] = *slice;
    }
    return places;
}

} // namespace

std::optional<PictureGrid> pictureGridOf(const imaging::Volume& picture)
{
    PictureGrid result;
    result.grid = picture.grid();
    result.regular = picture.info().notRegular.empty();
    if (picture.info().sources.empty())
        return picture.info().axesKnown ? std::optional(result) : std::nullopt;
    for (std::size_t slice = 0; slice < picture.info().sources.size(); ++slice) {
        const auto grid = gridOfSlice(picture, slice);
        if (!grid)
            return std::nullopt;
        result.slices.push_back(*grid);
    }
    return result;
}

SegPlaces placesOf(const SegObject& object, const imaging::Volume& picture)
{
    const SlicesByName slices(picture);
    const auto grid = pictureGridOf(picture);
    const auto frames = gridsOfFrames(object);
    if (!grid || !frames)
        return byReference(object, picture, slices);
    return byGeometry(object, *frames, *grid, slices);
}

void checkBelonging(
    const SegObject& object, const imaging::Volume& picture, Belonging belonging, imaging::Warnings& warnings)
{
    const auto say = [&](const std::string& what) {
        if (belonging == Belonging::Required)
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                what + " Only who knows that the two belong together can lay the one on the other.", {}, imaging::Confirmable::Run);
        warnings.push_back(what + " It was laid on the picture as confirmed.");
    };
    if (hasOtherPatient(object, picture))
        say("The segmentation is of another patient than the picture: their Patient IDs differ.");
    if (hasOtherFrame(object, picture))
        say("The segmentation lies in another frame of reference than the picture, so its positions do not say where it "
            "lies there.");
}

} // namespace annotations
