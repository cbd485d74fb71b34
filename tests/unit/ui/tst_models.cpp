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

imaging::SeriesInfo ofPatient(const std::string& id, const std::string& name, const std::string& study)
{
    auto info = series(id, 1);
    info.study.patientName = name;
    info.study.patientId = "ID-" + name.substr(0, 3);
    info.study.studyInstanceUid = study;
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
        model.setState(QStringLiteral("b"), ui::StudyState::Draft);
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

    void a_study_of_one_picture_is_named_by_its_patient()
    {
        SeriesModel model;
        model.setSeries({ofPatient("a", "Doe^Jane", "1.1"), ofPatient("b", "", "1.2")});
        const auto first = model.index(0);
        QCOMPARE(first.data(Qt::DisplayRole).toString(), QStringLiteral("Doe Jane"));
        QCOMPARE(first.data(SeriesModel::DetailRole).toString(), QStringLiteral("ID-Doe\n2026-11-20"));
        QCOMPARE(first.data(SeriesModel::StatusRole).toString(), QStringLiteral("CT  ·  <b>Thorax</b> a"));
        QVERIFY(first.data(SeriesModel::HeaderRole).toStringList().isEmpty());
        QCOMPARE(model.index(1).data(Qt::DisplayRole).toString(), QStringLiteral("ID-"));
    }

    void series_of_one_study_stand_together_under_their_patient()
    {
        SeriesModel model;
        model.setSeries({ofPatient("a1", "Doe^Jane", "1.1"), ofPatient("b1", "Roe^Max", "1.2"),
            ofPatient("a2", "Doe^Jane", "1.1"), ofPatient("b2", "Roe^Max", "1.2")});
        QStringList order, headers;
        for (int row = 0; row < model.rowCount(); ++row) {
            order << QString::fromStdString(model.series(row).id);
            headers << model.index(row).data(SeriesModel::HeaderRole).toStringList().value(0);
        }
        QCOMPARE(order, (QStringList{"a1", "a2", "b1", "b2"}));
        QCOMPARE(headers, (QStringList{"Doe Jane", "", "Roe Max", ""}));
        QCOMPARE(model.studies(), 2);
        QVERIFY(model.sameStudy(0, 1) && !model.sameStudy(1, 2));
        QCOMPARE(model.index(1).data(Qt::DisplayRole).toString(), QStringLiteral("<b>Thorax</b> a2"));
    }

    void a_study_is_as_far_as_its_worst_series()
    {
        SeriesModel model;
        model.setSeries({ofPatient("a", "Doe^Jane", "1.1"), ofPatient("b", "Doe^Jane", "1.1")});
        QSignalSpy told(&model, &SeriesModel::stateChanged);
        const auto state = [&] {
            return static_cast<ui::StudyState>(model.index(0).data(SeriesModel::StateRole).toInt());
        };
        QCOMPARE(state(), ui::StudyState::New);
        model.setState(QStringLiteral("b"), ui::StudyState::Sent);
        QCOMPARE(state(), ui::StudyState::Sent);
        model.setState(QStringLiteral("a"), ui::StudyState::Draft);
        QCOMPARE(state(), ui::StudyState::Draft);
        QVERIFY(model.index(0).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("draft")));
        QVERIFY(!model.index(1).data(SeriesModel::StateRole).isValid());
        model.setState(QStringLiteral("a"), ui::StudyState::Draft);
        QCOMPARE(told.count(), 2);
    }

    void patients_are_found_by_words_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<bool>("found");
        QTest::newRow("nothing") << QString() << true;
        QTest::newRow("name") << QStringLiteral("doe") << true;
        QTest::newRow("ID") << QStringLiteral("id-do") << true;
        QTest::newRow("date") << QStringLiteral("2026-11") << true;
        QTest::newRow("name and date") << QStringLiteral("jane 2026-11-20") << true;
        QTest::newRow("another") << QStringLiteral("jane 2025") << false;
    }

    void patients_are_found_by_words()
    {
        QFETCH(QString, words);
        QFETCH(bool, found);
        SeriesModel model;
        model.setSeries({ofPatient("a", "Doe^Jane", "1.1")});
        QCOMPARE(model.matches(0, words), found);
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

    void a_label_says_its_code_in_words()
    {
        LabelModel model;
        model.setLabels(annotations::defaultLabels());
        const auto& label = model.labels()[0];
        for (const std::string* part : {&label.name, &label.type.scheme, &label.type.value, &label.type.meaning})
            QVERIFY(model.detailOf(0).contains(QString::fromStdString(*part)));
        QCOMPARE(model.detailOf(-1), QString());
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
