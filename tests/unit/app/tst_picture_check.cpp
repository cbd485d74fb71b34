#include "app/workflow/picture_check.h"
#include "tests/support/error_sentence.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <limits>

namespace {

using app::Confirmed;
using imaging::ErrorKind;

imaging::Slice sliceOf(std::vector<float> values)
{
    imaging::Slice slice;
    slice.columns = static_cast<int>(values.size());
    slice.rows = 1;
    slice.values = std::move(values);
    slice.window = {50, 100};
    slice.modality = "CR";
    return slice;
}

models::PackageHead forXrays()
{
    models::PackageHead head;
    head.name = "model";
    head.modalities = {"CR", "DX"};
    return head;
}

QString said(const imaging::Warnings& warnings)
{
    QString text;
    for (const auto& one : warnings)
        text += QString::fromStdString(one) + "\n";
    return text;
}

} // namespace

/// Whether a model may look at a picture.
class PictureCheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_picture_with_nothing_to_see_is_asked_about_data()
    {
        QTest::addColumn<QList<float>>("values");
        QTest::addColumn<QString>("reason"); // Empty: there is something to see.
        const float nan = std::nanf(""), infinite = std::numeric_limits<float>::infinity();
        QTest::newRow("two values") << QList<float>{1, 2} << "";
        QTest::newRow("one value is no number") << QList<float>{1, 2, nan} << "";
        QTest::newRow("all alike") << QList<float>{7, 7, 7} << "equally bright";
        QTest::newRow("one pixel") << QList<float>{7} << "equally bright";
        QTest::newRow("alike by the window") << QList<float>{100, 300, 9000} << "equally bright";
        QTest::newRow("no number at all") << QList<float>{nan, nan} << "None of the picture's pixels";
        QTest::newRow("nothing finite") << QList<float>{nan, infinite, -infinite} << "None of the picture's pixels";
    }

    void a_picture_with_nothing_to_see_is_asked_about()
    {
        QFETCH(QList<float>, values);
        QFETCH(QString, reason);
        const auto slice = sliceOf({values.begin(), values.end()});
        QCOMPARE(app::nothingToSee(slice).empty(), reason.isEmpty());
        const auto asked =
            support::sentence(ErrorKind::InvalidInput, [&] { app::checkChosenPicture({}, slice, Confirmed::No); });
        QVERIFY2(reason.isEmpty() ? asked == "no error" : asked.contains(reason) && asked.contains("Confirm to run"),
            qPrintable(asked));
        const auto warned = said(app::checkChosenPicture({}, slice, Confirmed::Yes));
        QVERIFY2(reason.isEmpty() || warned.contains(reason), qPrintable(warned));
        QVERIFY(said(app::checkPicture({}, slice, Confirmed::No)).indexOf("equally") < 0); // One slice of many.
    }

    void pixels_without_a_value_are_counted()
    {
        const float infinite = std::numeric_limits<float>::infinity();
        const auto warned = said(app::checkPicture({}, sliceOf({1, 2, infinite, infinite}), Confirmed::No));
        QVERIFY2(warned.contains("2 of the picture's 4 pixels"), qPrintable(warned));
    }

    void what_a_model_is_not_for_is_asked_about_and_what_is_untold_said()
    {
        auto slice = sliceOf({1, 2});
        QVERIFY(app::checkPicture(forXrays(), slice, Confirmed::No).empty());
        slice.modality = "MR";
        const auto asked =
            support::sentence(ErrorKind::InvalidInput, [&] { app::checkPicture(forXrays(), slice, Confirmed::No); });
        QVERIFY2(asked.contains("\"model\" is not meant for this picture") && asked.contains("MR"), qPrintable(asked));
        QVERIFY(said(app::checkPicture(forXrays(), slice, Confirmed::Yes)).contains("not meant"));
        slice.modality.clear();
        QVERIFY(said(app::checkPicture(forXrays(), slice, Confirmed::No)).contains("does not tell its modality"));
        QVERIFY(app::checkPicture({}, slice, Confirmed::No).empty()); // A model that says nothing is for any picture.
    }

    void a_model_says_in_its_folder_what_it_is_for()
    {
        const QTemporaryDir home;
        const auto write = [&](const QString& name, const QByteArray& text) {
            QDir().mkpath(home.filePath(name));
            QFile file(home.filePath(name + "/config.json"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        };
        write("ours", R"({"model_type": "blip", "name": "ours", "version": "1", "modalities": ["DX"], "body_parts": [],
            "views": []})");
        write("others", R"({"model_type": "clip"})");
        const auto headOf = [&](const char* name) { return app::headOf(home.filePath(name).toStdString()); };
        QCOMPARE(headOf("ours").modalities, std::vector<std::string>{"DX"});
        QVERIFY(headOf("others").modalities.empty() && headOf("nowhere").modalities.empty());
        QVERIFY(headOf("ours/config.json").modalities.empty());
    }
};

QTEST_GUILESS_MAIN(PictureCheckTest)
#include "tst_picture_check.moc"
