#pragma once

#include "app/workflow/evaluation/evaluate.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace app {

/// One line for each case and text. Columns: image, text (kind), way, wording, sent, dice, iou, hausdorff95_px or
/// hausdorff95_mm (empty: none), surface_dice, true_pixels, predicted_pixels, the case's facts, and given:
/// the data's text, which tells the sentences of one picture apart.
std::string casesTable(const EvaluationResult& result);

/// One line for each threshold: both conventions under the first text.
std::string sweepTable(const EvaluationResult& result);

/// Everything but the cases: figures with intervals by text, by way of paraphrase and by group, the best thresholds,
/// the best that is possible. `per_image` and `pooled` at the top are those of the first text.
nlohmann::json toJson(const EvaluationResult& result, const EvaluateRequest& request);

/// Pictures of SheetCases with the true outline (green) and the predicted one (orange), scores and texts; and the same
/// as a list beside it, `path` with the extension .json. Throws Error(Io).
void writeSheet(const std::filesystem::path& path, const EvaluationResult& result);

} // namespace app
