#include "app/workflow/evaluation/captions.h"

#include "app/workflow/sided_texts.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"

namespace app {

std::function<std::string(const std::string& image, imaging::Sides whose)> captionsBy(
    models::Reporter& reporter, const std::filesystem::path& folder, const std::string& prompt)
{
    if (!reporter.canWrite())
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "The captioner writes about pictures: take a model with a text_decoder.");
    return [&reporter, folder, prompt](const std::string& image, imaging::Sides whose) {
        if (!std::filesystem::exists(folder / image) && image.find('@') != std::string::npos)
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "'" + image + "' is a tile: a text about the whole picture says nothing about it.", image);
        const auto slice = sliceOfPicture(folder, image);
        reporter.look(slice);
        models::DraftRequest request;
        request.prompt = prompt;
        request.beams = 1;
        return writeInSides(reporter, request, {whose, Confirmed::No}, slice.sides, {}, {}).texts.at(0).text;
    };
}

} // namespace app
