#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace models::data {

/// A table of text with named columns (RFC 4180: quotes, doubled quotes, line breaks inside quotes, CRLF), UTF-8 or
/// UTF-16. Columns are separated by commas; by semicolons or tabs where the first line has no comma.
struct CsvTable
{
    struct Row
    {
        int line = 0; ///< Of the file, counted from 1, for messages.
        std::vector<std::string> fields;
    };

    std::vector<std::string> columns;
    std::vector<Row> rows;

    /// Index of the column, -1 when there is none. Letters of another case and spaces around the name do not matter
    /// where only one column can be meant.
    int column(std::string_view name) const;
};

/// `source` names the bytes in messages. Throws Error(InvalidInput) with the line for text that is neither UTF-8 nor
/// UTF-16, a row of another number of fields than the header, a quote that does not end, an empty or repeated column
/// name, and a text without a header.
CsvTable parseCsv(std::string_view bytes, const std::string& source);

/// Throws Error(NotFound) or Error(Io) too.
CsvTable readCsv(const std::filesystem::path& file);

/// One line of CSV without its end; fields are quoted where they must be.
std::string csvLine(const std::vector<std::string>& fields);

} // namespace models::data
