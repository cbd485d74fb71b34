#pragma once

#include "app/cli/console.h"
#include "app/workflow/picture_choice.h"

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace app::cli {

/// Options of a command whose model looks at one picture.
struct OnePictureOptions
{
    std::string input;
    std::string series;
    std::string slice;
};

/// --input, --series and --slice.
void addOnePicture(CLI::App& command, OnePictureOptions& options);

/// The slice they name; nothing when cancelled. Warnings are printed. Throws as openPicture and parsePictureSlice do.
std::optional<PictureChoice> openOnePicture(const OnePictureOptions& options, const Console& console);

} // namespace app::cli
