#pragma once

#include "annotations/cohort/cohort.h"
#include "annotations/cohort/training_runs.h"
#include "imaging/progress.h"

#include <filesystem>
#include <stop_token>
#include <vector>

namespace app {

std::vector<annotations::Study> allStudies(const annotations::Cohort& cohort);

/// Keeps some labelled cases aside for good when the data brought no validation split. Throws Error(InvalidInput) with
/// fewer than two labelled cases.
void chooseValidation(annotations::Cohort& cohort, std::vector<annotations::Study>& studies, double fraction);

/// Sets how many cases a run learns from.
void countCases(const std::vector<annotations::Study>& studies, bool withUnlabelled, annotations::TrainingRun& run);

/// Writes the training folder of a run: pictures, masks and, last of all, the manifest. Pictures and masks are turned
/// as the network is to see them (models::turnFor), since PNG files say nothing of sides. Masks never change, so the run
/// keeps its data whatever is decided later. Gives false when stopped. Throws Error(Io), and as openCase for a picture
/// whose grey copy has to be made again.
bool writeTrainingData(const annotations::Cohort& cohort, const std::vector<annotations::Study>& studies,
    const std::filesystem::path& folder, bool withUnlabelled, const std::stop_token& stop,
    const imaging::Progress& progress);

} // namespace app
