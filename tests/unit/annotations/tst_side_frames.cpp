// Whose sides a text says that it means.

#include "annotations/report/side_frames.h"

#include <QtTest>

using annotations::sideFramesIn;

class TestSideFrames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whose_sides_are_meant_is_found_and_taken_out_data();
    void whose_sides_are_meant_is_found_and_taken_out();
};

void TestSideFrames::whose_sides_are_meant_is_found_and_taken_out_data()
{
    QTest::addColumn<bool>("picture");
    QTest::addColumn<bool>("patient");
    QTest::addColumn<QString>("without");
    const auto row = [](const char* text, const char* whose, const char* without) {
        QTest::newRow(text) << QByteArray(whose).contains("picture") << QByteArray(whose).contains("patient") << QString::fromUtf8(without);
    };
    row("One infected area, lower lung on the picture's left.", "picture", "One infected area, lower lung on the left.");
    row("lower lung on the patient\u2019s left", "patient", "lower lung on the left");
    row("Infection on the left of the picture.", "picture", "Infection on the left.");
    row("left lower lung in the image", "picture", "left lower lung");
    row("Infection on the right side of the image, two areas.", "picture", "Infection on the right side, two areas.");
    row("In the image: left lower lung.", "picture", ": left lower lung.");
    row("image left, lower zone", "picture", "left, lower zone");
    row("Verschattung links im Bild", "picture", "Verschattung links");
    row("Patient's left, and the picture's right", "picture patient", "left, and the right");
    row("\u56fe\u50cf\u5de6\u4fa7\u80ba\u611f\u67d3", "picture", "\u5de6\u4fa7\u80ba\u611f\u67d3");
    // Nothing is said of sides.
    for (const char* text : {"Infection in the lower left lung.", "The patient's chest film shows two infected areas in both lungs.",
             "Seen in the image: bilateral infection.", "Compared with the previous image, unchanged.", "", "'", "?",
             "The left lung is clear; patient is rotated."})
        row(text, "", text);
}

void TestSideFrames::whose_sides_are_meant_is_found_and_taken_out()
{
    QFETCH(bool, picture);
    QFETCH(bool, patient);
    QFETCH(QString, without);
    const auto frames = sideFramesIn(QTest::currentDataTag());
    QCOMPARE(frames.picture, picture);
    QCOMPARE(frames.patient, patient);
    QCOMPARE(QString::fromStdString(frames.without), without);
    QCOMPARE(frames.words.empty(), !picture && !patient);
    QVERIFY(sideFramesIn(frames.without).words.empty());
}

QTEST_GUILESS_MAIN(TestSideFrames)
#include "tst_side_frames.moc"
