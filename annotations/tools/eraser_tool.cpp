#include "annotations/tools/eraser_tool.h"

#include "annotations/tools/brush_tool.h"

namespace annotations {

ToolKind eraserTool()
{
    return {ToolEffect::Erases, [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
                return std::make_unique<BrushTool>(edit, options, 0);
            }};
}

} // namespace annotations
