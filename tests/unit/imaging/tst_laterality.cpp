#include "imaging/laterality.h"

#include <QtTest>

#include <rapidcheck.h>

using imaging::PatientSide;
using imaging::PictureSides;

class TestLaterality : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void orientation_names_the_sides_data()
    {
        QTest::addColumn<QString>("orientation");
        QTest::addColumn<int>("atLeft");
        const auto row = [](const char* name, const char* orientation, PatientSide side) {
            QTest::newRow(name) << orientation << static_cast<int>(side);
        };
        row("axial", "1\\0\\0\\0\\1\\0", PatientSide::Right);
        row("axial flipped", "-1\\0\\0\\0\\1\\0", PatientSide::Left);
        row("coronal", "1\\0\\0\\0\\0\\-1", PatientSide::Right);
        row("coronal from behind", "-1\\0\\0\\0\\0\\-1", PatientSide::Left);
        row("prone axial", "-1\\0\\0\\0\\-1\\0", PatientSide::Left);
        row("axial from the head, rows upside down", "1\\0\\0\\0\\-1\\0", PatientSide::Right);
        row("turned a quarter: rows run to the back", "0\\1\\0\\-1\\0\\0", PatientSide::Unknown);
        row("sagittal", "0\\1\\0\\0\\0\\-1", PatientSide::Unknown);
        row("oblique", "0.8\\0.6\\0\\-0.6\\0.8\\0", PatientSide::Right);
        row("oblique, closer to the back", "0.6\\0.8\\0\\-0.8\\0.6\\0", PatientSide::Unknown);
        row("with signs and spaces", "+1.0 \\ 0.0\\0\\0\\+1\\0", PatientSide::Right);
        row("five numbers", "1\\0\\0\\0\\1", PatientSide::Unknown);
        row("garbage", "a\\b\\c\\d\\e\\f", PatientSide::Unknown);
        row("zeros", "0\\0\\0\\0\\0\\0", PatientSide::Unknown);
        row("empty", "", PatientSide::Unknown);
    }

    void orientation_names_the_sides()
    {
        QFETCH(QString, orientation);
        QFETCH(int, atLeft);
        expectSides(imaging::sidesFromOrientation(orientation.toStdString()), static_cast<PatientSide>(atLeft));
    }

    void patient_orientation_names_the_sides_data()
    {
        QTest::addColumn<QString>("orientation");
        QTest::addColumn<int>("atLeft");
        const auto row = [](const char* orientation, PatientSide side) {
            QTest::newRow(orientation) << orientation << static_cast<int>(side);
        };
        row("L\\F", PatientSide::Right);
        row("R\\F", PatientSide::Left);
        row("LP\\F", PatientSide::Right);
        row("A\\F", PatientSide::Unknown);
        row("PL\\F", PatientSide::Unknown);
        row("H\\L", PatientSide::Unknown);
        row("l\\f", PatientSide::Unknown);
        row("RT\\V", PatientSide::Unknown); // Letters of animals, PS3.3 C.7.6.1.1.1.
        row("L", PatientSide::Right);
        row("L \\F ", PatientSide::Right);
        row("X\\Y", PatientSide::Unknown);
        row("", PatientSide::Unknown);
    }

    void patient_orientation_names_the_sides()
    {
        QFETCH(QString, orientation);
        QFETCH(int, atLeft);
        expectSides(imaging::sidesFromPatientOrientation(orientation.toStdString()), static_cast<PatientSide>(atLeft));
    }

    void edges_have_letters_data()
    {
        QTest::addColumn<QString>("orientation");
        QTest::addColumn<QString>("patient");
        QTest::addColumn<QString>("letters");
        QTest::newRow("axial") << "1\\0\\0\\0\\1\\0"
                               << ""
                               << "R,L,A,P";
        QTest::newRow("coronal") << "1\\0\\0\\0\\0\\-1"
                                 << ""
                                 << "R,L,H,F";
        QTest::newRow("sagittal") << "0\\1\\0\\0\\0\\-1"
                                  << ""
                                  << "A,P,H,F";
        QTest::newRow("oblique") << "0.8\\0.6\\0\\0\\0\\-1"
                                 << ""
                                 << "RA,LP,H,F";
        QTest::newRow("hardly oblique") << "0.999\\0.04\\0\\0\\0\\-1"
                                        << ""
                                        << "R,L,H,F";
        QTest::newRow("x-ray") << ""
                               << "L\\F"
                               << "R,L,H,F";
        QTest::newRow("the plane counts more than the letters") << "1\\0\\0\\0\\1\\0"
                                                                << "R\\F"
                                                                << "R,L,A,P";
        QTest::newRow("nothing known") << ""
                                       << ""
                                       << ",,,";
    }

    void edges_have_letters()
    {
        QFETCH(QString, orientation);
        QFETCH(QString, patient);
        QFETCH(QString, letters);
        QStringList found;
        for (const auto& letter : imaging::edgeLetters(orientation.toStdString(), patient.toStdString()))
            found << QString::fromStdString(letter);
        QCOMPARE(found.join(','), letters);
    }

    void side_words_change_places_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("swapped");
        QTest::newRow("sentence") << "Left-sided effusion, right lung clear."
                                  << "Right-sided effusion, left lung clear.";
        QTest::newRow("capitals") << "LEFT and Right"
                                  << "RIGHT and Left";
        QTest::newRow("inside of words") << "bright leftover copyright"
                                         << "bright leftover copyright";
        QTest::newRow("no words") << "both lungs"
                                  << "both lungs";
        QTest::newRow("at the ends") << "left"
                                     << "right";
        QTest::newRow("underscore") << "lung_left_upper"
                                    << "lung_right_upper";
        QTest::newRow("empty") << ""
                               << "";
    }

    void side_words_change_places()
    {
        QFETCH(QString, text);
        QFETCH(QString, swapped);
        QCOMPARE(QString::fromStdString(imaging::swapSideWords(text.toStdString())), swapped);
        QCOMPARE(imaging::namesSide(text.toStdString()), text != swapped);
    }

    void swapping_twice_gives_the_text_back()
    {
        QVERIFY(rc::check("swap is its own inverse", [] {
            const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                "left", "Right", "LEFT", "lung", ", ", "-", "upper", "\xE5\xB7\xA6", "bright"));
            std::string text;
            for (const auto& word : words)
                text += word;
            RC_ASSERT(imaging::swapSideWords(imaging::swapSideWords(text)) == text);
        }));
    }

private:
    static void expectSides(PictureSides sides, PatientSide atLeft)
    {
        PatientSide atRight = PatientSide::Unknown;
        if (atLeft != PatientSide::Unknown)
            atRight = atLeft == PatientSide::Left ? PatientSide::Right : PatientSide::Left;
        QCOMPARE(sides, (PictureSides{atLeft, atRight}));
    }
};

QTEST_APPLESS_MAIN(TestLaterality)
#include "tst_laterality.moc"
