#pragma once

#include "app/workflow/prompt.h"
#include "imaging/laterality.h"

#include <CLI/CLI.hpp>

#include <string>

namespace app::cli {

/// An option for whose left and right a text means, as imaging::sidesFrom has it. `Sides`: imaging::Sides, optional or
/// not.
template <typename Sides>
CLI::Option* addSidesOption(CLI::App& command, const std::string& name, Sides& sides, const std::string& help)
{
    return command
        .add_option_function<std::string>(
            name, [&sides](const std::string& word) { sides = *imaging::sidesFrom(word); }, help)
        ->check(CLI::IsMember({"patient", "picture", "image"}));
}

/// --side and --force: whose sides the words of a command mean, and that the picture lies as usual and may be looked at
/// by a model that is not for it.
inline void addUserSides(CLI::App& command, UserSides& user, const std::string& help)
{
    addSidesOption(command, "--side", user.sides, help)->default_str("patient");
    command.add_flag_callback(
        "--force", [&user] { user.confirmed = Confirmed::Yes; },
        "Go on although a picture is not one the model is for or shows nothing, or does not say where the patient's "
        "sides "
        "are: it lies as usual then, the right at its left");
}

} // namespace app::cli
