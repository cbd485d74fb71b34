#pragma once

#include "models/data/csv.h"

#include <filesystem>

namespace models::data {

/// The first sheet of an Excel workbook (.xlsx, ECMA-376) as a table: the first row that holds anything names the
/// columns; rows without text are left out; a cell's text is cut of spaces at both ends. Columns without a name are
/// left out. The file is not trusted: its size, what it unpacks to, depth and number of columns are bounded, and XML
/// with a document type (entities) is refused. Throws Error(NotFound), or Error(InvalidInput) naming the file.
CsvTable readXlsx(const std::filesystem::path& file);

} // namespace models::data
