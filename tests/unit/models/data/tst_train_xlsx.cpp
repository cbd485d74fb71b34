#include "imaging/error.h"
#include "models/data/xlsx.h"
#include "tests/support/xlsx_bytes.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <rapidcheck.h>

namespace {

const std::string kHead = "<?xml version=\"1.0\"?>";

std::map<std::string, std::string> withSheet(const std::string& rows, const std::string& strings = "")
{
    auto parts = support::workbookParts({{"a"}});
    parts["xl/worksheets/sheet1.xml"] = kHead + "<worksheet><sheetData>" + rows + "</sheetData></worksheet>";
    if (!strings.empty())
        parts["xl/sharedStrings.xml"] = kHead + "<sst>" + strings + "</sst>";
    return parts;
}

} // namespace

class TestTrainXlsx : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void table_comes_back_as_written();
    void cells_of_every_kind_are_read();
    void gaps_and_blank_rows_are_understood();
    void what_is_hostile_or_broken_is_refused_data();
    void what_is_hostile_or_broken_is_refused();
    void a_small_file_cannot_fill_the_memory();
    void a_file_that_is_not_there_is_said_to_be_missing();
    void cut_and_changed_workbooks_never_crash();

private:
    QString path(const char* name = "table.xlsx") const { return m_folder.filePath(name); }
    models::data::CsvTable read() const { return models::data::readXlsx(path().toStdString()); }

    QTemporaryDir m_folder;
};

void TestTrainXlsx::table_comes_back_as_written()
{
    support::writeWorkbook(path(),
        {{"Image", "Description"}, {"mask_a.png", "one area, lower left lung."}, {"mask_b.png", "5 < 6 & \"so\""}});
    const auto table = read();
    QVERIFY((table.columns == std::vector<std::string>{"Image", "Description"}));
    QCOMPARE(table.rows.size(), std::size_t(2));
    QCOMPARE(table.rows[1].line, 3);
    QCOMPARE(QString::fromStdString(table.rows[0].fields[1]), "one area, lower left lung.");
    QCOMPARE(QString::fromStdString(table.rows[1].fields[1]), "5 < 6 & \"so\"");
}

void TestTrainXlsx::cells_of_every_kind_are_read()
{
    const std::string strings = "<si><r><rPr><b/></rPr><t>Des</t></r><r><t>cription</t></r></si>"
                                "<si><t xml:space=\"preserve\">  shared </t><rPh><t>kana</t></rPh></si>";
    support::writeZip(path(),
        withSheet("<row><c t=\"inlineStr\"><is><t>Image</t></is></c><c t=\"s\"><v>0</v></c></row>"
                  "<row><c><v>17</v></c><c t=\"s\"><v>1</v></c></row>"
                  "<row><c t=\"str\"><f>1+1</f><v>two</v></c><c t=\"inlineStr\"><is><t> in\nline </t></is></c></row>",
            strings));
    const auto table = read();
    QVERIFY((table.columns == std::vector<std::string>{"Image", "Description"}));
    QVERIFY((table.rows.at(0).fields == std::vector<std::string>{"17", "shared"}));
    QVERIFY((table.rows.at(1).fields == std::vector<std::string>{"two", "in\nline"}));
}

void TestTrainXlsx::gaps_and_blank_rows_are_understood()
{
    support::writeZip(path(),
        withSheet("<row r=\"2\"><c r=\"B2\"><v>x</v></c><c r=\"AB2\"><v>y</v></c></row>"
                  "<row r=\"3\"><c r=\"B3\"/></row>"
                  "<row r=\"9\"><c r=\"AB9\"><v>1</v></c><c r=\"XFD9\"><v>far away</v></c></row>"));
    const auto table = read();
    QVERIFY((table.columns == std::vector<std::string>{"x", "y"}));
    QCOMPARE(table.rows.size(), std::size_t(1));
    QCOMPARE(table.rows[0].line, 9);
    QVERIFY((table.rows[0].fields == std::vector<std::string>{"", "1"}));
}

