#include "imaging/laterality.h"

#include <QtTest>

#include <rapidcheck.h>

#include <numeric>

using imaging::PatientPoint;
using imaging::PatientSide;
using imaging::PictureSides;
using imaging::Turn;
using imaging::VoxelGrid;

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
        expectSides(imaging::sidesFromTags(orientation.toStdString(), {}), static_cast<PatientSide>(atLeft));
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
        expectSides(imaging::sidesFromTags({}, orientation.toStdString()), static_cast<PatientSide>(atLeft));
    }

    void every_way_to_lay_a_picture_is_brought_to_the_usual_display_data()
    {
        QTest::addColumn<QString>("orientation");
        QTest::addColumn<Turn>("turn");
        QTest::addColumn<bool>("known");
        QTest::newRow("usual") << "L\\F" << Turn{} << true;
        QTest::newRow("mirrored") << "R\\F" << Turn{false, true, false} << true;
        QTest::newRow("flipped top to bottom") << "L\\H" << Turn{false, false, true} << true;
        QTest::newRow("upside down") << "R\\H" << Turn{false, true, true} << true;
        QTest::newRow("lies, head at the left") << "F\\L" << Turn{true, false, false} << true;
        QTest::newRow("lies, head at the left, mirrored") << "F\\R" << Turn{true, true, false} << true;
        QTest::newRow("lies, head at the right") << "H\\R" << Turn{true, true, true} << true;
        QTest::newRow("lies, head at the right, mirrored") << "H\\L" << Turn{true, false, true} << true;
        QTest::newRow("side view") << "A\\F" << Turn{} << false;
        QTest::newRow("side view upside down") << "A\\H" << Turn{false, false, true} << false;
        QTest::newRow("side view that lies") << "H\\P" << Turn{true, false, true} << false;
        QTest::newRow("axial") << "L\\P" << Turn{} << true;
        QTest::newRow("axial, rows to the back") << "P\\L" << Turn{true, false, false} << true;
        QTest::newRow("rows alone") << "R" << Turn{false, true, false} << true;
        QTest::newRow("one direction twice") << "L\\R" << Turn{} << false;
    }

    void every_way_to_lay_a_picture_is_brought_to_the_usual_display()
    {
        QFETCH(QString, orientation);
        QFETCH(Turn, turn);
        QFETCH(bool, known);
        const auto sides = imaging::sidesFromTags({}, orientation.toStdString());
        QCOMPARE(sides.toUsual, turn);
        QCOMPARE(sides.known(), known);
        const auto usual = imaging::turned(sides, sides.toUsual);
        QVERIFY(usual.toUsual.isNone());
        expectSides(usual, known ? PatientSide::Right : PatientSide::Unknown);
    }

    void a_turn_and_its_inverse_give_the_picture_back()
    {
        QVERIFY(rc::check("inverse", [] {
            const int columns = *rc::gen::inRange(1, 7);
            const int rows = *rc::gen::inRange(1, 7);
            const Turn first{*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()};
            const Turn second{*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()};
            std::vector<int> pixels(static_cast<std::size_t>(2 * columns * rows));
            std::iota(pixels.begin(), pixels.end(), 0);
            const auto once = imaging::turned(pixels, columns, rows, first, 2);
            const int width = first.transposed ? rows : columns;
            const int height = first.transposed ? columns : rows;
            RC_ASSERT(imaging::turned(once, width, height, imaging::inverse(first), 2) == pixels);
            RC_ASSERT(imaging::turned(once, width, height, second, 2)
                == imaging::turned(pixels, columns, rows, imaging::together(first, second), 2));
        }));
    }

    void a_lying_picture_is_turned_by_its_axes()
    {
        // Two columns, three rows; rows run to the feet, columns to the left: the head is at the left edge.
        const std::vector<int> pixels{0, 1, 2, 3, 4, 5};
        const auto sides = imaging::sidesFromTags({}, "F\\L");
        QCOMPARE(imaging::turned(pixels, 2, 3, sides.toUsual), (std::vector<int>{0, 2, 4, 1, 3, 5}));
        QCOMPARE(sides.atTop, PatientSide::Right);
    }

    void tags_that_contradict_each_other_tell_no_sides_data()
    {
        QTest::addColumn<QString>("plane");
        QTest::addColumn<QString>("letters");
        QTest::addColumn<bool>("contradict");
        QTest::newRow("same") << "1\\0\\0\\0\\0\\-1"
                              << "L\\F" << false;
        QTest::newRow("mirrored") << "1\\0\\0\\0\\0\\-1"
                                  << "R\\F" << true;
        QTest::newRow("another view") << "1\\0\\0\\0\\0\\-1"
                                      << "A\\F" << true;
        QTest::newRow("upside down") << "1\\0\\0\\0\\0\\-1"
                                     << "L\\H" << true;
        QTest::newRow("oblique, the weaker letter first") << "0.8\\0.6\\0\\0\\0\\-1"
                                                          << "PL\\F" << false;
        QTest::newRow("letters of animals") << "1\\0\\0\\0\\0\\-1"
                                            << "RT\\V" << false;
        QTest::newRow("one is empty") << "1\\0\\0\\0\\0\\-1"
                                      << "" << false;
    }

    void tags_that_contradict_each_other_tell_no_sides()
    {
        QFETCH(QString, plane);
        QFETCH(QString, letters);
        QFETCH(bool, contradict);
        const auto sides = imaging::sidesFromTags(plane.toStdString(), letters.toStdString());
        QCOMPARE(sides.doubt == imaging::SidesDoubt::Contradiction, contradict);
        expectSides(sides, contradict ? PatientSide::Unknown : PatientSide::Right);
        QCOMPARE(imaging::reasonOf(sides.doubt).empty(), !contradict);
    }

    void a_bare_scaling_is_told_from_a_patients_axes_data()
    {
        QTest::addColumn<VoxelGrid>("grid");
        QTest::addColumn<bool>("bare");
        VoxelGrid eye{4, 3, 1, {1, 1, 1}, {}, {PatientPoint{-1, 0, 0}, PatientPoint{0, -1, 0}, PatientPoint{0, 0, 1}}};
        QTest::newRow("numpy.eye") << eye << true;
        auto scaled = eye;
        scaled.spacingMm = {0.2, 0.2, 1};
        QTest::newRow("scaled") << scaled << true;
        auto itk = scaled;
        itk.axes = VoxelGrid{}.axes;
        QTest::newRow("ITK's") << itk << true;
        auto moved = eye;
        moved.origin = {-100, -80, 30};
        QTest::newRow("from a place") << moved << false;
        auto upright = scaled;
        upright.axes = {PatientPoint{1, 0, 0}, PatientPoint{0, 0, -1}, PatientPoint{0, 1, 0}};
        QTest::newRow("an upright picture") << upright << false;
        auto stack = eye;
        stack.slices = 5;
        QTest::newRow("numpy.eye of a stack") << stack << true;
        stack.spacingMm = {0.7, 0.7, 5};
        QTest::newRow("a stack with distances") << stack << false;
    }

    void a_bare_scaling_is_told_from_a_patients_axes()
    {
        QFETCH(VoxelGrid, grid);
        QFETCH(bool, bare);
        QCOMPARE(imaging::isBareScaling(grid), bare);
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
        QTest::newRow("plane and letters contradict each other") << "1\\0\\0\\0\\1\\0"
                                                                << "R\\F"
                                                                << ",,,";
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

    void sides_have_words_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("sides");
        QTest::newRow("patient") << "patient" << int(imaging::Sides::Patient);
        QTest::newRow("picture") << "picture" << int(imaging::Sides::Picture);
        QTest::newRow("image") << "image" << int(imaging::Sides::Picture);
        QTest::newRow("none") << "" << -1;
        QTest::newRow("another") << "Patient" << -1;
    }

    void sides_have_words()
    {
        QFETCH(QString, word);
        QFETCH(int, sides);
        const auto read = imaging::sidesFrom(word.toStdString());
        QCOMPARE(read ? int(*read) : -1, sides);
        if (read)
            QVERIFY(imaging::sidesFrom(imaging::nameOf(*read)) == read);
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

    void sides_within_words_are_found_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("hidden");
        for (const char* text : {"lower le\u00adft lung", "\uff4c\uff45\uff46\uff54 lung", "l\u0435ft lung", "ri\u200bght", "sinistral lung", "Dexter",
                 "leftward shift", "RightLung", "a lesion of the rightlung", "lowerleft", "leftmost, left",
                 "rightsided effusion", "Leftwards"})
            QTest::newRow(text) << text << true;
        for (const char* text : {"left", "left-sided and right", "lung_left", "bright upright cleft", "brightness", "lungs",
                 "copyright leftover", ""})
            QTest::newRow(*text ? text : "empty") << text << false;
    }

    void sides_within_words_are_found()
    {
        QFETCH(QString, text);
        QFETCH(bool, hidden);
        QCOMPARE(imaging::hidesSide(text.toStdString()), hidden);
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
    static void expectSides(const PictureSides& sides, PatientSide atLeft)
    {
        PatientSide atRight = PatientSide::Unknown;
        if (atLeft != PatientSide::Unknown)
            atRight = atLeft == PatientSide::Left ? PatientSide::Right : PatientSide::Left;
        QCOMPARE(sides.atLeft, atLeft);
        QCOMPARE(sides.atRight, atRight);
    }
};

QTEST_APPLESS_MAIN(TestLaterality)
#include "tst_laterality.moc"
