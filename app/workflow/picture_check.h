#pragma once

#include "app/workflow/prompt.h"
#include "imaging/progress.h"
#include "imaging/slice.h"
#include "models/package/package.h"

#include <filesystem>
#include <string>

namespace app {

/// What a model of any kind says of itself and of the pictures it is for (models::readModel). A file, and a folder that
/// says nothing of them, is for any picture. Throws Error(Model) for a damaged config.json.
models::PackageHead headOf(const std::filesystem::path& model);

/// Why nobody can see anything on a picture: none of its pixels has a value, or all are equally bright by its window.
/// A sentence; empty: there is something to see.
std::string nothingToSee(const imaging::Slice& slice);

/// What the picture does not tell about itself (models::untold), and what is odd about its pixels. Throws
/// Error(InvalidInput) for one that the package is not for (models::misfits), unless the user has confirmed: then that
/// is a warning.
imaging::Warnings checkPicture(const models::PackageHead& package, const imaging::Slice& slice, Confirmed confirmed);

/// The same where a model looks at one picture that was chosen: also throws where there is nothingToSee(), which one
/// slice of many may well be.
imaging::Warnings checkChosenPicture(
    const models::PackageHead& package, const imaging::Slice& slice, Confirmed confirmed);

} // namespace app
