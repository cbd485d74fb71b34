#pragma once

#include "app/cli/console.h"
#include "imaging/laterality.h"
#include "models/facade/text_evaluation.h"

#include <filesystem>
#include <optional>

namespace app::cli {

/// Scores a CLIP or BLIP, and prints its tables; `output`: a table of what came out picture by picture, or nothing.
/// `sides`: whose the data's texts mean; without it the model's, unless a text names a side and its picture says where
/// the patient's are: then nothing tells, and it has to be said.
ExitCode evaluateTexts(models::TextEvaluateOptions options, std::optional<imaging::Sides> sides,
    const std::filesystem::path& output, const Console& console);

} // namespace app::cli
