#include "models/data/csv.h"

#include "imaging/error.h"
#include "models/data/table_text.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>

namespace models::data {

namespace {

[[noreturn]] void refuse(const std::string& source, int line, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "Line " + std::to_string(line) + " of '" + source + "' cannot be read: " + reason, source);
}

/// A comma, or what the first line has instead of commas: Excel writes semicolons where the comma parts decimals.
char separatorOf(std::string_view text)
{
    const auto header = text.substr(0, text.find_first_of("\r\n"));
    if (header.find(',') == std::string_view::npos)
        for (const char other : {';', '\t'})
            if (header.find(other) != std::string_view::npos)
                return other;
    return ',';
}

std::string nameOf(char separator)
{
    return separator == '\t' ? "tabs" : separator == ';' ? "semicolons (\";\")" : "commas";
}

/// In lower case, without spaces around it.
std::string plain(std::string_view name)
{
    const auto first = name.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return {};
    std::string text(name.substr(first, name.find_last_not_of(' ') - first + 1));
    std::transform(
        text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Reads one record after the other out of the text.
class CsvScanner
{
public:
    CsvScanner(std::string_view text, const std::string& source)
        : m_text(text)
        , m_source(source)
        , m_separator(separatorOf(text))
        , m_ends{m_separator, '\r', '\n'}
    {
    }

    char separator() const { return m_separator; }

    bool atEnd() const { return m_position >= m_text.size(); }

    CsvTable::Row record()
    {
        CsvTable::Row row{m_line, {}};
        do
            row.fields.push_back(field());
        while (takeSeparator());
        takeLineEnd();
        return row;
    }

private:
    std::string field()
    {
        if (!atEnd() && m_text[m_position] == '"')
            return quotedField();
        const auto end = std::min(m_text.find_first_of(m_ends, m_position), m_text.size());
        std::string value(m_text.substr(m_position, end - m_position));
        m_position = end;
        return value;
    }

    std::string quotedField()
    {
        const int firstLine = m_line;
        std::string value;
        for (++m_position; !atEnd(); ++m_position) {
            const char character = m_text[m_position];
            if (character == '\n')
                ++m_line;
            if (character != '"') {
                value += character;
            } else if (m_position + 1 < m_text.size() && m_text[m_position + 1] == '"') {
                value += '"';
                ++m_position;
            } else {
                ++m_position;
                if (!atEnd() && m_text.find_first_of(m_ends, m_position) != m_position)
                    refuse(m_source, m_line, "there is text after a closing quote.");
                return value;
            }
        }
        refuse(m_source, firstLine, "a quote that opens here is never closed.");
    }

    bool takeSeparator()
    {
        if (atEnd() || m_text[m_position] != m_separator)
            return false;
        ++m_position;
        return true;
    }

    void takeLineEnd()
    {
        if (!atEnd() && m_text[m_position] == '\r')
            ++m_position;
        if (!atEnd() && m_text[m_position] == '\n')
            ++m_position;
        ++m_line;
    }

    std::string_view m_text;
    const std::string& m_source;
    const char m_separator;
    const std::string m_ends; ///< What ends a field without quotes.
    std::size_t m_position = 0;
    int m_line = 1;
};

bool isBlank(const CsvTable::Row& row)
{
    return row.fields.size() == 1 && row.fields.front().empty();
}

void checkColumns(const CsvTable& table, const std::string& source)
{
    std::set<std::string> seen;
    for (const auto& name : table.columns) {
        if (name.empty())
            refuse(source, 1, "a column has no name.");
        if (!seen.insert(name).second)
            refuse(source, 1, "the column '" + name + "' stands there twice.");
    }
}

} // namespace

int CsvTable::column(std::string_view name) const
{
    const auto placeOf = [&](auto found) { return static_cast<int>(found - columns.begin()); };
    if (const auto found = std::find(columns.begin(), columns.end(), name); found != columns.end())
        return placeOf(found);
    const auto isMeant = [&](const std::string& column) { return plain(column) == plain(name); };
    const auto found = std::find_if(columns.begin(), columns.end(), isMeant);
    const bool isOnly = std::count_if(columns.begin(), columns.end(), isMeant) == 1;
    return isOnly ? placeOf(found) : -1;
}

CsvTable parseCsv(std::string_view bytes, const std::string& source)
{
    const auto text = tableText(bytes, source);
    CsvScanner scanner(text, source);
    if (scanner.atEnd())
        refuse(source, 1, "the file is empty; its first line must name the columns.");
    CsvTable table;
    table.columns = scanner.record().fields;
    checkColumns(table, source);
    while (!scanner.atEnd()) {
        auto row = scanner.record();
        if (isBlank(row))
            continue;
        if (row.fields.size() != table.columns.size())
            refuse(source, row.line,
                "it has " + std::to_string(row.fields.size()) + " fields, the header "
                    + std::to_string(table.columns.size()) + ". The columns are separated by "
                    + nameOf(scanner.separator()) + ": a text that holds one must stand in quotes.");
        table.rows.push_back(std::move(row));
    }
    return table;
}

CsvTable readCsv(const std::filesystem::path& file)
{
    if (!std::filesystem::is_regular_file(file))
        throw imaging::Error(imaging::ErrorKind::NotFound, "There is no file '" + file.string() + "'.", file.string());
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (!stream.is_open() || stream.bad())
        throw imaging::Error(imaging::ErrorKind::Io, "The file '" + file.string() + "' cannot be read.", file.string());
    return parseCsv(bytes, file.string());
}

std::string csvLine(const std::vector<std::string>& fields)
{
    std::string line;
    for (std::size_t index = 0; index < fields.size(); ++index) {
        if (index > 0)
            line += ',';
        if (fields[index].find_first_of(",\"\r\n") == std::string::npos) {
            line += fields[index];
            continue;
        }
        line += '"';
        for (const char character : fields[index])
            line += character == '"' ? std::string("\"\"") : std::string(1, character);
        line += '"';
    }
    return line;
}

} // namespace models::data
