#include "models/data/xlsx.h"

#include "imaging/error.h"
#include "models/data/table_text.h"
#include "models/data/xml_scan.h"
#include "models/data/zip_file.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <utility>

namespace models::data {

namespace {

constexpr int kMostColumns = 256; ///< Further ones are not looked at.
constexpr std::size_t kMostText = std::size_t{64} << 20; ///< Of all cells together, in bytes.

using Attributes = std::vector<XmlHandler::Attribute>;

[[noreturn]] void refuse(const ZipFile& workbook, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "The workbook '" + workbook.path().string() + "' cannot be read: " + reason + ".", workbook.path().string());
}

void scan(ZipFile& workbook, const std::string& entry, XmlHandler handler)
{
    XmlScan xml(std::move(handler), workbook.path().string() + "/" + entry);
    workbook.read(entry, [&](std::string_view piece) { xml.feed(piece); });
    xml.finish();
}

int number(std::string_view digits)
{
    int value = -1;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

/// "BC17" -> 54, counted from 0; -1 when it names no column.
int columnOf(std::string_view reference)
{
    int column = 0;
    for (const char letter : reference) {
        if (letter < 'A' || letter > 'Z' || column > kMostColumns)
            break;
        column = column * 26 + (letter - 'A' + 1);
    }
    return column - 1;
}

/// Path in the archive of what a part of xl/ refers to.
std::string inArchive(std::string_view target)
{
    return target.starts_with('/') ? std::string(target.substr(1)) : "xl/" + std::string(target);
}

/// Paths of the first sheet and of the shared strings (empty: none).
struct Parts
{
    std::string sheet;
    std::string strings;
};

Parts partsOf(ZipFile& workbook)
{
    if (!workbook.contains("xl/workbook.xml") || !workbook.contains("xl/_rels/workbook.xml.rels"))
        refuse(workbook, "it is an archive, but not one of Excel");
    std::string firstSheet;
    const auto ignoreEnd = [](std::string_view) {};
    const auto findSheet = [&](std::string_view name, const Attributes& attributes) {
        if (name == "sheet" && firstSheet.empty())
            firstSheet = attribute(attributes, "id");
    };
    scan(workbook, "xl/workbook.xml", {findSheet, ignoreEnd, ignoreEnd});
    Parts parts;
    const auto findTargets = [&](std::string_view name, const Attributes& attributes) {
        if (name != "Relationship")
            return;
        if (attribute(attributes, "Id") == firstSheet)
            parts.sheet = inArchive(attribute(attributes, "Target"));
        if (attribute(attributes, "Type").ends_with("/sharedStrings"))
            parts.strings = inArchive(attribute(attributes, "Target"));
    };
    scan(workbook, "xl/_rels/workbook.xml.rels", {findTargets, ignoreEnd, ignoreEnd});
    if (firstSheet.empty() || parts.sheet.empty())
        refuse(workbook, "it has no sheet");
    return parts;
}

/// Collects the text of <t> elements, leaving out readings in another script (<rPh>).
class TextCollector
{
public:
    void begin(std::string_view name)
    {
        m_phonetic += name == "rPh";
        m_inText = name == "t" && m_phonetic == 0;
    }

    void end(std::string_view name)
    {
        m_phonetic -= name == "rPh";
        m_inText = false;
    }

    void text(std::string_view piece)
    {
        if (m_inText)
            m_text += piece;
    }

    std::string take() { return std::exchange(m_text, {}); }

private:
    std::string m_text;
    int m_phonetic = 0;
    bool m_inText = false;
};

/// Counts bytes of text, so that a small file cannot fill the memory.
void addText(std::size_t& total, std::size_t more, const ZipFile& workbook)
{
    total += more;
    if (total > kMostText)
        refuse(workbook, "it holds more than 64 MB of text");
}

std::vector<std::string> sharedStrings(ZipFile& workbook, const std::string& entry)
{
    std::vector<std::string> strings;
    TextCollector text;
    std::size_t total = 0;
    const auto begin = [&](std::string_view name, const Attributes&) { text.begin(name); };
    const auto end = [&](std::string_view name) {
        text.end(name);
        if (name != "si")
            return;
        strings.push_back(trimmedText(text.take()));
        addText(total, strings.back().size() + sizeof(std::string), workbook);
    };
    scan(workbook, entry, {begin, end, [&](std::string_view piece) { text.text(piece); }});
    return strings;
}

/// A row's cells that hold text, by column.
struct SheetRow
{
    int line = 0;
    std::map<int, std::string> cells;
};

/// Reads <row> and <c> elements (ECMA-376 part 1, 18.3.1.73 and 18.3.1.4).
class SheetReader
{
public:
    SheetReader(const ZipFile& workbook, const std::vector<std::string>& strings)
        : m_workbook(workbook)
        , m_strings(strings)
    {
    }

    void begin(std::string_view name, const Attributes& attributes)
    {
        m_text.begin(name);
        m_inValue = name == "v";
        if (name == "row") {
            const int given = number(attribute(attributes, "r"));
            m_row = {given > 0 ? given : m_row.line + 1, {}};
            m_column = -1;
        } else if (name == "c") {
            const int given = columnOf(attribute(attributes, "r"));
            m_column = given >= 0 ? given : m_column + 1;
            m_isShared = attribute(attributes, "t") == "s";
            m_value.clear();
        }
    }

    void end(std::string_view name)
    {
        m_text.end(name);
        m_inValue = false;
        if (name == "c")
            endCell();
        else if (name == "row" && !m_row.cells.empty())
            rows.push_back(m_row);
    }

    void text(std::string_view piece)
    {
        m_text.text(piece);
        if (m_inValue)
            m_value += piece;
    }

    std::vector<SheetRow> rows;

private:
    void endCell()
    {
        auto inlineText = m_text.take();
        std::string cell = trimmedText(inlineText.empty() ? m_value : inlineText);
        if (m_isShared) {
            const int index = number(m_value);
            if (index < 0 || std::size_t(index) >= m_strings.size())
                refuse(m_workbook, "row " + std::to_string(m_row.line) + " refers to a text that is not there");
            cell = m_strings[std::size_t(index)];
        }
        if (cell.empty() || m_column >= kMostColumns)
            return;
        addText(m_total, cell.size() + sizeof(std::string), m_workbook);
        m_row.cells[m_column] = std::move(cell);
    }

    const ZipFile& m_workbook;
    const std::vector<std::string>& m_strings;
    TextCollector m_text;
    std::string m_value;
    SheetRow m_row;
    std::size_t m_total = 0;
    int m_column = -1;
    bool m_isShared = false;
    bool m_inValue = false;
};

CsvTable tableOf(const std::vector<SheetRow>& rows, const ZipFile& workbook)
{
    if (rows.empty())
        refuse(workbook, "its first sheet is empty");
    CsvTable table;
    for (const auto& [column, name] : rows.front().cells) {
        if (table.column(name) >= 0)
            refuse(workbook, "the column '" + name + "' stands there twice");
        table.columns.push_back(name);
    }
    for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
        CsvTable::Row fields{row->line, {}};
        for (const auto& [column, name] : rows.front().cells) {
            const auto cell = row->cells.find(column);
            fields.fields.push_back(cell == row->cells.end() ? std::string() : cell->second);
        }
        table.rows.push_back(std::move(fields));
    }
    return table;
}

} // namespace

CsvTable readXlsx(const std::filesystem::path& file)
{
    ZipFile workbook(file);
    const auto parts = partsOf(workbook);
    const auto strings = parts.strings.empty() ? std::vector<std::string>() : sharedStrings(workbook, parts.strings);
    SheetReader sheet(workbook, strings);
    scan(workbook, parts.sheet,
        {[&](std::string_view name, const Attributes& attributes) { sheet.begin(name, attributes); },
            [&](std::string_view name) { sheet.end(name); }, [&](std::string_view piece) { sheet.text(piece); }});
    return tableOf(sheet.rows, workbook);
}

} // namespace models::data
