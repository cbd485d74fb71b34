#include "app/workflow/adapt/sided_classes.h"

#include "app/workflow/sided_texts.h"
#include "imaging/error.h"
#include "imaging/files/picture_file.h"

#include <algorithm>

namespace app {

namespace {

/// PNG and JPEG do not say it and need not be opened for that.
std::optional<imaging::PictureSides> sidesIn(const models::LabelledPicture& picture)
{
    if (imaging::pictureFormatOf(picture.file) != imaging::PictureFormat::None)
        return imaging::PictureSides();
    try {
        return readLabelledPicture(picture).sides;
    } catch (const imaging::Error&) {
        return std::nullopt; // Told when it is to be learnt from.
    }
}

void refuseMirrored(const models::LabelledPicture& picture, const std::string& name)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "The class \"" + name + "\" names a side of the picture, and '" + picture.file.string()
            + "' is stored mirrored or turned: its sides are not those that the model sees. Name the classes by the "
              "patient's sides, and say so.",
        picture.file.string())
        .about("side");
}

/// A sentence; empty: its sides are those of the class's name.
std::string doubtAbout(const models::LabelledPicture& picture, const std::string& name, imaging::Sides user)
{
    const auto sides = sidesIn(picture);
    if (!sides)
        return {};
    if (user == imaging::Sides::Picture && sides->known() && sides->toUsual.columnsReversed)
        refuseMirrored(picture, name);
    const auto doubt = doubtAboutPicture(user, imaging::Sides::Picture, *sides);
    return doubt.empty() ? doubt
                         : "'" + picture.file.string() + "': " + doubt + ", and the class \"" + name + "\" names one.";
}

} // namespace

imaging::Warnings checkSidesOf(const LabelledFolder& data, UserSides user, const std::stop_token& stop)
{
    const auto sided =
        std::find_if(data.classes.begin(), data.classes.end(), [](const auto& name) { return namesAnySide(name); });
    if (sided == data.classes.end())
        return {};
    for (const auto& [split, pictures] : data.splits)
        for (const auto& picture : pictures) {
            if (stop.stop_requested())
                return {};
            if (const auto doubt = doubtAbout(picture, *sided, user.sides); !doubt.empty())
                return {confirmedDoubt(doubt, user.sides, user.confirmed)};
        }
    return {};
}

} // namespace app
