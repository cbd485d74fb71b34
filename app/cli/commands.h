#pragma once

#include "app/cli/console.h"

#include <functional>
#include <optional>

namespace CLI {
class App;
}

namespace app::cli {

/// What a parsed command line asks for; run after parsing, so that errors of use come first.
using Run = std::function<ExitCode(const Console&)>;

/// Each adds one command with its options and example to `parent`, and sets `run` when the command was chosen.
void addOpen(CLI::App& parent, std::optional<Run>& run);
void addScan(CLI::App& parent, std::optional<Run>& run);
void addSegment(CLI::App& parent, std::optional<Run>& run);
void addTrain(CLI::App& parent, std::optional<Run>& run);
void addRelabel(CLI::App& parent, std::optional<Run>& run);
void addEvaluate(CLI::App& parent, std::optional<Run>& run);
void addExplain(CLI::App& parent, std::optional<Run>& run);
void addAdapt(CLI::App& parent, std::optional<Run>& run);
void addClassify(CLI::App& parent, std::optional<Run>& run);
void addCaption(CLI::App& parent, std::optional<Run>& run);
void addMatch(CLI::App& parent, std::optional<Run>& run);
void addCapFilt(CLI::App& parent, std::optional<Run>& run);
void addSeg(CLI::App& parent, std::optional<Run>& run);
void addPacs(CLI::App& parent, std::optional<Run>& run);
void addModels(CLI::App& parent, std::optional<Run>& run);

} // namespace app::cli
