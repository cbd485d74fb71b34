#pragma once

#include "app/cli/commands.h"
#include "models/package/model_list.h"

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace app::cli {

/// --model, a path or a name, not required; `help` says which files of others it may be.
void addModel(CLI::App& command, std::string& model, const std::string& help);

/// The kinds of models that draw masks.
inline constexpr std::array<std::string_view, 1> kMaskDrawers{"lvit"};

/// The kind of the model in a folder (models::readModel); empty where there is none that is known.
std::string kindOf(const std::filesystem::path& folder);

/// "a CLIP"
std::string nameOfKind(std::string_view kind);

/// Throws Error(Model) for a folder with a model of another kind than these, and says which command that one is for.
void requireKind(const std::filesystem::path& model, std::span<const std::string_view> kinds);

/// Where a model lies that may be named (models::findModel), of one of these kinds; empty for an empty name. Throws
/// Error(NotFound), and as requireKind.
std::string namedModel(const std::string& name, std::span<const std::string_view> kinds);

/// The same, where one is needed: with an empty name the first of these kinds, which a line tells.
std::string chosenModel(
    const std::string& model, std::span<const std::string_view> kinds, const Console& console);

/// What `command` does when it is chosen: `check`, which throws where options do not go together, then `work`, after
/// `model` became the path of its model (chosenModel). `work` keeps alive what `model` is a part of.
void runWithModel(CLI::App& command, std::optional<Run>& run, std::string& model,
    std::span<const std::string_view> kinds, const Run& work, const std::function<void()>& check = {});

} // namespace app::cli
