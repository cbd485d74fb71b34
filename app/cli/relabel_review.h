#pragma once

#include "annotations/cohort/cohort.h"
#include "app/cli/commands.h"

namespace app::cli {

/// The commands of `limn relabel` that a reader uses: queue, next, accept, edit, reject, reopen, history.
void addReview(CLI::App& relabel, std::optional<Run>& run);

/// Throws Error(NotFound).
annotations::Study studyNamed(const annotations::Cohort& cohort, const std::string& name);

/// The option that every command of `limn relabel` needs.
void addCohortOption(CLI::App& command, std::string& cohort);

} // namespace app::cli
