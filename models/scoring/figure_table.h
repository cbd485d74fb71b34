#pragma once

#include <optional>
#include <string>
#include <vector>

namespace models::scoring {

struct FigureColumn
{
    std::string key; ///< "bleu4"
    std::string title; ///< "BLEU-4"
    double unit = 100; ///< What a reader is shown is so many times the value: 100 for per cent, 1 for numbers.
    int decimals = 2;
};

struct FigureRow
{
    std::string name;
    std::vector<std::optional<double>> values; ///< In the order of the columns; nothing where one does not apply.
};

/// Figures of one kind, one row for each that is compared.
struct FigureTable
{
    std::string key; ///< "captions"
    std::string title; ///< A sentence that says what the figures are.
    std::vector<FigureColumn> columns;
    std::vector<FigureRow> rows;
};

/// As a reader is shown it; empty for nothing.
std::string shown(const std::optional<double>& value, const FigureColumn& column);

/// The table without its title, for a model card.
std::string markdown(const FigureTable& table);

} // namespace models::scoring
