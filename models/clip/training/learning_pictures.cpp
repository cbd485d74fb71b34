#include "models/clip/training/learning_pictures.h"

#include "imaging/error.h"
#include "models/vision/slice_picture.h"

#include <algorithm>

namespace models::clip {

namespace {

/// The smallest part that is shown has 28 % of an edge (8 % of the area).
constexpr int kMostOfNetwork = 4;

vision::PictureBytes kept(vision::PictureBytes picture, int networkSize)
{
    const int shorter = std::min(picture.width, picture.height);
    const int most = kMostOfNetwork * networkSize;
    if (shorter <= most)
        return picture;
    const auto scaled = [&](int edge) { return std::max(1, int(std::int64_t(edge) * most / shorter)); };
    return vision::resizedBicubic(picture.view(), scaled(picture.width), scaled(picture.height));
}

} // namespace

std::string nameOf(const LabelledPicture& picture)
{
    auto name = picture.file.filename().string();
    if (picture.slice > 0)
        name.append("#").append(std::to_string(picture.slice));
    return name;
}

std::optional<vision::PictureBytes> openShown(
    const LabelledPicture& picture, const SliceReader& read, imaging::Warnings& warnings)
{
    try {
        return vision::shownPicture(read(picture));
    } catch (const imaging::Error& error) {
        warnings.push_back("The picture '" + picture.file.string() + "' is left out: " + error.what());
        return std::nullopt;
    }
}

LearningPictures openPictures(
    const std::vector<LabelledPicture>& pictures, const SliceReader& read, int networkSize, const std::stop_token& stop)
{
    LearningPictures opened;
    for (const auto& one : pictures) {
        if (stop.stop_requested())
            break;
        auto picture = openShown(one, read, opened.warnings);
        if (!picture)
            continue;
        opened.pictures.push_back(kept(std::move(*picture), networkSize));
        opened.labels.push_back(one.label);
        opened.names.push_back(nameOf(one));
    }
    return opened;
}

} // namespace models::clip
