#include "ui/models/label_model.h"
#include "ui/models/series_model.h"

#include <QAbstractItemModelTester>
#include <QImage>
#include <QSignalSpy>
#include <QTest>

using ui::LabelModel;
using ui::SeriesModel;

namespace {

imaging::SeriesInfo series(const std::string& id, int slices, bool displayable = true)
{
    imaging::SeriesInfo info;
    info.id = id;
    info.slices = slices;
    info.displayable = displayable;
    info.study.modality = "CT";
    info.study.studyDate = "20261120";
    info.study.seriesDescription = "<b>Thorax</b> " + id;
    return info;
}

} // namespace

class ModelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void series_model_keeps_the_rules_of_models()
    {
        SeriesModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSeries({series("a", 1), series("b", 275), series("c", 0, false)});
        model.addSeries(series("d", 2));
        model.setThumbnail(QStringLiteral("b"), QImage(8, 8, QImage::Format_RGB32));
        model.setStatus(QStringLiteral("a"), QStringLiteral("sent"));
        model.setThumbnail(QStringLiteral("not there"), QImage());
        model.setSeries({});
        QCOMPARE(model.rowCount(), 0);
    }

    void series_are_described_in_words()
    {
        SeriesModel model;
        model.setSeries({series("a", 1), series("b", 275), series("c", 0, false)});
        QCOMPARE(model.data(model.index(0), Qt::DisplayRole).toString(), QStringLiteral("<b>Thorax</b> a"));
        QCOMPARE(model.data(model.index(1), SeriesModel::DetailRole).toString(), QStringLiteral("CT  ·  275 slices"));
        QCOMPARE(model.data(model.index(2), SeriesModel::StatusRole).toString(),
            QStringLiteral("2026-11-20  ·  not a picture"));
        model.setStatus(QStringLiteral("a"), QStringLiteral("sent"));
        QCOMPARE(model.data(model.index(0), SeriesModel::StatusRole).toString(), QStringLiteral("2026-11-20  ·  sent"));
        QVERIFY(!(model.flags(model.index(2)) & Qt::ItemIsEnabled));
    }

    void masks_say_what_they_lie_on()
    {
        SeriesModel model;
        auto picture = series("a", 1);
        picture.study.seriesInstanceUid = "1.2.3";
        auto mask = series("m", 0, false);
        mask.study.modality = "SEG";
        model.setSeries({picture, mask, mask});
        QVERIFY(!model.mask(1));
        model.setMask(QStringLiteral("m"), {QStringLiteral("1.2.3"), QStringLiteral("Nodule"), true});
        QCOMPARE(model.data(model.index(1), SeriesModel::DetailRole).toString(), QStringLiteral("SEG  ·  Nodule"));
        QVERIFY(model.data(model.index(1), SeriesModel::StatusRole).toString().contains(QStringLiteral("Thorax")));
        QVERIFY(model.flags(model.index(1)) & Qt::ItemIsEnabled);
        model.setMask(QStringLiteral("m"), {QStringLiteral("9"), QStringLiteral("Nodule"), true});
        QVERIFY(model.data(model.index(1), SeriesModel::StatusRole).toString().contains(QStringLiteral("not here")));
        model.setMask(QStringLiteral("m"), {{}, QStringLiteral("damaged"), false});
        QVERIFY(!(model.flags(model.index(1)) & Qt::ItemIsEnabled));
    }

    void dates_that_are_no_dates_stay_as_they_are_data()
    {
        QTest::addColumn<QString>("stored");
        QTest::addColumn<QString>("shown");
        QTest::newRow("date") << "20261120"
                              << "2026-11-20";
        QTest::newRow("empty") << ""
                               << "";
        QTest::newRow("range") << "2026"
                               << "2026";
        QTest::newRow("letters") << "2026112x"
                                 << "2026112x";
    }

    void dates_that_are_no_dates_stay_as_they_are()
    {
        QFETCH(QString, stored);
        QFETCH(QString, shown);
        QCOMPARE(ui::dateText(stored.toStdString()), shown);
    }

    void label_model_keeps_the_rules_of_models()
    {
        LabelModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto labels = annotations::defaultLabels();
        model.setLabels(labels);
        model.setSizes({QStringLiteral("1 cm²")});
        labels.pop_back();
        model.setLabels(labels);
        model.setLabels({});
        QCOMPARE(model.rowCount(), 0);
    }

    void labels_are_edited_in_the_table()
    {
        LabelModel model;
        model.setLabels(annotations::defaultLabels());
        QSignalSpy edited(&model, &LabelModel::edited);
        QVERIFY(model.setData(model.index(0, LabelModel::Name), QStringLiteral("  My\nlabel ")));
        QCOMPARE(model.labels()[0].name, std::string("My label"));
        QVERIFY(!model.setData(model.index(0, LabelModel::Name), QStringLiteral("   ")));
        QVERIFY(model.setData(model.index(0, LabelModel::Shown), Qt::Unchecked, Qt::CheckStateRole));
        QVERIFY(!model.labels()[0].visible);
        QVERIFY(model.setData(model.index(0, LabelModel::Locked), Qt::Checked, Qt::CheckStateRole));
        QVERIFY(model.labels()[0].locked);
        QVERIFY(!model.setData(model.index(0, LabelModel::Size), QStringLiteral("7")));
        model.setColour(0, {1, 2, 3});
        QCOMPARE(model.labels()[0].colour, (std::array<std::uint8_t, 3>{1, 2, 3}));
        QCOMPARE(edited.count(), 4);
    }

    void long_names_are_cut_to_what_dicom_takes()
    {
        LabelModel model;
        model.setLabels(annotations::defaultLabels());
        QVERIFY(model.setData(model.index(0, LabelModel::Name), QString(500, QLatin1Char('x'))));
        QCOMPARE(model.labels()[0].name.size(), std::size_t{64});
    }
};

QTEST_MAIN(ModelsTest)
#include "tst_models.moc"
