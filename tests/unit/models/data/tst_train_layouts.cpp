#include "imaging/error.h"
#include "models/data/manifest.h"
#include "tests/support/training_pictures.h"
#include "tests/support/xlsx_bytes.h"

#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <memory>
#include <tuple>

using support::grey;
using support::refusal;

namespace {

/// How LViT's two data sets name masks.
enum class Naming { Covid19, MoNuSeg };

std::string maskName(Naming naming, const std::string& image)
{
    return naming == Naming::Covid19 ? "mask_" + image : image.substr(0, image.size() - 3) + "png";
}

std::vector<models::data::ManifestRow> rowsOf(const models::data::DatasetOptions& options)
{
    imaging::Warnings ignored;
    return models::data::readManifest(options, ignored);
}

} // namespace

class TestTrainLayouts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void lvits_own_layout_is_read_as_rows_data();
    void lvits_own_layout_is_read_as_rows();
    void lvits_workbook_is_found_where_its_authors_put_it_data();
    void lvits_workbook_is_found_where_its_authors_put_it();
    void lvits_layout_that_is_wrong_is_refused_data();
    void lvits_layout_that_is_wrong_is_refused();
    void texts_that_the_workbook_lacks_are_empty();
    void studies_without_a_list_are_rows_with_their_report();
    void manifest_may_name_slices_and_several_masks();
    void picture_may_have_several_sentences();
    void masks_need_not_be_there_where_none_are_read();
    void lvits_texts_need_no_masks();
    void classes_are_read_as_they_stand();
    void picture_of_two_classes_is_refused();
    void split_that_is_not_there_names_those_that_are();
    void manifest_without_rows_is_refused();
    void manifest_that_is_wrong_is_refused_data();
    void manifest_that_is_wrong_is_refused();
    void a_link_out_of_the_folder_is_refused();
    void a_folder_of_something_else_says_what_is_missing();
    void real_pictures_in_lvits_layout_are_the_same_data();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    models::data::DatasetOptions options(const char* split = "train") const;
    void writeLvit(Naming naming, const QString& workbook);

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestTrainLayouts::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

models::data::DatasetOptions TestTrainLayouts::options(const char* split) const
{
    models::data::DatasetOptions options;
    options.folder = m_folder->path().toStdString();
    options.split = split;
    options.textColumns = {"text"};
    options.pictureSize = 8;
    return options;
}

/// Two pictures in Train_Folder, one in Val_Folder, all described in one workbook.
void TestTrainLayouts::writeLvit(Naming naming, const QString& workbook)
{
    std::vector<std::vector<std::string>> table{{"Image", "Description"}};
    for (const auto& [split, image] :
        {std::pair{"Train", "b.png"}, std::pair{"Train", "a.png"}, std::pair{"Val", "c.png"}}) {
        const auto mask = maskName(naming, image);
        const auto in = [&](const char* folder, const std::string& name) {
            return path(QString("%1_Folder/%2/%3").arg(split, folder, QString::fromStdString(name)));
        };
        support::writePicture(in("img", image), 8, 8, [](int, int) { return grey(9); });
        support::writePicture(in("labelcol", mask), 8, 8, [](int x, int) { return grey(x > 3 ? 255 : 0); });
        table.push_back({mask, std::string("text of ") + image});
    }
    support::writeText(path("Train_Folder/img/.DS_Store"), "rubbish of a file manager");
    support::writeWorkbook(path(workbook), table);
}

void TestTrainLayouts::lvits_own_layout_is_read_as_rows_data()
{
    QTest::addColumn<int>("naming");
    QTest::addColumn<QString>("mask");
    QTest::newRow("Covid19") << int(Naming::Covid19) << "Train_Folder/labelcol/mask_a.png";
    QTest::newRow("MoNuSeg") << int(Naming::MoNuSeg) << "Train_Folder/labelcol/a.png";
}

void TestTrainLayouts::lvits_own_layout_is_read_as_rows()
{
    QFETCH(int, naming);
    QFETCH(QString, mask);
    writeLvit(Naming(naming), "Train_Val_text.xlsx");
    const auto rows = rowsOf(options());
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(QString::fromStdString(rows[0].image), "Train_Folder/img/a.png");
    QCOMPARE(QString::fromStdString(rows[0].masks.at(0)), mask);
    QCOMPARE(QString::fromStdString(rows[0].texts.at(0)), "text of a.png");
    QCOMPARE(QString::fromStdString(rows[1].image), "Train_Folder/img/b.png");
    for (const char* split : {"valid", "val"}) {
        const auto validation = rowsOf(options(split));
        QCOMPARE(validation.size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(validation[0].texts.at(0)), "text of c.png");
    }
}

