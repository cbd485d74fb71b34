#include "app/workflow/explain.h"

#include "app/workflow/canvas.h"
#include "app/workflow/mask_files.h"
#include "app/workflow/warnings.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace app {

namespace {

constexpr int kLongSide = 512;
constexpr std::size_t kTextLines = 3;
constexpr Rgb kRegion{255, 255, 255};

/// What the model is sent; no text stays none.
std::string textFor(const models::PackageInfo& package, const imaging::Slice& slice, const std::string& text,
    const ExplainSliceRequest& request, imaging::Warnings& warnings)
{
    if (text.empty()) {
        addWarnings(warnings, checkPicture(package, slice, request.confirmed));
        return {};
    }
    auto prompt = promptFor(package, slice, text, request.sides, request.confirmed);
    addWarnings(warnings, prompt.warnings);
    return std::move(prompt.text);
}

/// A panel for the slice that keeps its shape.
Tile panelOf(const imaging::Slice& slice, int index)
{
    const double scale = static_cast<double>(kLongSide) / std::max(slice.columns, slice.rows);
    Tile tile;
    tile.columns = std::max(1, static_cast<int>(std::lround(slice.columns * scale)));
    tile.rows = std::max(1, static_cast<int>(std::lround(slice.rows * scale)));
    tile.left = kCanvasGap + index * (tile.columns + kCanvasGap);
    tile.top = kCanvasGap;
    return tile;
}

/// For so many panels beside each other, with lines of text below.
Canvas canvasFor(const Tile& first, int panels)
{
    return {kCanvasGap + panels * (first.columns + kCanvasGap),
        first.rows + 2 * kCanvasGap + (static_cast<int>(kTextLines) + 1) * kLineRows, kCanvasGround};
}

void drawLines(Canvas& canvas, const Tile& tile, const std::string& title, const std::string& text)
{
    int top = tile.top + tile.rows + kCanvasGap / 2;
    canvas.drawText(tile.left, top, title, kCanvasText);
    for (const auto& line : wrappedText(text, tile.columns, kTextLines))
        canvas.drawText(tile.left, top += kLineRows, line, kCanvasText);
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
    const ExplainSliceRequest& request, std::stop_token stop, const imaging::Progress& progress,
    const PrepareSlice& prepare)
{
    ExplainOutcome outcome;
    outcome.slice = request.slice;
    const auto slice = imaging::sliceOf(volume, request.slice);
    const auto& package = segmenter.package();
    outcome.modelText = textFor(package, slice, request.text, request, outcome.warnings);
    if (request.compareText)
        outcome.compareModelText = textFor(package, slice, *request.compareText, request, outcome.warnings);
    const auto step = [&](double fraction, const char* stage) {
        progress.report(fraction, stage);
        return outcome.cancelled = stop.stop_requested();
    };
    if (step(0, "reading the picture"))
        return outcome;
    const auto& prepared = prepare(request.slice, slice);
    if (step(0.3, "explaining"))
        return outcome;
    outcome.explanation = segmenter.explain(prepared, outcome.modelText, request.what);
    addWarnings(outcome.warnings, outcome.explanation.warnings);
    if (!request.compareText || step(0.7, "explaining"))
        return outcome;
    auto same = request.what;
    same.region = outcome.explanation.region;
    outcome.compared = segmenter.explain(prepared, outcome.compareModelText, same);
    addWarnings(outcome.warnings, outcome.compared->warnings);
    return outcome;
}

ExplainOutcome explainSlice(models::Segmenter& segmenter, const imaging::Volume& volume,
    const ExplainSliceRequest& request, std::stop_token stop, const imaging::Progress& progress)
{
    std::unique_ptr<models::PreparedSlice> prepared;
    return explainSlice(segmenter, volume, request, stop, progress,
        [&](int, const imaging::Slice& slice) -> const models::PreparedSlice& {
            prepared = segmenter.prepare(slice);
            return *prepared;
        });
}

void writeClassHeat(const std::filesystem::path& path, const PictureChoice& picture, const models::ClassHeat& heat,
    const models::ClassScore& score)
{
    checkOverlayFormat(path);
    const auto slice = imaging::sliceOf(*picture.volume, picture.slice);
    const auto bright = imaging::brightness(slice);
    const Raster<float> grey{slice.columns, slice.rows, bright};
    const Tile left = panelOf(slice, 0), right = panelOf(slice, 1);
    auto canvas = canvasFor(left, 2);
    canvas.drawPicture(left, grey);
    drawLines(canvas, left, "The picture", "Research use only");
    canvas.drawPicture(right, grey);
    canvas.drawHeat(right, {heat.columns, heat.rows, heat.heat});
    char title[96];
    std::snprintf(title, sizeof title, "Grad-CAM of the class, %.1f %%", 100 * score.probability);
    drawLines(canvas, right, title,
        score.texts.empty() ? heat.name : heat.name + " | to the model: " + score.texts.front()); // In its own sides.
    canvas.writePng(path);
}

void writeExplanation(const std::filesystem::path& path, const imaging::Volume& volume, const ExplainOutcome& outcome)
{
    checkOverlayFormat(path);
    const auto slice = imaging::sliceOf(volume, outcome.slice);
    const auto bright = imaging::brightness(slice);
    const Raster<float> grey{slice.columns, slice.rows, bright};
    const int panels = outcome.compared ? 3 : 2;
    const Tile first = panelOf(slice, 0);
    auto canvas = canvasFor(first, panels);
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
