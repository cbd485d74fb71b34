#pragma once

#include <QByteArray>
#include <QString>

#include <zip.h>

#include <map>
#include <string>
#include <vector>

/// Excel workbooks and other ZIP archives for tests.
namespace support {

/// Writes an archive with the named parts.
inline void writeZip(const QString& file, const std::map<std::string, std::string>& parts)
{
    zip_t* zip = zip_open(file.toUtf8().constData(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    if (!zip)
        qFatal("no archive");
    for (const auto& [name, content] : parts)
        zip_file_add(zip, name.c_str(), zip_source_buffer(zip, content.data(), content.size(), 0), 0);
    if (zip_close(zip) != 0)
        qFatal("the archive is not written");
}

inline std::string escaped(const std::string& text)
{
    return QString::fromStdString(text).toHtmlEscaped().toStdString();
}

/// The parts of a workbook with one sheet, its texts shared as Excel writes them.
inline std::map<std::string, std::string> workbookParts(const std::vector<std::vector<std::string>>& rows)
{
    std::string strings, sheet;
    int count = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        sheet += "<row r=\"" + std::to_string(row + 1) + "\">";
        for (std::size_t column = 0; column < rows[row].size(); ++column) {
            strings += "<si><t>" + escaped(rows[row][column]) + "</t></si>";
            sheet += std::string("<c r=\"") + char('A' + column) + std::to_string(row + 1) + "\" t=\"s\"><v>"
                + std::to_string(count++) + "</v></c>";
        }
        sheet += "</row>";
    }
    const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    const std::string relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    return {{"xl/workbook.xml",
                head + "<workbook xmlns:r=\"" + relation
                    + "\"><sheets><sheet name=\"one\" sheetId=\"1\" r:id=\"rId7\"/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels",
            head + "<Relationships><Relationship Id=\"rId1\" Type=\"" + relation
                + "/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"rId7\" Type=\"" + relation
                + "/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"},
        {"xl/sharedStrings.xml", head + "<sst>" + strings + "</sst>"},
        {"xl/worksheets/sheet1.xml", head + "<worksheet><sheetData>" + sheet + "</sheetData></worksheet>"}};
}

inline void writeWorkbook(const QString& file, const std::vector<std::vector<std::string>>& rows)
{
    writeZip(file, workbookParts(rows));
}

} // namespace support
