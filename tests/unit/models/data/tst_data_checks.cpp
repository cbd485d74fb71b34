#include "models/data/data_checks.h"
#include "tests/support/training_pictures.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>

using support::grey;
using support::refusal;

/// What of a training folder is likely to be a mistake.
class DataChecksTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void ordinary_data_give_no_doubt();
    void inverted_masks_are_told_data();
    void inverted_masks_are_told();
    void a_picture_that_is_its_own_mask_is_refused();
    void a_mask_with_the_bytes_of_its_picture_is_told();
    void a_mask_of_two_pictures_is_told();
    void drawn_denials_are_told_data();
    void drawn_denials_are_told();
    void many_empty_masks_of_findings_are_told_data();
    void many_empty_masks_of_findings_are_told();
    void the_same_picture_in_both_splits_is_told();
    void masks_of_sentences_need_a_text();

private:
    using Value = std::function<int(int x, int y)>;

    QString path(const QString& name) const { return m_folder->filePath(name); }
    /// Adds a row to the manifest; gives a picture and a mask of its own to each.
    void add(const QByteArray& split, const QByteArray& text, const Value& mask);
    void addRow(const QByteArray& row);
    models::data::Dataset data(const char* split = "train") const;
    QStringList doubts(const char* split = "train") const;

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_manifest;
    int m_count = 0;
};

namespace {

constexpr int kSize = 16;

int someArea(int x, int y)
{
    return x > 3 && x < 9 && y > 5 && y < 12 ? 255 : 0;
}

int inverted(int x, int y)
{
    return 255 - someArea(x, y);
}

int nothing(int, int)
{
    return 0;
}

QStringList sentences(const imaging::Warnings& warnings)
{
    QStringList all;
    for (const auto& warning : warnings)
        all << QString::fromStdString(warning);
    return all;
}

} // namespace

void DataChecksTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_manifest = "split,image,mask,text\n";
    m_count = 0;
}

void DataChecksTest::addRow(const QByteArray& row)
{
    m_manifest += row;
    support::writeText(path("manifest.csv"), m_manifest);
}

void DataChecksTest::add(const QByteArray& split, const QByteArray& text, const Value& mask)
{
    const auto name = QByteArray::number(m_count) + ".png";
    const int shade = 3 * m_count++;
    support::writePicture(path("p" + name), kSize, kSize, [shade](int x, int y) { return grey(9 * x + y + shade); });
    support::writePicture(path("m" + name), kSize, kSize, [&](int x, int y) { return grey(mask(x, y)); });
    addRow(split + ",p" + name + ",m" + name + ",\"" + text + "\"\n");
}

models::data::Dataset DataChecksTest::data(const char* split) const
{
    models::data::DatasetOptions options;
    options.folder = m_folder->path().toStdString();
    options.split = split;
    options.textColumns = {"text"};
    options.pictureSize = kSize;
    return models::data::readDataset(options, {}, {});
}

QStringList DataChecksTest::doubts(const char* split) const
{
    return sentences(models::data::doubtsAbout(data(split), m_folder->path().toStdString(), split));
}

void DataChecksTest::ordinary_data_give_no_doubt()
{
    for (int i = 0; i < 6; ++i)
        add("train", "one infected area, left lung", someArea);
    add("train", "one infected area, left lung", nothing);
    const auto half = [](int x, int) { return x < 10 ? 255 : 0; }; // More than half, one border free.
    add("train", "the whole left lung", half);
    QCOMPARE(doubts(), QStringList());
}

void DataChecksTest::inverted_masks_are_told_data()
{
    QTest::addColumn<int>("right");
    QTest::addColumn<QString>("words");
    QTest::newRow("all") << 0 << "Every mask of the split 'train'";
    QTest::newRow("nearly all") << 1 << "10 of 11 masks of the split 'train'";
    QTest::newRow("many, but not nearly all") << 4 << "";
}

void DataChecksTest::inverted_masks_are_told()
{
    QFETCH(int, right);
    QFETCH(QString, words);
    for (int i = 0; i < 10; ++i)
        add("train", "x", inverted);
    for (int i = 0; i < right; ++i)
        add("train", "x", someArea);
    const auto said = doubts().join(" ");
    QVERIFY2(words.isEmpty() ? said.isEmpty() : said.startsWith(words) && said.contains("inverted?"), qPrintable(said));
}