void TestTrainLayouts::lvits_workbook_is_found_where_its_authors_put_it_data()
{
    QTest::addColumn<QString>("workbook");
    for (const char* place :
        {"Train_Val_text.xlsx", "Train_Folder/Train_Val_text.xlsx", "Train_Folder/Train_text.xlsx", "Train_text.xlsx"})
        QTest::newRow(place) << place;
}

void TestTrainLayouts::lvits_workbook_is_found_where_its_authors_put_it()
{
    QFETCH(QString, workbook);
    writeLvit(Naming::Covid19, workbook);
    QCOMPARE(QString::fromStdString(rowsOf(options())[1].texts.at(0)), "text of b.png");
}

void TestTrainLayouts::lvits_layout_that_is_wrong_is_refused_data()
{
    QTest::addColumn<QString>("damage");
    QTest::addColumn<QString>("split");
    QTest::addColumn<QString>("words");
    QTest::newRow("mask missing") << "rm Train_Folder/labelcol/mask_a.png"
                                  << "train"
                                  << "'a.png'";
    QTest::newRow("masks of both schemes") << "cp Train_Folder/labelcol/mask_a.png Train_Folder/labelcol/a.png"
                                           << "train"
                                           << "two masks";
    QTest::newRow("no workbook") << "rm Train_Val_text.xlsx"
                                 << "train"
                                 << "Train_text.xlsx";
    QTest::newRow("no masks") << "rm -r Train_Folder/labelcol"
                              << "train"
                              << "labelcol";
    QTest::newRow("no pictures") << "rm Train_Folder/img/a.png Train_Folder/img/b.png"
                                 << "train"
                                 << "no picture";
    QTest::newRow("no such split") << "true"
                                   << "test"
                                   << "Test_Folder";
    QTest::newRow("unknown split") << "true"
                                   << "holdout"
                                   << "train, valid and test";
}

void TestTrainLayouts::lvits_layout_that_is_wrong_is_refused()
{
    QFETCH(QString, damage);
    QFETCH(QString, split);
    QFETCH(QString, words);
    writeLvit(Naming::Covid19, "Train_Val_text.xlsx");
    const auto work = "cd " + m_folder->path() + " && " + damage;
    QCOMPARE(std::system(work.toUtf8().constData()), 0);
    const auto said = refusal([&] { rowsOf(options(split.toUtf8().constData())); });
    QVERIFY2(said.contains(words), qPrintable(said));
}

void TestTrainLayouts::texts_that_the_workbook_lacks_are_empty()
{
    writeLvit(Naming::Covid19, "Train_Val_text.xlsx");
    support::writeWorkbook(
        path("Train_Val_text.xlsx"), {{"Image", "Description"}, {"mask_a.png", "x"}, {"mask_a.png", "x"}});
    const auto rows = rowsOf(options());
    QCOMPARE(QString::fromStdString(rows[0].texts.at(0)), "x");
    QCOMPARE(QString::fromStdString(rows[1].texts.at(0)), "");
    support::writeWorkbook(
        path("Train_Val_text.xlsx"), {{"Image", "Description"}, {"mask_a.png", "x"}, {"mask_a.png", "y"}});
    const auto twice = refusal([&] { rowsOf(options()); });
    QVERIFY2(twice.contains("mask_a.png") && twice.contains("Row 3"), qPrintable(twice));
    support::writeWorkbook(path("Train_Val_text.xlsx"), {{"Picture", "Description"}, {"mask_a.png", "x"}});
    QVERIFY(refusal([&] { rowsOf(options()); }).contains("'Image'"));
}

void TestTrainLayouts::studies_without_a_list_are_rows_with_their_report()
{
    support::writeText(path("train/b/1.dcm"), "x");
    support::writeText(path("train/a/1.dcm"), "x");
    support::writeText(path("train/a/text.txt"), "One area,\r\n  left lung.\n");
    support::writeText(path("train/notes.txt"), "no study");
    const auto rows = rowsOf(options());
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(QString::fromStdString(rows[0].image), "train/a");
    QCOMPARE(QString::fromStdString(rows[0].masks.at(0)), "train/a");
    QCOMPARE(QString::fromStdString(rows[0].texts.at(0)), "One area, left lung.");
    QCOMPARE(QString::fromStdString(rows[1].texts.at(0)), "");
    QDir().mkpath(path("valid"));
    QVERIFY(refusal([&] { rowsOf(options("valid")); }).contains("no studies"));
}

