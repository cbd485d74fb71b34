#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace app::cli {

/// A check for CLI::Option::check(): a number from 0 up. CLI::NonNegativeNumber tells the largest one with 309 digits.
inline CLI::Validator notNegative()
{
    return CLI::Validator(
        [](const std::string& text) {
            double number = 0;
            const bool fits = CLI::detail::lexical_cast(text, number) && number >= 0;
            return fits ? std::string() : "\"" + text + "\" is no number from 0 up.";
        },
        ">=0");
}

} // namespace app::cli
