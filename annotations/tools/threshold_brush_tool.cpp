#include "annotations/tools/threshold_brush_tool.h"

#include "annotations/tools/brush_tool.h"

namespace annotations {

ToolKind thresholdBrushTool()
{
    return {.effect = ToolEffect::Paints,
        .make = [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
            return std::make_unique<BrushTool>(edit, options, options.label, ValueGate{options.picture, options.range});
        },
        .reads = ToolReads::ValuesInRange};
}

} // namespace annotations