void DataChecksTest::a_picture_that_is_its_own_mask_is_refused()
{
    add("train", "x", someArea);
    addRow("train,m0.png,m0.png,x\n");
    const auto said = refusal([&] { doubts(); });
    QVERIFY2(said.contains("'m0.png'") && said.contains("its own mask"), qPrintable(said));
}

void DataChecksTest::a_mask_with_the_bytes_of_its_picture_is_told()
{
    add("train", "x", someArea);
    QVERIFY(QFile::copy(path("m0.png"), path("copy.png")));
    addRow("train,copy.png,m0.png,x\n");
    const auto said = doubts();
    QVERIFY2(said.size() == 2 && said[0].contains("same bytes as its picture") && said[0].contains("'copy.png'"),
        qPrintable(said.join("\n")));
}

void DataChecksTest::a_mask_of_two_pictures_is_told()
{
    add("train", "x", someArea);
    add("train", "x", someArea);
    add("train", "x", nothing);
    addRow("train,p2.png,m0.png,another\n");
    addRow("train,p0.png,m2.png,no finding\n"); // An empty mask may serve them all.
    const auto said = doubts();
    QVERIFY2(said.size() == 1 && said[0].contains("'m0.png' for 'p0.png' and 'p2.png'"), qPrintable(said.join("\n")));
}

void DataChecksTest::drawn_denials_are_told_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("told");
    QTest::newRow("denied") << QByteArray("No consolidation.") << true;
    QTest::newRow("normal") << QByteArray("Normal chest, lungs clear") << true;
    QTest::newRow("a finding and a denial") << QByteArray("Left consolidation, no effusion.") << false;
    QTest::newRow("finding") << QByteArray("one infected area, left lung") << false;
    QTest::newRow("no text") << QByteArray() << false;
}

void DataChecksTest::drawn_denials_are_told()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, told);
    add("train", "one infected area, left lung", someArea);
    add("train", text, someArea);
    const auto said = doubts().join("\n");
    QVERIFY2(told ? said.contains("mask is not empty") && said.contains("'p1.png'") : said.isEmpty(), qPrintable(said));
}

void DataChecksTest::many_empty_masks_of_findings_are_told_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("told");
    QTest::newRow("finding") << QByteArray("one infected area, left lung") << true;
    QTest::newRow("denied") << QByteArray("No consolidation.") << false;
    QTest::newRow("normal") << QByteArray("Normal chest") << false;
    QTest::newRow("no text") << QByteArray() << false;
}

void DataChecksTest::many_empty_masks_of_findings_are_told()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, told);
    for (int i = 0; i < 3; ++i)
        add("train", "one infected area, left lung", someArea);
    for (int i = 0; i < 2; ++i)
        add("train", text, nothing);
    const auto said = doubts().join("\n");
    QVERIFY2(told ? said.contains("2 of 5") && said.contains("'p3.png'") : said.isEmpty(), qPrintable(said));
}

void DataChecksTest::the_same_picture_in_both_splits_is_told()
{
    add("train", "x", someArea);
    add("train", "x", someArea);
    add("valid", "x", someArea);
    QVERIFY(models::data::doubtsAbout(data(), data("valid")).empty());
    QVERIFY(QFile::copy(path("p0.png"), path("again.png")));
    addRow("valid,again.png,m2.png,x\n");
    const auto said = sentences(models::data::doubtsAbout(data(), data("valid")));
    QVERIFY2(said.size() == 1 && said[0].contains("'p0.png' (training) and 'again.png' (validation)"),
        qPrintable(said.join("\n")));
    // Pictures of one brightness, as slices of air are, may well be equal.
    for (const char* name : {"air1.png", "air2.png"})
        support::writePicture(path(name), kSize, kSize, [](int, int) { return grey(0); });
    addRow("train,air1.png,m1.png,x\nvalid,air2.png,m2.png,x\n");
    QCOMPARE(sentences(models::data::doubtsAbout(data(), data("valid"))), said);
}

void DataChecksTest::masks_of_sentences_need_a_text()
{
    add("train", "left lung", someArea);
    add("train", "right lung", someArea);
    QVERIFY(models::data::doubtsWithoutText(data()).empty());
    addRow("train,p0.png,m1.png,right lung\n");
    const auto said = sentences(models::data::doubtsWithoutText(data()));
    QVERIFY2(said.size() == 1 && said[0].contains("'p0.png'"), qPrintable(said.join("\n")));
}

QTEST_GUILESS_MAIN(DataChecksTest)
#include "tst_data_checks.moc"