void TestTrainLayouts::manifest_may_name_slices_and_several_masks()
{
    support::writeText(path("manifest.csv"),
        "split,image,left,right,text,slice\ntrain,ct.nii,l.nii,r.nii,one,4\ntrain,ct.nii,l.nii,r.nii,two,5\n"
        "train,other.nii,,,three,\n");
    auto wanted = options();
    wanted.maskColumn = "left+right";
    const auto rows = rowsOf(wanted);
    QCOMPARE(rows.size(), std::size_t(3));
    QVERIFY((rows[1].masks == std::vector<std::string>{"l.nii", "r.nii"}));
    QCOMPARE(rows[1].slice, 5);
    QVERIFY(rows[2].masks.empty()); // unlabelled
    QCOMPARE(rows[2].slice, 0);
    wanted.limit = 1;
    QCOMPARE(rowsOf(wanted).size(), std::size_t(1));
    wanted.fullMasks = true;
    wanted.limit = 0;
    const auto said = refusal([&] { rowsOf(wanted); });
    QVERIFY2(said.contains("other.nii") && said.contains("cannot be scored"), qPrintable(said));
}

void TestTrainLayouts::picture_may_have_several_sentences()
{
    support::writeText(path("manifest.csv"),
        "split,image,mask,text\ntrain,a.png,left.png,left lung\ntrain,b.png,b.png,both lungs\n"
        "train,a.png,right.png,right lung\ntrain,a.png,left.png,left lung\ntrain,a.png,,apex\n");
    imaging::Warnings warnings;
    const auto rows = models::data::readManifest(options(), warnings);
    QCOMPARE(rows.size(), std::size_t(4));
    for (const auto& [row, image, text] : {std::tuple{0, "a.png", "left lung"}, std::tuple{1, "a.png", "right lung"},
             std::tuple{2, "a.png", "apex"}, std::tuple{3, "b.png", "both lungs"}}) {
        QCOMPARE(QString::fromStdString(rows[std::size_t(row)].image), image); // Those of one picture together.
        QCOMPARE(QString::fromStdString(rows[std::size_t(row)].texts.at(0)), text);
    }
    QVERIFY(rows[1].masks == std::vector<std::string>{"right.png"} && rows[2].masks.empty());
    QCOMPARE(warnings.size(), std::size_t(1));
    const auto said = QString::fromStdString(warnings[0]);
    QVERIFY2(said.startsWith("1 row says the same") && said.contains("line 5"), qPrintable(said));
}

void TestTrainLayouts::masks_need_not_be_there_where_none_are_read()
{
    support::writeText(path("manifest.csv"),
        "split,image,text\ntrain,a.png,left lung\ntrain,b.png,both lungs\ntrain,a.png,right lung\n");
    QVERIFY(refusal([&] { rowsOf(options()); }).contains("has no column 'mask'"));
    auto wanted = options();
    wanted.masks = false;
    const auto rows = rowsOf(wanted);
    QCOMPARE(rows.size(), std::size_t(3));
    QCOMPARE(QString::fromStdString(rows[1].texts.at(0)), "right lung"); // Those of one picture together.
    QVERIFY(rows[0].masks.empty());
    // One sentence, two masks: without them the rows say the same.
    support::writeText(
        path("manifest.csv"), "split,image,mask,text\ntrain,a.png,1.png,left lung\ntrain,a.png,2.png,left lung\n");
    QCOMPARE(rowsOf(wanted).size(), std::size_t(1));
    QVERIFY(refusal([&] { rowsOf(options()); }).contains("named twice with the same text"));
    // Studies without a list.
    QFile::remove(path("manifest.csv"));
    support::writeText(path("train/a/1.dcm"), "x");
    support::writeText(path("train/a/class.txt"), "viral\n pneumonia \n");
    wanted.classColumn = "class";
    QVERIFY(rowsOf(wanted).at(0).masks.empty());
    QCOMPARE(QString::fromStdString(rowsOf(wanted).at(0).className), "viral pneumonia");
}

