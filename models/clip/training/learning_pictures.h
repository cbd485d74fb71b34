#pragma once

#include "models/facade/adaptation.h"
#include "models/vision/picture_fit.h"

#include <optional>

namespace models::clip {

/// Opened pictures to learn from, with their classes.
struct LearningPictures
{
    std::vector<vision::PictureBytes> pictures;
    std::vector<int> labels;
    std::vector<std::string> names; ///< For messages.
    imaging::Warnings warnings; ///< A sentence for each one that could not be read and is not here.

    std::size_t size() const { return pictures.size(); }
};

/// "chest.dcm", with "#7" for slice 7.
std::string nameOf(const LabelledPicture& picture);

/// A picture as a viewer shows it, so as the classifier sees it; a sentence is added to `warnings` and nothing comes
/// back where it cannot be read.
std::optional<vision::PictureBytes> openShown(
    const LabelledPicture& picture, const SliceReader& read, imaging::Warnings& warnings);

/// Pictures much larger than any part of them that the network of this size is shown are made smaller, by bicubic, so
/// that thousands fit into memory. Less than all after a stop request.
LearningPictures openPictures(const std::vector<LabelledPicture>& pictures, const SliceReader& read, int networkSize,
    const std::stop_token& stop);

} // namespace models::clip
