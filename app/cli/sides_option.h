#pragma once

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

} // namespace app::cli
