#pragma once

#include "app/cli/commands.h"

namespace app::cli {

/// The commands of `limn relabel` that a reader uses: queue, next, accept, edit, reject, reopen, history.
void addReview(CLI::App& relabel, std::optional<Run>& run);

/// The option that every command of `limn relabel` needs.
void addCohortOption(CLI::App& command, std::string& cohort);

} // namespace app::cli
