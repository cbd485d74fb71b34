#include "app/cli/model_option.h"

#include <CLI/CLI.hpp>

namespace app::cli {

void addModel(CLI::App& command, std::string& model, const std::string& help)
{
    command.add_option("--model", model, help + "; or a name that `limn models list` shows (default: the one that ships)");
}

void findNamed(std::initializer_list<std::string*> names)
{
    for (auto* name : names)
        if (!name->empty())
            *name = models::findModel(*name, {}).string();
}

std::string chosenModel(const std::string& model, std::span<const std::string_view> kinds, const Console& console)
{
    const auto found = models::findModel(model, kinds);
    if (model.empty())
        console.line("Model: " + found.filename().string());
    return found.string();
}

} // namespace app::cli
