#pragma once

#include "app/cli/console.h"
#include "models/package/model_list.h"

#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace app::cli {

/// --model, a path or a name, not required; `help` says which files of others it may be.
void addModel(CLI::App& command, std::string& model, const std::string& help);

/// Where it lies (models::findModel); a line says which it is where none was named.
std::string chosenModel(
    const std::string& model, std::span<const std::string_view> kinds, const Console& console);

} // namespace app::cli
