#pragma once

#include "annotations/grid_match.h"
#include "annotations/seg/reader.h"
#include "annotations/seg/seg_object.h"
#include "imaging/volume.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace annotations {

/// Where the voxels of a picture lie in the patient; nothing when it does not say so, as X-rays do not.
std::optional<PictureGrid> pictureGridOf(const imaging::Volume& picture);

/// Where each frame of a SEG lies on a picture.
struct SegPlaces
{
    std::vector<Placement> frames;
    std::size_t unclear = 0; ///< Frames that could lie on several slices, or name none; they are Outside.
    bool byReference = false; ///< Pixel for pixel on the slices that they name: one of the two has no geometry.
};

/// Finds them by the geometry of both; where one has none, by the images that the frames name. Throws
/// Error(InvalidInput) with the reason when neither can tell.
SegPlaces placesOf(const SegObject& object, const imaging::Volume& picture);

/// Throws Error(InvalidInput, Confirmable::Run) where the SEG says that it belongs to another patient, or where it would
/// be laid by positions of another frame of reference; once confirmed these are warnings. Names no patient.
void checkBelonging(const SegObject& object, const imaging::Volume& picture, Belonging belonging,
    imaging::Warnings& warnings);

} // namespace annotations
