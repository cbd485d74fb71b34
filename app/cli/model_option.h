#pragma once

#include "app/cli/console.h"
#include "models/package/model_list.h"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace app::cli {

/// --model, a path or a name, not required; `help` says which files of others it may be.
void addModel(CLI::App& command, std::string& model, const std::string& help);

/// Makes paths of those of the names that are not empty (models::findModel). Throws Error(NotFound).
void findNamed(std::initializer_list<std::string*> names);

/// Where it lies (models::findModel); a line says which it is where none was named.
std::string chosenModel(
    const std::string& model, std::span<const std::string_view> kinds, const Console& console);

} // namespace app::cli
