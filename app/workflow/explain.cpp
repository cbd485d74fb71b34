#include "app/workflow/explain.h"

#include "app/workflow/canvas.h"
#include "app/workflow/mask_files.h"
#include "app/workflow/segment.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace app {

namespace {

constexpr int kLongSide = 512;
constexpr int kGap = 12;
constexpr std::size_t kTextLines = 3;
constexpr Rgb kGround{24, 26, 30};
constexpr Rgb kText{225, 225, 225};
constexpr Rgb kRegion{255, 255, 255};

void append(imaging::Warnings& all, const imaging::Warnings& some)
{
    for (const auto& warning : some)
        if (std::find(all.begin(), all.end(), warning) == all.end())
            all.push_back(warning);
}

/// A panel for the slice that keeps its shape.
Tile panelOf(const imaging::Slice& slice, int index)
{
    const double scale = static_cast<double>(kLongSide) / std::max(slice.columns, slice.rows);
    Tile tile;
    tile.columns = std::max(1, static_cast<int>(std::lround(slice.columns * scale)));
    tile.rows = std::max(1, static_cast<int>(std::lround(slice.rows * scale)));
    tile.left = kGap + index * (tile.columns + kGap);
    tile.top = kGap;
    return tile;
}

void drawLines(Canvas& canvas, const Tile& tile, const std::string& title, const std::string& text)
{
    int top = tile.top + tile.rows + kGap / 2;
    canvas.drawText(tile.left, top, title, kText);
    for (const auto& line : wrappedText(text, tile.columns, kTextLines))
        canvas.drawText(tile.left, top += kLineRows, line, kText);
}

void drawHeatPanel(Canvas& canvas, const Tile& tile, const Raster<float>& grey, const models::Explanation& explanation,
    const std::string& text)
{
    canvas.drawPicture(tile, grey);
    canvas.drawHeat(tile, {explanation.columns, explanation.rows, explanation.heat});
    canvas.drawOutline(tile, {explanation.columns, explanation.rows, explanation.region}, kRegion);
    char title[96];
    std::snprintf(title, sizeof title, "Grad-CAM %s, score %.2f", explanation.layer.c_str(), explanation.score);
    drawLines(canvas, tile, title, text.empty() ? "no text" : text);
}

} // namespace

ExplainOutcome explainSlice(models::Segmenter& segmenter, const imaging::Volume& volume,
    const ExplainSliceRequest& request, std::stop_token stop, const imaging::Progress& progress)
{
    ExplainOutcome outcome;
    outcome.slice = request.slice;
    const auto slice = imaging::sliceOf(volume, request.slice);
    const auto& package = segmenter.package();
    const auto prompt = promptFor(package, slice, request.text, request.sides, request.confirmed);
    outcome.modelText = prompt.text;
    append(outcome.warnings, prompt.warnings);
    if (request.compareText && !request.compareText->empty()) {
        const auto other = promptFor(package, slice, *request.compareText, request.sides, request.confirmed);
        outcome.compareModelText = other.text;
        append(outcome.warnings, other.warnings);
    }
    const auto step = [&](double fraction, const char* stage) {
        progress.report(fraction, stage);
        return outcome.cancelled = stop.stop_requested();
    };
    if (step(0, "reading the picture"))
        return outcome;
    const auto prepared = segmenter.prepare(slice);
    if (step(0.3, "explaining"))
        return outcome;
    outcome.explanation = segmenter.explain(*prepared, outcome.modelText, request.what);
    append(outcome.warnings, outcome.explanation.warnings);
    if (!request.compareText || step(0.7, "explaining"))
        return outcome;
    auto same = request.what;
    same.region = outcome.explanation.region;
    outcome.compared = segmenter.explain(*prepared, outcome.compareModelText, same);
    append(outcome.warnings, outcome.compared->warnings);
    return outcome;
}

void writeExplanation(const std::filesystem::path& path, const imaging::Volume& volume, const ExplainOutcome& outcome)
{
    checkOverlayFormat(path);
    const auto slice = imaging::sliceOf(volume, outcome.slice);
    const auto bright = imaging::brightness(slice);
    const Raster<float> grey{slice.columns, slice.rows, bright};
    const int panels = outcome.compared ? 3 : 2;
    const Tile first = panelOf(slice, 0);
    Canvas canvas(kGap + panels * (first.columns + kGap),
        first.rows + 2 * kGap + (static_cast<int>(kTextLines) + 1) * kLineRows, kGround);
    canvas.drawPicture(first, grey);
    const auto& explanation = outcome.explanation;
    canvas.drawOutline(first, {explanation.columns, explanation.rows, explanation.region}, kRegion);
    drawLines(canvas, first, "Region that is explained", "Research use only");
    drawHeatPanel(canvas, panelOf(slice, 1), grey, explanation, outcome.modelText);
    if (outcome.compared)
        drawHeatPanel(canvas, panelOf(slice, 2), grey, *outcome.compared, outcome.compareModelText);
    canvas.writePng(path);
}

} // namespace app
