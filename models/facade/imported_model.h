#pragma once

#include "imaging/progress.h"

#include <string>

namespace models {

/// A package that was made of a checkpoint and runs.
struct ImportedModel
{
    std::string verdict; ///< The line of Library::verifyPackage.
    imaging::Warnings warnings; ///< What the checkpoint does not say and was assumed.
};

} // namespace models
