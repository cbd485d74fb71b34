#include "imaging/dicom/text.h"

#include "imaging/dicom/prescan.h"
#include "tests/support/dicom_bytes.h"

#include <QtTest>

using imaging::toUtf8;

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void converts_each_character_set_data()
    {
        QTest::addColumn<QByteArray>("stored");
        QTest::addColumn<QByteArray>("sets");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const QByteArray& stored, const char* sets, const char* expected) {
            QTest::newRow(name) << stored << QByteArray(sets) << QString::fromUtf8(expected);
        };
        row("default", "Doe^Jane", "", "Doe^Jane");
        row("latin 1", "Buc^J\xE9r\xF4me", "ISO_IR 100", "Buc^Jérôme");
        row("latin 2", "Wa\xB3\xEAsa", "ISO_IR 101", "Wałęsa");
        row("cyrillic", "\xBB\xEE\xDA\x63\x65\xDC\xD1\xE3\xE0\xD3", "ISO_IR 144", "Люкceмбург");
        row("arabic", "\xE2\xC8\xC7\xE6\xEA", "ISO_IR 127", "قباني");
        row("greek", "\xC4\xE9\xEF\xED\xF5\xF3\xE9\xEF\xF2", "ISO_IR 126", "Διονυσιος");
        row("hebrew", "\xF9\xF8\xE5\xEF", "ISO_IR 138", "שרון");
        row("turkish", "\xC7\x61\xFE\x6C\xFD\x6B", "ISO_IR 148", "Çaşlık");
        row("thai", "\xB9\xD2\xC2", "ISO_IR 166", "นาย");
        row("utf-8", "Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE6\x9D\xB1", "ISO_IR 192", "Wang^XiaoDong=王^小東");
        // PS3.5 annex J.
        row("gb18030", "Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB", "GB18030", "Wang^XiaoDong=王^小东");
        row("gbk", "\xCD\xF5^\xD0\xA1\xB6\xAB", "GBK", "王^小东");
        // PS3.5 annex H.3.1.
        row("japanese by escapes",
            "Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B", "\\ISO 2022 IR 87",
            "Yamada^Tarou=山田^太郎=やまだ^たろう");
        // PS3.5 annex H.3.2: the first group in half-width katakana.
        row("japanese with katakana",
            "\xD4\xCF\xC0\xDE^\xC0\xDB\xB3=\x1B$B;3ED\x1B(J^\x1B$BB@O:\x1B(J=\x1B$B$d$^$@\x1B(J^\x1B$B$?$m$&\x1B(J",
            "ISO 2022 IR 13\\ISO 2022 IR 87", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
        // JIS X 0212, row 16: 丂.
        row("supplementary japanese", "\x1B$(D\x30\x21\x1B(B", "\\ISO 2022 IR 159", "丂");
        // PS3.5 annex I.
        row("korean by escapes",
            "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)C\xB1\xE6\xB5\xBF",
            "\\ISO 2022 IR 149", "Hong^Gildong=洪^吉洞=홍^길동");
        // PS3.5 annex K.
        row("simplified chinese by escapes",
            "Zhang^XiaoDong=\x1B$)A\xD5\xC5^\x1B$)A\xD0\xA1\xB6\xAB=", "\\ISO 2022 IR 58", "Zhang^XiaoDong=张^小东=");
        row("latin 1 and cyrillic by escapes", "\x1B-A\xC4rzte \x1B-L\xBB\xEE", "\\ISO 2022 IR 100\\ISO 2022 IR 144",
            "Ärzte Лю");
        row("shift-jis under ISO_IR 13", "\x83\x65\x83\x58\x83\x67", "ISO_IR 13", "テスト");
        row("broken utf-8",
            "a\xFF"
            "b",
            "ISO_IR 192",
            "a\xEF\xBF\xBD"
            "b");
        row("unknown set",
            "a\xE9"
            "b",
            "ISO_IR 999",
            "a\xEF\xBF\xBD"
            "b");
        row("escape at the end", "abc\x1B", "\\ISO 2022 IR 87", "abc");
        row("half a character at the end", "\x1B$B;3E", "\\ISO 2022 IR 87", "山\xEF\xBF\xBD");
    }

    void converts_each_character_set()
    {
        QFETCH(QByteArray, stored);
        QFETCH(QByteArray, sets);
        QFETCH(QString, expected);
        const auto result = toUtf8({stored.constData(), static_cast<std::size_t>(stored.size())}, sets.toStdString());
        QCOMPARE(QString::fromStdString(result), expected);
    }

    void long_texts_are_cut_before_they_are_converted()
    {
        // A megabyte of escapes would take a second to convert.
        std::string escapes;
        while (escapes.size() < 1'000'000)
            escapes += "\x1B$B;3\x1B(B";
        test::DicomBytes set;
        set.text(0x00080005, "CS", "\\ISO 2022 IR 87").text(0x00080016, "UI", "1.2.3").text(0x0008103E, "UT", escapes);
        const auto header =
            imaging::prescanBytes(test::part10(set, "1.2.840.10008.1.2.1"), "x", imaging::PrescanExtent::UpToPixels);
        QVERIFY(header);
        QVERIFY(header->root().text(imaging::tags::kSeriesDescription).size() < 10'240);
    }

    void printable_text_is_one_line_that_steers_no_terminal_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << QByteArray("CT of 2 \xC3\xA4") << QString("CT of 2 \u00E4");
        QTest::newRow("lines") << QByteArray("a\r\nwarning: b\t") << QString("a  warning: b ");
        QTest::newRow("escape") << QByteArray("\x1B[31mred") << QString(" [31mred");
        QTest::newRow("delete") << QByteArray("a\x7F") << QString("a ");
        QTest::newRow("eight bit escape") << QByteArray("a\xC2\x9B"
                                                        "31m")
                                          << QString("a 31m");
        QTest::newRow("not UTF-8") << QByteArray("a\xFF\xC2") << QString("a\uFFFD\uFFFD");
        QTest::newRow("zero inside") << QByteArray("a\0b", 3) << QString("a b");
    }

    void printable_text_is_one_line_that_steers_no_terminal()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(imaging::printable({text.constData(), static_cast<std::size_t>(text.size())})),
            expected);
    }

    void markup_is_left_alone() { QCOMPARE(toUtf8("<b>x</b>", "ISO_IR 100"), std::string("<b>x</b>")); }

    void first_name_group_that_is_not_empty_is_taken()
    {
        QCOMPARE(imaging::firstNameGroup("Yamada^Tarou=x=y"), std::string("Yamada^Tarou"));
        QCOMPARE(imaging::firstNameGroup("=山田^太郎"), std::string("山田^太郎"));
        QCOMPARE(imaging::firstNameGroup("=="), std::string());
    }
};

QTEST_APPLESS_MAIN(TestText)
#include "tst_text.moc"
