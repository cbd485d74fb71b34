#include "app/cli/evaluate_texts.h"

#include "annotations/report/report_words.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "models/facade/files.h"
#include "models/facade/library.h"
#include "models/package/text_sides.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace app::cli {

namespace {

using models::scoring::FigureTable;

/// Columns below each other; names at the left, figures at the right.
void printTable(const FigureTable& table, const Console& console)
{
    constexpr std::size_t kNames = 50, kGap = 2;
    const auto right = [](const std::string& text, std::size_t width) {
        return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
    };
    console.line("");
    console.line(table.title);
    std::string head(kNames, ' ');
    for (const auto& column : table.columns)
        head += right(column.title, std::max<std::size_t>(6, column.title.size()) + kGap);
    console.line(head);
    for (const auto& row : table.rows) {
        auto line = "  " + row.name;
        line.resize(std::max(line.size(), kNames), ' ');
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const auto& column = table.columns[i];
            line += right(
                models::scoring::shown(row.values.at(i), column), std::max<std::size_t>(6, column.title.size()) + kGap);
        }
        console.line(line);
    }
}

/// {"captions": [{"name": "this model", "bleu4": 0.71, ...}, ...]}, without what does not apply.
nlohmann::json tablesJson(const models::TextEvaluation& result)
{
    auto tables = nlohmann::json::object();
    for (const auto& table : result.tables) {
        auto& rows = tables[table.key] = nlohmann::json::array();
        for (const auto& row : table.rows) {
            nlohmann::json one{{"name", row.name}};
            for (std::size_t i = 0; i < table.columns.size(); ++i)
                if (const auto value = row.values.at(i))
                    one[table.columns[i].key] = *value;
            rows.push_back(std::move(one));
        }
    }
    return tables;
}

std::string pictureTable(const models::TextEvaluation& result)
{
    std::string table = models::data::csvLine(result.caseColumns) + "\n";
    for (const auto& one : result.cases)
        table += models::data::csvLine(one) + "\n";
    return table;
}

/// What the LViT's evaluation asks, too: reports of DICOM pictures mean the patient's sides.
void requireSaidSides(const models::TextEvaluation& result, const std::filesystem::path& folder)
{
    for (const auto& one : result.cases)
        if (imaging::namesSide(one.at(1)) && sidesOfPicture(folder, one.at(0)).known())
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "The texts name sides and '" + one.at(0)
                    + "' says where the patient's are, so \"left\" could mean the patient's or the picture's: say "
                      "which.")
                .about("side");
}

} // namespace

ExitCode evaluateTexts(models::TextEvaluateOptions options, std::optional<imaging::Sides> sides,
    const std::filesystem::path& output, const Console& console)
{
    const auto start = std::chrono::steady_clock::now();
    options.textSides = sides.value_or(models::textSidesOf(options.model).value_or(imaging::Sides::Picture));
    const auto result = models::library().evaluateTexts(options, console.stop, console.progress());
    if (result.cancelled)
        return ExitCode::Cancelled;
    if (!sides && options.textSides == imaging::Sides::Picture)
        requireSaidSides(result, options.data);
    if (!output.empty())
        imaging::writeFileAtomically(output, pictureTable(result));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    console.warn(result.warnings);
    console.line(annotations::counted(result.pictures, "picture") + " with a text, " + std::to_string(int(seconds))
        + " s. Left and right in the texts: the " + std::string(nameOf(options.textSides)) + "'s. In per cent.");
    for (const auto& table : result.tables)
        printTable(table, console);
    nlohmann::json document{{"model", options.model.string()}, {"split", options.split}, {"pictures", result.pictures},
        {"sides", nameOf(options.textSides)}, {"figures", tablesJson(result)}, {"threshold", nullptr},
        {"seconds", seconds}, {"warnings", console.warned()}};
    if (result.threshold)
        document["threshold"] = *result.threshold;
    console.document(document);
    return ExitCode::Done;
}

} // namespace app::cli
