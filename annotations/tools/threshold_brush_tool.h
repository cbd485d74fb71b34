#pragma once

#include "annotations/tools/tool.h"

namespace annotations {

/// A round brush that draws with the chosen label where the picture's values lie in the range of the options.
ToolKind thresholdBrushTool();

} // namespace annotations