void TestTrainXlsx::what_is_hostile_or_broken_is_refused_data()
{
    using Parts = std::map<std::string, std::string>;
    QTest::addColumn<Parts>("parts");
    QTest::addColumn<QString>("words");
    const std::string cell = "<c t=\"inlineStr\"><is><t>a</t></is></c>";
    const auto entities = [](std::string sheet) {
        return "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>" + sheet;
    };
    auto parts = withSheet("");
    parts["xl/worksheets/sheet1.xml"] = entities("<worksheet>&b;</worksheet>");
    QTest::newRow("entities") << parts << "document type";
    std::string deep;
    for (int level = 0; level < 100; ++level)
        deep += "<a>";
    QTest::newRow("deep") << withSheet(deep) << "64 levels";
    QTest::newRow("not closed") << withSheet("<row>" + cell) << "cannot be read";
    QTest::newRow("no such text") << withSheet("<row><c t=\"s\"><v>5</v></c></row>") << "not there";
    QTest::newRow("text below 0") << withSheet("<row><c t=\"s\"><v>-1</v></c></row>") << "not there";
    QTest::newRow("column twice") << withSheet("<row>" + cell + cell + "</row>") << "twice";
    QTest::newRow("empty sheet") << withSheet("") << "empty";
    parts = withSheet("");
    parts.erase("xl/worksheets/sheet1.xml");
    QTest::newRow("sheet missing") << parts << "missing";
    QTest::newRow("another archive") << Parts{{"readme.txt", "hello"}} << "not one of Excel";
    parts["xl/workbook.xml"] = kHead + "<workbook/>";
    QTest::newRow("no sheet") << parts << "no sheet";
    std::string many;
    for (int row = 0; row < 100; ++row)
        many += "<row><c t=\"s\"><v>0</v></c></row>";
    QTest::newRow("one long text, often")
        << withSheet(many, "<si><t>" + std::string(1 << 20, 'x') + "</t></si>") << "64 MB";
}

void TestTrainXlsx::what_is_hostile_or_broken_is_refused()
{
    using Parts = std::map<std::string, std::string>;
    QFETCH(Parts, parts);
    QFETCH(QString, words);
    support::writeZip(path(), parts);
    try {
        read();
        QFAIL("was accepted");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.kind(), imaging::ErrorKind::InvalidInput);
        QVERIFY2(QString(error.what()).contains(words) && QString(error.what()).contains("table.xlsx"), error.what());
    }
}

void TestTrainXlsx::a_small_file_cannot_fill_the_memory()
{
    auto parts = withSheet("");
    parts["xl/sharedStrings.xml"] = std::string(std::size_t(130) << 20, ' '); // deflated: 130 KB
    support::writeZip(path(), parts);
    QVERIFY(QFileInfo(path()).size() < 1 << 20);
    try {
        read();
        QFAIL("was accepted");
    } catch (const imaging::Error& error) {
        QVERIFY2(QString(error.what()).contains("128 MB"), error.what());
    }
}

void TestTrainXlsx::a_file_that_is_not_there_is_said_to_be_missing()
{
    QFile::remove(path());
    QVERIFY_THROWS_EXCEPTION(imaging::Error, read());
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("Image,Description\n") > 0);
    file.close();
    try {
        read();
        QFAIL("was accepted");
    } catch (const imaging::Error& error) {
        QVERIFY2(QString(error.what()).contains("ZIP"), error.what());
    }
}

void TestTrainXlsx::cut_and_changed_workbooks_never_crash()
{
    support::writeWorkbook(path(), {{"Image", "Description"}, {"mask_a.png", "one area"}, {"b", "two"}});
    QFile whole(path());
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const auto bytes = whole.readAll();
    whole.close();
    const bool ok = rc::check([&] {
        auto changed = bytes.left(*rc::gen::inRange<qsizetype>(0, bytes.size() + 1));
        for (int change = *rc::gen::inRange(0, 4); change > 0 && !changed.isEmpty(); --change)
            changed[*rc::gen::inRange<qsizetype>(0, changed.size())] = *rc::gen::arbitrary<char>();
        QFile file(path("changed.xlsx"));
        RC_ASSERT(file.open(QIODevice::WriteOnly) && file.write(changed) == changed.size());
        file.close();
        try {
            models::data::readXlsx(file.fileName().toStdString());
        } catch (const imaging::Error&) {
        }
    });
    QVERIFY(ok);
}

QTEST_GUILESS_MAIN(TestTrainXlsx)
#include "tst_train_xlsx.moc"
