#include "models/training/csv.h"

#include "imaging/error.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace models {

namespace {

[[noreturn]] void refuse(const std::string& source, int line, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "Line " + std::to_string(line) + " of '" + source + "' cannot be read: " + reason, source);
}

/// Reads one record after the other out of the text.
class CsvScanner
{
public:
    CsvScanner(std::string_view text, const std::string& source)
        : m_text(text)
        , m_source(source)
    {
        if (m_text.starts_with("\xEF\xBB\xBF"))
            m_text.remove_prefix(3);
    }

    bool atEnd() const { return m_position >= m_text.size(); }

    CsvTable::Row record()
    {
        CsvTable::Row row{m_line, {}};
        do
            row.fields.push_back(field());
        while (takeComma());
        takeLineEnd();
        return row;
    }

private:
    std::string field()
    {
        if (!atEnd() && m_text[m_position] == '"')
            return quotedField();
        const auto end = std::min(m_text.find_first_of(",\r\n", m_position), m_text.size());
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
                if (!atEnd() && m_text.find_first_of(",\r\n", m_position) != m_position)
                    refuse(m_source, m_line, "there is text after a closing quote.");
                return value;
            }
        }
        refuse(m_source, firstLine, "a quote that opens here is never closed.");
    }

    bool takeComma()
    {
        if (atEnd() || m_text[m_position] != ',')
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
    const auto found = std::find(columns.begin(), columns.end(), name);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

CsvTable parseCsv(std::string_view text, const std::string& source)
{
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
                    + std::to_string(table.columns.size()) + ".");
        table.rows.push_back(std::move(row));
    }
    return table;
}

CsvTable readCsv(const std::filesystem::path& file)
{
    if (!std::filesystem::is_regular_file(file))
        throw imaging::Error(imaging::ErrorKind::NotFound, "There is no file '" + file.string() + "'.", file.string());
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream || !text)
        throw imaging::Error(imaging::ErrorKind::Io, "The file '" + file.string() + "' cannot be read.", file.string());
    return parseCsv(text.str(), file.string());
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

} // namespace models
