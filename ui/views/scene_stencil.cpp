#include "ui/views/scene_stencil.h"

namespace ui {

namespace {

Stencil emptyStencil(const AxisMap& columns, const AxisMap& rows)
{
    Stencil stencil;
    stencil.width = columns.end - columns.begin;
    stencil.height = rows.end - rows.begin;
    stencil.values.resize(static_cast<std::size_t>(stencil.width) * static_cast<std::size_t>(stencil.height));
    stencil.rowUsed.resize(static_cast<std::size_t>(stencil.height));
    return stencil;
}

bool reaches(const float* row, int first, int last, float threshold)
{
    int any = 0;
    for (int x = first; x <= last; ++x)
        any |= row[x] >= threshold ? 1 : 0;
    return any != 0;
}

} // namespace

Stencil labelStencil(
    std::span<const std::uint16_t> labels, int sourceColumns, const AxisMap& columns, const AxisMap& rows)
{
    Stencil stencil = emptyStencil(columns, rows);
    for (int y = 0; y < stencil.height; ++y) {
        const auto* source = labels.data()
            + static_cast<std::size_t>(rows.nearest[static_cast<std::size_t>(y)])
                * static_cast<std::size_t>(sourceColumns);
        unsigned any = 0;
        for (int x = columns.nearest.front(); x <= columns.nearest.back(); ++x)
            any |= source[x];
        if (!any)
            continue;
        stencil.rowUsed[static_cast<std::size_t>(y)] = 1;
        std::uint16_t* out =
            stencil.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(stencil.width);
        for (int x = 0; x < stencil.width; ++x)
            out[x] = source[columns.nearest[static_cast<std::size_t>(x)]];
    }
    return stencil;
}

Stencil previewStencil(const ScenePreview& preview, int sourceColumns, const AxisMap& columns, const AxisMap& rows)
{
    Stencil stencil = emptyStencil(columns, rows);
    const int first = columns.lower.front();
    const int last = columns.upper.back();
    std::vector<float> line(static_cast<std::size_t>(sourceColumns));
    for (int y = 0; y < stencil.height; ++y) {
        const auto at = static_cast<std::size_t>(y);
        const auto stride = static_cast<std::size_t>(sourceColumns);
        const float* top = preview.probabilities.data() + static_cast<std::size_t>(rows.lower[at]) * stride;
        const float* bottom = preview.probabilities.data() + static_cast<std::size_t>(rows.upper[at]) * stride;
        if (!reaches(top, first, last, preview.threshold) && !reaches(bottom, first, last, preview.threshold))
            continue;
        stencil.rowUsed[at] = 1;
        for (int x = first; x <= last; ++x)
            line[static_cast<std::size_t>(x)] = top[x] + (bottom[x] - top[x]) * rows.weight[at];
        std::uint16_t* out = stencil.values.data() + at * static_cast<std::size_t>(stencil.width);
        for (int x = 0; x < stencil.width; ++x) {
            const auto i = static_cast<std::size_t>(x);
            const float a = line[static_cast<std::size_t>(columns.lower[i])];
            const float b = line[static_cast<std::size_t>(columns.upper[i])];
            out[x] = a + (b - a) * columns.weight[i] >= preview.threshold ? 1 : 0;
        }
        if (preview.classes.size() != preview.probabilities.size())
            continue;
        const std::uint8_t* classes = preview.classes.data() + static_cast<std::size_t>(rows.nearest[at]) * stride;
        for (int x = 0; x < stencil.width; ++x)
            if (out[x])
                out[x] = classes[columns.nearest[static_cast<std::size_t>(x)]];
    }
    return stencil;
}

} // namespace ui
