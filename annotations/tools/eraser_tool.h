#pragma once

#include "annotations/tools/tool.h"

namespace annotations {

/// A round brush that leaves no label, whichever is chosen.
ToolKind eraserTool();

} // namespace annotations