void TestTrainLayouts::lvits_texts_need_no_masks()
{
    writeLvit(Naming::Covid19, "Train_Val_text.xlsx");
    QVERIFY(QDir(path("Train_Folder/labelcol")).removeRecursively());
    QVERIFY(refusal([&] { rowsOf(options()); }).contains("labelcol"));
    auto wanted = options();
    wanted.masks = false;
    const auto rows = rowsOf(wanted);
    QCOMPARE(rows.size(), std::size_t(2));
    QVERIFY(rows[0].masks.empty());
    QCOMPARE(QString::fromStdString(rows[0].texts.at(0)), "text of a.png");
    support::writeWorkbook(
        path("Train_Val_text.xlsx"), {{"Image", "Description"}, {"mask_a.png", "left"}, {"a.png", "right"}});
    QVERIFY(refusal([&] { rowsOf(wanted); }).contains("two different descriptions"));
    wanted.classColumn = "class";
    QVERIFY(refusal([&] { rowsOf(wanted); }).contains("knows no classes"));
}

void TestTrainLayouts::classes_are_read_as_they_stand()
{
    support::writeText(path("manifest.csv"),
        "split,image,class,text\ntrain,a.png, COVID ,left lung\ntrain,a.png,COVID,right lung\n"
        "train,b.png,covid,both lungs\ntrain,c.png,,both lungs\n");
    auto wanted = options();
    wanted.masks = false;
    QVERIFY(rowsOf(wanted).at(0).className.empty()); // Not asked for.
    wanted.classColumn = "class";
    std::vector<std::string> names;
    for (const auto& row : rowsOf(wanted))
        names.push_back(row.className);
    QCOMPARE(names, (std::vector<std::string>{"COVID", "COVID", "covid", ""}));
    wanted.classColumn = "finding";
    const auto said = refusal([&] { rowsOf(wanted); });
    QVERIFY2(said.contains("has no column 'finding'"), qPrintable(said));
}

void TestTrainLayouts::picture_of_two_classes_is_refused()
{
    support::writeText(path("manifest.csv"),
        "split,image,class,text\ntrain,a.png,COVID,left lung\ntrain,b.png,none,x\ntrain,a.png,none,right lung\n");
    auto wanted = options();
    wanted.masks = false;
    wanted.classColumn = "class";
    const auto said = refusal([&] { rowsOf(wanted); });
    QVERIFY2(said.contains("line 2") && said.contains("line 4") && said.contains("'COVID'"), qPrintable(said));
}

void TestTrainLayouts::split_that_is_not_there_names_those_that_are()
{
    support::writeText(
        path("manifest.csv"), "split,image,mask,text\ntrain,a.png,m.png,x\ntrain,b.png,m.png,x\nval,c.png,m.png,x\n");
    auto wanted = options("valid");
    wanted.splitSetting = "validationSplit";
    try {
        rowsOf(wanted);
        QFAIL("A split that is not there was read.");
    } catch (const imaging::Error& error) {
        QVERIFY2(QString(error.what()).contains("'train' (2 rows), 'val' (1 row)"), error.what());
        QCOMPARE(error.setting(), std::string("validationSplit"));
    }
}

void TestTrainLayouts::manifest_without_rows_is_refused()
{
    support::writeText(path("manifest.csv"), "split,image,mask,text\n");
    QVERIFY(refusal([&] { rowsOf(options()); }).contains("no row"));
    support::writeText(path("manifest.csv"), "");
    QVERIFY(refusal([&] { rowsOf(options()); }).contains("empty"));
}

void TestTrainLayouts::manifest_that_is_wrong_is_refused_data()
{
    QTest::addColumn<QByteArray>("rows");
    QTest::addColumn<QString>("words");
    QTest::newRow("slice is a word") << QByteArray("train,a.nii,m.nii,m.nii,x,last\n") << "'last'";
    QTest::newRow("slice 0") << QByteArray("train,a.nii,m.nii,m.nii,x,0\n") << "from 1";
    QTest::newRow("slice twice") << QByteArray("train,a.nii,m.nii,m.nii,x,3\ntrain,a.nii,m.nii,n.nii,x,3\n")
                                 << "slice 3 is named twice";
    QTest::newRow("slice and all") << QByteArray("train,a.nii,m.nii,m.nii,x,3\ntrain,a.nii,m.nii,m.nii,x,\n")
                                   << "named twice with the same text: in line 2";
    QTest::newRow("all and slice") << QByteArray("train,a.nii,m.nii,m.nii,x,\ntrain,a.nii,m.nii,m.nii,x,3\n")
                                   << "named twice with the same text: in line 2";
    QTest::newRow("one mask of two") << QByteArray("train,a.nii,m.nii,,x,\n") << "some of its masks";
    QTest::newRow("mask leaves") << QByteArray("train,a.nii,m.nii,../m.nii,x,\n") << "'../m.nii'";
}

