#include "app/workflow/open.h"

#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "tests/support/phantom/phantom.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <filesystem>

/// Finding series and reading one, as the window does it one after the other and the command line at once.
class OpenTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_picture_file_is_one_series_that_is_read_later();
    void both_ways_give_the_same_picture_and_warnings();
    void the_only_picture_is_chosen_and_several_are_asked_about();
    void a_series_is_meant_by_its_id_or_its_uid_data();
    void a_series_is_meant_by_its_id_or_its_uid();
    void dicom_files_may_have_any_name();
    void what_is_not_there_is_refused();

private:
    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    QTemporaryDir m_folder;
};

void OpenTest::a_picture_file_is_one_series_that_is_read_later()
{
    const auto found = app::findSeries(path("later.png"), {}, {});
    QCOMPARE(found.series.size(), std::size_t{1});
    const auto& series = found.series.front();
    QCOMPARE(series.study.seriesDescription, std::string("later.png"));
    QVERIFY(app::isPictureFile(series));
    QVERIFY(app::canBeShown(series));
    QVERIFY_EXCEPTION_THROWN(app::readSeries(series, {}, {}), imaging::Error);
    imaging::writeGreyPng(path("later.png"), 2, 1, std::array<std::uint8_t, 2>{7, 9});
    const auto opened = app::readSeries(series, {}, {});
    QCOMPARE(opened.volume->value({1, 0, 0}), 9.0);
    for (const auto& none : {std::string(), series.id})
        QCOMPARE(app::openPicture(path("later.png"), none, {}, {}).warnings, opened.warnings);
    const auto wanted = app::openPicture(path("later.png"), "1.2.3", {}, {});
    QCOMPARE(wanted.warnings.size(), opened.warnings.size() + 1);
    QVERIFY(wanted.warnings.back().find("\"1.2.3\" was not looked for") != std::string::npos);
}

void OpenTest::both_ways_give_the_same_picture_and_warnings()
{
    phantom::XrayOptions options;
    options.columns = 24;
    options.rows = 20;
    options.pixelSpacingMm = 0;
    phantom::writeXray(path("x.dcm"), options);
    const auto found = app::findSeries(path("x.dcm"), {}, {});
    const auto& series = found.series.front();
    const auto read = app::readSeries(series, {}, {});
    QVERIFY(!series.warnings.empty());
    for (const auto& warning : series.warnings)
        QCOMPARE(std::count(read.warnings.begin(), read.warnings.end(), warning), std::ptrdiff_t{1});
    const auto opened = app::openPicture(path("x.dcm"), {}, {}, {});
    QCOMPARE(opened.warnings, read.warnings);
    QVERIFY(opened.volume->grid() == read.volume->grid());
}

void OpenTest::the_only_picture_is_chosen_and_several_are_asked_about()
{
    phantom::CtOptions options;
    options.columns = options.rows = 16;
    options.slices = 3;
    phantom::writeCt(path("study/one"), options);
    QCOMPARE(app::openPicture(path("study"), {}, {}, {}).volume->grid().slices, 3);
    options.seed = 2;
    options.slices = 4;
    phantom::writeCt(path("study/two"), options);
    const auto found = app::findSeries(path("study"), {}, {});
    QCOMPARE(found.series.size(), std::size_t{2});
    QVERIFY_EXCEPTION_THROWN(app::openPicture(path("study"), {}, {}, {}), imaging::Error);
    for (const auto& series : found.series)
        QCOMPARE(app::openPicture(path("study"), series.id, {}, {}).volume->grid().slices, series.slices);
}

void OpenTest::a_series_is_meant_by_its_id_or_its_uid_data()
{
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<int>("chosen");
    QTest::addColumn<int>("meant");
    QTest::addColumn<bool>("isThere");
    QTest::newRow("none is asked for") << "" << 1 << 4 << true;
    QTest::newRow("id") << "1.2#2" << 2 << 1 << true;
    QTest::newRow("UID of one") << "1.3" << 3 << 1 << true;
    QTest::newRow("UID of two") << "1.2" << 1 << 2 << true;
    QTest::newRow("not there") << "1.9" << 1 << 4 << false;
    QTest::newRow("cannot be shown") << "1.1" << 1 << 4 << false;
}

void OpenTest::a_series_is_meant_by_its_id_or_its_uid()
{
    QFETCH(QString, wanted);
    QFETCH(int, chosen);
    QFETCH(int, meant);
    QFETCH(bool, isThere);
    const auto one = [](const char* id, const char* uid, bool displayable) {
        imaging::SeriesInfo series;
        series.id = id;
        series.study.seriesInstanceUid = uid;
        series.displayable = displayable;
        series.slices = 5;
        return series;
    };
    const std::vector<imaging::SeriesInfo> series{one("1.1", "1.1", false), one("1.2#1", "1.2", true),
        one("1.2#2", "1.2", true), one("1.3#1", "1.3", true), one("1.4", "1.4", true)};
    const auto choice = app::chooseSeries(series, wanted.toStdString());
    QCOMPARE(choice.chosen, std::optional<std::size_t>(chosen));
    QCOMPARE(choice.meant, static_cast<std::size_t>(meant));
    QCOMPARE(choice.wantedIsThere, isThere);
    QVERIFY(!app::chooseSeries(std::span(series).first(1), wanted.toStdString()).chosen);
}

void OpenTest::dicom_files_may_have_any_name()
{
    phantom::XrayOptions options;
    options.columns = 24;
    options.rows = 20;
    std::filesystem::create_directory(path("named"));
    phantom::writeXray(path("named/x.png"), options);
    const auto found = app::findSeries(path("named"), {}, {});
    QVERIFY(!app::isPictureFile(found.series.front()));
    QCOMPARE(app::readSeries(found.series.front(), {}, {}).volume->grid().columns, 24);
    QCOMPARE(app::openPicture(path("named"), {}, {}, {}).volume->grid().columns, 24);
}

void OpenTest::what_is_not_there_is_refused()
{
    QVERIFY_EXCEPTION_THROWN(app::findSeries(path("nothing"), {}, {}), imaging::Error);
    imaging::SeriesInfo report;
    report.displayable = false;
    QVERIFY(!app::canBeShown(report));
    QVERIFY(!app::isPictureFile(report));
}

QTEST_GUILESS_MAIN(OpenTest)
#include "tst_open.moc"
