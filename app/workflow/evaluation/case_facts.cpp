#include "app/workflow/evaluation/case_facts.h"

#include "annotations/report/areas.h"
#include "annotations/report/reading.h"

#include <algorithm>
#include <vector>

namespace app {

namespace {

std::string sideName(bool left, bool right, const char* neither)
{
    return left && right ? "both" : left ? "left" : right ? "right" : neither;
}

} // namespace

CaseFacts factsOf(std::string_view text, std::span<const std::uint8_t> truth, int columns, int rows)
{
    const std::vector<std::uint16_t> mask(truth.begin(), truth.end());
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = 1;
    CaseFacts facts;
    bool left = false, right = false;
    std::size_t inside = 0;
    const double middle = (columns - 1) / 2.0;
    for (const auto& area : annotations::findAreas(mask, grid)) {
        (area.centerColumn < middle ? left : right) = true;
        inside += area.pixels;
        ++facts.maskAreas;
    }
    facts.maskSide = sideName(left, right, "none");
    facts.maskPart = truth.empty() ? 0 : static_cast<double>(inside) / static_cast<double>(truth.size());
    const auto fields = annotations::fieldsToDraw(text, {});
    facts.textSide
        = sideName(fields && fields->left.involved, fields && fields->right.involved, "not stated");
    facts.textAreas = fields ? fields->areas : 0;
    return facts;
}

} // namespace app
