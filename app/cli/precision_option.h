#pragma once

#include "app/cli/console.h"
#include "app/workflow/reporter_worker.h"
#include "models/facade/precision.h"

#include <string>

namespace CLI {
class App;
}

namespace app::cli {

/// --precision auto|float32|bfloat16|int8|int8+bfloat16
void addPrecision(CLI::App& command, models::Precision& precision);

/// A line on stderr where it is not float32, whose numbers are the reference.
void sayPrecision(models::Precision computed, const Console& console);

/// What opens models that write or compare as a command was told to.
ReporterFactory openReportersBy(const std::string& device, models::Precision precision);

} // namespace app::cli
