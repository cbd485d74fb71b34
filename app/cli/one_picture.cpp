#include "app/cli/one_picture.h"

#include "app/cli/sides_option.h"
#include "app/workflow/open.h"
#include "app/workflow/picture_check.h"
#include "app/workflow/slice_range.h"
#include "imaging/slice.h"

#include <CLI/CLI.hpp>

namespace app::cli {

void addOnePicture(CLI::App& command, OnePictureOptions& options, const std::string& sidesHelp)
{
    command.add_option("--input", options.input, "DICOM file or folder, NIfTI, NRRD, PNG or JPEG")->required();
    command.add_option("--series", options.series, "Series UID as `limn scan` prints it, when there are several");
    command.add_option("--slice", options.slice, "Which slice, counted from 1");
    addUserSides(command, options.user, sidesHelp);
}

std::optional<PictureChoice> openOnePicture(
    const OnePictureOptions& options, const std::string& model, const Console& console)
{
    const auto opened = openPicture(options.input, options.series, console.stop, console.progress());
    if (!opened.volume)
        return std::nullopt;
    console.warn(opened.warnings);
    const auto head = headOf(model);
    if (options.slice.empty()) // Nobody is asked which slice of what the model is not for.
        checkPicture(head, imaging::sliceOf(*opened.volume, 0), options.user.confirmed);
    PictureChoice picture{opened.volume, parsePictureSlice(options.slice, opened.volume->grid().slices)};
    checkChosenPicture(head, imaging::sliceOf(*picture.volume, picture.slice), options.user.confirmed);
    return picture;
}

} // namespace app::cli
