#include "models/scoring/figure_table.h"

#include <cstdio>

namespace models::scoring {

std::string shown(const std::optional<double>& value, const FigureColumn& column)
{
    if (!value)
        return {};
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", column.decimals, column.unit * *value);
    return text;
}

std::string markdown(const FigureTable& table)
{
    std::string head = "| |", line = "|---|", body;
    for (const auto& column : table.columns) {
        head += " " + column.title + " |";
        line += "---|";
    }
    for (const auto& row : table.rows) {
        body += "| " + row.name + " |";
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const auto value = shown(row.values.at(i), table.columns[i]);
            body += (value.empty() ? std::string() : " " + value) + " |";
        }
        body += "\n";
    }
    return head + "\n" + line + "\n" + body;
}

} // namespace models::scoring