void TestTrainLayouts::manifest_that_is_wrong_is_refused()
{
    QFETCH(QByteArray, rows);
    QFETCH(QString, words);
    support::writeText(path("manifest.csv"), "split,image,left,right,text,slice\n" + rows);
    auto wanted = options();
    wanted.maskColumn = "left+right";
    const auto said = refusal([&] { rowsOf(wanted); });
    QVERIFY2(said.contains(words) && said.contains("line"), qPrintable(said));
}

void TestTrainLayouts::a_link_out_of_the_folder_is_refused()
{
    support::writeText(path("outside/secret.png"), "x");
    support::writeText(path("data/manifest.csv"), "split,image,mask,text\ntrain,in.png,in.png,x\n");
    QVERIFY(QFile::link("../outside/secret.png", path("data/in.png")));
    auto wanted = options();
    wanted.folder = path("data").toStdString();
    const auto said = refusal([&] { rowsOf(wanted); });
    QVERIFY2(said.contains("in.png") && said.contains("link"), qPrintable(said));
    QVERIFY(QFile::remove(path("data/in.png")));
    support::writeText(path("data/there.png"), "x");
    QVERIFY(QFile::link("there.png", path("data/in.png")));
    QCOMPARE(rowsOf(wanted).size(), std::size_t(1)); // within the folder links are fine
}

void TestTrainLayouts::a_folder_of_something_else_says_what_is_missing()
{
    support::writeText(path("holiday.jpg"), "x");
    for (const char* split : {"train", "..", "a/b", ""}) {
        const auto said = refusal([&] { rowsOf(options(split)); });
        QVERIFY2(said.contains("manifest.csv") && said.contains("Train_Folder"), qPrintable(said));
    }
}

void TestTrainLayouts::real_pictures_in_lvits_layout_are_the_same_data()
{
    namespace fs = std::filesystem;
    const auto source = fs::path(qEnvironmentVariable("LIMN_TEST_DATA").toStdString()) / "qata-cov19-v2";
    if (!fs::exists(source / "manifest.csv"))
        QSKIP("The QaTa-COV19 data set is not there (LIMN_TEST_DATA).");
    auto listed = options("valid");
    listed.folder = source;
    listed.textColumns = {"text_lvit"};
    listed.pictureSize = 64;
    listed.limit = 40;
    listed.fullMasks = true;
    const auto expected = models::data::readDataset(listed, {}, {});

    std::vector<std::vector<std::string>> table{{"Image", "Description"}};
    const auto folder = fs::path(m_folder->path().toStdString()) / "Val_Folder";
    fs::create_directories(folder / "img");
    fs::create_directories(folder / "labelcol");
    for (const auto& row : rowsOf(listed)) {
        const auto image = fs::path(row.image).filename();
        const auto mask = "mask_" + image.string();
        fs::copy_file(source / row.image, folder / "img" / image);
        fs::copy_file(source / row.masks.at(0), folder / "labelcol" / mask);
        table.push_back({mask, row.texts.at(0)});
    }
    support::writeWorkbook(path("Val_Folder/Val_text.xlsx"), table);
    auto laid = listed;
    laid.folder = m_folder->path().toStdString();
    laid.textColumns = {"text"};
    const auto found = models::data::readDataset(laid, {}, {});
    QCOMPARE(found.samples.size(), std::size_t(40));
    std::map<std::string, std::size_t> places;
    for (std::size_t index = 0; index < found.samples.size(); ++index)
        places[fs::path(found.samples[index].image).filename().string()] = index;
    const auto part = [&](const models::data::Dataset& data, const std::vector<std::uint8_t>& all, std::size_t index) {
        const auto first = all.begin() + std::ptrdiff_t(index * data.picturePixels());
        return std::vector<std::uint8_t>(first, first + std::ptrdiff_t(data.picturePixels()));
    };
    for (std::size_t index = 0; index < expected.samples.size(); ++index) {
        const auto place = places.at(fs::path(expected.samples[index].image).filename().string());
        QVERIFY(part(found, found.pictures, place) == part(expected, expected.pictures, index));
        QVERIFY(part(found, found.masks, place) == part(expected, expected.masks, index));
        QVERIFY(found.fullMasks[place].values == expected.fullMasks[index].values);
        QVERIFY(found.samples[place].texts == expected.samples[index].texts);
    }
    QVERIFY(found.warnings == expected.warnings);
}

QTEST_GUILESS_MAIN(TestTrainLayouts)
#include "tst_train_layouts.moc"
