#pragma once

#include "annotations/cohort/cohort.h"
#include "annotations/cohort/training_runs.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace app::cli {

/// What the commands of `limn relabel` print of a cohort's values; absent values are null.
nlohmann::json jsonOf(const annotations::Study& study);
nlohmann::json jsonOf(const annotations::HistoryEntry& entry);
nlohmann::json jsonOf(const annotations::TrainingRun& run, const std::vector<annotations::CurvePoint>& curves);
nlohmann::json jsonOf(const annotations::CohortCounts& counts);

/// One line for people: name, state, uncertainty, text; what is to be known of it on further ones.
std::string lineOf(const annotations::Study& study);
std::string lineOf(const annotations::HistoryEntry& entry);
std::string lineOf(const annotations::TrainingRun& run, annotations::CohortTime now);

} // namespace app::cli
