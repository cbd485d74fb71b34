#pragma once

#include "app/cli/console.h"
#include "app/workflow/picture_choice.h"
#include "app/workflow/prompt.h"

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace app::cli {

/// Options of a command whose model looks at one picture, about which the user names sides.
struct OnePictureOptions
{
    std::string input;
    std::string series;
    std::string slice;
    UserSides user; ///< `confirmed`: also that the model may look at it all the same.
};

/// --input, --series and --slice, --side and --force; `sidesHelp`: of --side.
void addOnePicture(CLI::App& command, OnePictureOptions& options, const std::string& sidesHelp);

/// The slice they name; nothing when cancelled. Warnings are printed. Throws as openPicture and parsePictureSlice do,
/// and as checkChosenPicture() before `model` is opened; what that warns of, those say that let it look.
std::optional<PictureChoice> openOnePicture(
    const OnePictureOptions& options, const std::string& model, const Console& console);

} // namespace app::cli
