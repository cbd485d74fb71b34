#pragma once

#include "app/cli/console.h"
#include "models/facade/precision.h"

namespace CLI {
class App;
}

namespace app::cli {

/// --precision auto|float32|bfloat16|int8
void addPrecision(CLI::App& command, models::Precision& precision);

/// A line on stderr where it is not float32, whose numbers are the reference.
void sayPrecision(models::Precision computed, const Console& console);

} // namespace app::cli
