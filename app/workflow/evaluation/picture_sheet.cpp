#include "app/workflow/canvas.h"
#include "app/workflow/evaluation/evaluation_files.h"
#include "imaging/files/atomic_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace app {

namespace {

constexpr int kTile = 256;
constexpr int kCaptionLines = 4;
constexpr int kCaption = kLineRows * (kCaptionLines + 2) + 4;
constexpr int kHead = 3 * kLineRows + kCanvasGap;
constexpr Rgb kTrue{80, 220, 100};
constexpr Rgb kPredicted{255, 140, 40};

std::string percent(const char* name, double value)
{
    char text[48];
    std::snprintf(text, sizeof text, "%s %.1f", name, 100 * value);
    return text;
}

std::string scoreLine(const EvaluationResult& result, const CaseScore& score)
{
    char distance[48] = "HD95 -";
    if (score.hausdorff95)
        std::snprintf(distance, sizeof distance, "HD95 %.1f %s", *score.hausdorff95, result.inMm ? "mm" : "px");
    return percent("Dice", models::scoring::dice(score.pixels)) + "  "
        + percent("IoU", models::scoring::iou(score.pixels)) + "  " + distance;
}

std::string shortName(const std::string& image)
{
    const auto name = std::filesystem::path(image).filename().string();
    constexpr std::size_t kMost = kTile / (kGlyphColumns + 1);
    return name.size() <= kMost ? name : "..." + name.substr(name.size() - (kMost - 3));
}

void drawCase(Canvas& canvas, const Tile& tile, const EvaluationResult& result, const SheetCase& one)
{
    const auto& entry = result.cases[one.index];
    std::vector<float> grey(one.picture.values.size());
    std::transform(one.picture.values.begin(), one.picture.values.end(), grey.begin(),
        [](std::uint8_t value) { return static_cast<float>(value) / 255; });
    canvas.drawPicture(tile, {one.picture.columns, one.picture.rows, grey});
    canvas.drawOutline(tile, {entry.columns, entry.rows, one.predicted}, kPredicted);
    canvas.drawOutline(tile, {entry.columns, entry.rows, one.truth}, kTrue);
    int top = tile.top + tile.rows + 4;
    const auto line = [&](const std::string& text) {
        canvas.drawText(tile.left, top, text, kCanvasText);
        top += kLineRows;
    };
    line(shortName(entry.image));
    line(scoreLine(result, result.texts.front().cases[one.index]));
    for (const auto& words : wrappedText(result.texts.front().sent[one.index], kTile, kCaptionLines))
        line(words);
}

void drawHead(Canvas& canvas, const EvaluationResult& result)
{
    const auto& package = result.package;
    canvas.drawText(kCanvasGap, kCanvasGap,
        package.name + " " + package.version + ", text " + result.texts.front().text + ", "
            + std::to_string(result.cases.size()) + " pictures; research use only",
        kCanvasText);
    canvas.drawText(kCanvasGap, kCanvasGap + kLineRows, "true mask", kTrue);
    canvas.drawText(kCanvasGap + textColumns("true mask  "), kCanvasGap + kLineRows, "predicted mask", kPredicted);
}

nlohmann::json entryOf(const EvaluationResult& result, const SheetCase& one, const Tile& tile)
{
    const auto& score = result.texts.front().cases[one.index];
    nlohmann::json entry{{"group", one.group}, {"image", result.cases[one.index].image},
        {"text", result.texts.front().sent[one.index]}, {"dice", models::scoring::dice(score.pixels)},
        {"iou", models::scoring::iou(score.pixels)}, {"surface_dice", score.surfaceDice},
        {"at", {tile.left, tile.top, tile.columns, tile.rows}}};
    entry["hausdorff95"] = score.hausdorff95 ? nlohmann::json(*score.hausdorff95) : nlohmann::json();
    return entry;
}

} // namespace

void writeSheet(const std::filesystem::path& path, const EvaluationResult& result)
{
    const auto across = static_cast<int>(std::max<std::size_t>(1, result.sheet.size() / 3));
    constexpr int kRow = kLineRows + kTile + kCaption + kCanvasGap;
    Canvas canvas(kCanvasGap + across * (kTile + kCanvasGap), kHead + 3 * kRow, kCanvasGround);
    drawHead(canvas, result);
    auto index = nlohmann::json::array();
    int column = 0, row = -1;
    std::string group;
    for (const auto& one : result.sheet) {
        if (one.group != group) {
            group = one.group;
            column = 0;
            ++row;
            canvas.drawText(kCanvasGap, kHead + row * kRow, group + " cases by Dice", kCanvasText);
        }
        const Tile tile{kCanvasGap + column * (kTile + kCanvasGap), kHead + row * kRow + kLineRows, kTile, kTile};
        drawCase(canvas, tile, result, one);
        index.push_back(entryOf(result, one, tile));
        ++column;
    }
    canvas.writePng(path);
    auto list = path;
    imaging::writeFileAtomically(list.replace_extension(".json"),
        nlohmann::json{{"picture", path.filename().string()}, {"cases", index}}.dump(
            2, ' ', false, nlohmann::json::error_handler_t::replace)
            + "\n");
}

} // namespace app
