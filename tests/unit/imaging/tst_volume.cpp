#include "imaging/slice.h"
#include "imaging/volume.h"

#include "imaging/dicom/scan.h"
#include "imaging/error.h"
#include "imaging/parallel.h"
#include "imaging/plane.h"
#include "imaging/slice_sides.h"

#include <QtTest>

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

using imaging::Volume;
using imaging::VolumeInfo;
using imaging::VoxelGrid;
using imaging::VoxelType;

namespace {

template <typename T> std::vector<std::byte> bytesOf(const std::vector<T>& values)
{
    std::vector<std::byte> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

VoxelGrid grid(int columns, int rows, int slices)
{
    VoxelGrid result;
    result.columns = columns;
    result.rows = rows;
    result.slices = slices;
    return result;
}

} // namespace

Q_DECLARE_METATYPE(imaging::WindowLevel)

class TestVolume : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytes_must_fit_the_grid()
    {
        QVERIFY_EXCEPTION_THROWN(
            Volume(grid(2, 2, 1), VoxelType::Int16, 1, std::vector<std::byte>(7), {}), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(
            Volume(grid(2, 2, 1), VoxelType::UInt8, 2, std::vector<std::byte>(8), {}), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(
            Volume(grid(0, 2, 1), VoxelType::UInt8, 1, std::vector<std::byte>(), {}), imaging::Error);
        QCOMPARE(
            Volume(grid(2, 2, 1), VoxelType::Int16, 1, std::vector<std::byte>(8), {}).bytes().size(), std::size_t{8});
    }

    void column_runs_fastest_then_row_then_slice()
    {
        const Volume volume(grid(2, 2, 2), VoxelType::Int16, 1, bytesOf<std::int16_t>({0, 1, 2, 3, -4, 5, 6, 7}), {});
        QCOMPARE(volume.value({1, 0, 0}), 1.0);
        QCOMPARE(volume.value({0, 1, 0}), 2.0);
        QCOMPARE(volume.value({0, 0, 1}), -4.0);
    }

    void statistics_are_exact_for_integers()
    {
        std::vector<std::int16_t> values(1'000'003, 32767);
        values[7] = -32768;
        const Volume volume(grid(1'000'003, 1, 1), VoxelType::Int16, 1, bytesOf(values), {});
        const auto statistics = imaging::statistics(volume);
        QCOMPARE(statistics.minimum, -32768.0);
        QCOMPARE(statistics.maximum, 32767.0);
        QCOMPARE(statistics.sum, 1'000'002.0 * 32767 - 32768);
    }

    void statistics_of_every_type_data()
    {
        QTest::addColumn<int>("type");
        for (int type = 0; type <= static_cast<int>(VoxelType::Float64); ++type)
            QTest::addRow("%d", type) << type;
    }

    void statistics_of_every_type()
    {
        QFETCH(int, type);
        const auto voxelType = static_cast<VoxelType>(type);
        std::vector<std::byte> bytes(3 * imaging::bytesOf(voxelType));
        if (voxelType == VoxelType::Float32)
            bytes = bytesOf<float>({0.0F, 0.0F, 1.0F});
        else if (voxelType == VoxelType::Float64)
            bytes = bytesOf<double>({0.0, 0.0, 1.0});
        else
            bytes[2 * imaging::bytesOf(voxelType)] = std::byte{1};
        const Volume volume(grid(3, 1, 1), voxelType, 1, std::move(bytes), {});
        QCOMPARE(volume.value({2, 0, 0}), 1.0);
        const auto statistics = imaging::statistics(volume);
        QCOMPARE(statistics.minimum, 0.0);
        QCOMPARE(statistics.maximum, 1.0);
        QCOMPARE(statistics.sum, 1.0);
    }

    void values_that_are_no_numbers_do_not_count()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const Volume volume(grid(3, 1, 1), VoxelType::Float32, 1, bytesOf<float>({nan, 2.0F, 3.0F}), {});
        QCOMPARE(imaging::statistics(volume).minimum, 2.0);
        QCOMPARE(imaging::statistics(volume).sum, 5.0);
    }

    void a_turned_slice_keeps_values_colours_and_spacing_together()
    {
        VolumeInfo info;
        info.study.patientOrientation = "F\\L"; // The head is at the left edge.
        const Volume volume(
            grid(2, 1, 1), VoxelType::UInt8, 3, bytesOf<std::uint8_t>({10, 20, 30, 40, 50, 60}), std::move(info));
        auto slice = imaging::sliceOf(volume, 0);
        slice.spacingMm = {0.5, 2};
        const auto turned = imaging::turned(slice, slice.sides.toUsual);
        QCOMPARE(turned.columns, 1);
        QCOMPARE(turned.rows, 2);
        QCOMPARE(turned.values, slice.values);
        QCOMPARE(turned.colour, slice.colour);
        QCOMPARE(turned.spacingMm, (std::array<double, 2>{2, 0.5}));
        QCOMPARE(turned.sides.atLeft, imaging::PatientSide::Right);
    }

    void a_slice_carries_values_window_and_sides()
    {
        VolumeInfo info;
        info.monochrome1 = true;
        info.window = imaging::WindowLevel{5, 10};
        info.study.modality = "DX";
        info.study.patientOrientation = "L\\F";
        const Volume volume(grid(2, 1, 2), VoxelType::UInt8, 1, bytesOf<std::uint8_t>({1, 2, 0, 10}), info);
        const auto slice = imaging::sliceOf(volume, 1);
        QCOMPARE(slice.values, (std::vector<float>{0, 10}));
        QCOMPARE(slice.sides, (imaging::PictureSides{imaging::PatientSide::Right, imaging::PatientSide::Left}));
        QVERIFY(slice.inverted);
        // MONOCHROME1: the low value is the bright one.
        QCOMPARE(imaging::brightness(slice), (std::vector<float>{1, 0}));
        QVERIFY_EXCEPTION_THROWN(imaging::sliceOf(volume, 2), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(imaging::sliceOf(volume, -1), imaging::Error);
    }

    void a_slice_has_its_planes_sides_unless_the_letters_contradict_it_data()
    {
        QTest::addColumn<QString>("letters");
        QTest::addColumn<bool>("known");
        QTest::newRow("agree") << "R\\P" << true;
        QTest::newRow("no letters") << "" << true;
        QTest::newRow("contradict") << "L\\P" << false;
    }

    void a_slice_has_its_planes_sides_unless_the_letters_contradict_it()
    {
        QFETCH(QString, letters);
        QFETCH(bool, known);
        VolumeInfo info;
        info.study.patientOrientation = letters.toStdString();
        info.sources.push_back({.sopClassUid = {},
            .sopInstanceUid = {},
            .path = {},
            .frameNumber = 1,
            .imagePosition = {},
            .imageOrientation = "-1\\0\\0\\0\\1\\0",
            .pixelSpacing = {},
            .sliceThickness = {}});
        const Volume volume(grid(1, 1, 1), VoxelType::UInt8, 1, bytesOf<std::uint8_t>({1}), info);
        QCOMPARE(imaging::sliceOf(volume, 0).sides.atLeft,
            known ? imaging::PatientSide::Left : imaging::PatientSide::Unknown);
        QCOMPARE(imaging::gridInPatient(volume).has_value(), known);
    }

    void a_window_is_made_from_the_values_without_padding()
    {
        std::vector<std::int16_t> values(1000);
        for (int i = 0; i < 1000; ++i)
            values[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(i < 500 ? -2000 : i - 500);
        VolumeInfo info;
        info.padding = -2000;
        const Volume volume(grid(1000, 1, 1), VoxelType::Int16, 1, bytesOf(values), info);
        const auto window = imaging::sliceOf(volume, 0).window;
        QVERIFY(std::abs(window.center - 249.5) < 2);
        QVERIFY(std::abs(window.width - 494) < 5);
    }

    void the_window_of_a_giant_picture_is_made_from_every_few_values()
    {
        const int side = 5000;
        std::vector<std::int16_t> values(static_cast<std::size_t>(side) * side);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<std::int16_t>(i * 7919 % 1000);
        const Volume volume(grid(side, side, 1), VoxelType::Int16, 1, bytesOf(values), {});
        const auto window = imaging::sliceOf(volume, 0).window;
        QVERIFY(std::abs(window.center - 499.5) < 2);
        QVERIFY(std::abs(window.width - 989) < 3);
    }

    void a_flat_picture_has_a_window_too()
    {
        const Volume volume(grid(2, 2, 1), VoxelType::UInt8, 1, bytesOf<std::uint8_t>({7, 7, 7, 7}), {});
        const auto slice = imaging::sliceOf(volume, 0);
        QCOMPARE(slice.window, (imaging::WindowLevel{7, 1}));
        QCOMPARE(imaging::brightness(slice).front(), 0.5F);
    }

    void a_window_becomes_grey_by_its_function_data()
    {
        using imaging::GreyFunction;
        using imaging::WindowLevel;
        QTest::addColumn<imaging::WindowLevel>("window");
        QTest::addColumn<double>("value");
        QTest::addColumn<double>("grey");
        // PS3.3 C.11.2.1.2.1, note 4: 2048 and 4096 show 0 to 4095.
        QTest::newRow("linear, black") << WindowLevel{2048, 4096, GreyFunction::Linear} << 0.0 << 0.0;
        QTest::newRow("linear, white") << WindowLevel{2048, 4096, GreyFunction::Linear} << 4095.0 << 1.0;
        QTest::newRow("linear of width 1, below") << WindowLevel{1, 1, GreyFunction::Linear} << 0.0 << 0.0;
        QTest::newRow("linear of width 1, above") << WindowLevel{1, 1, GreyFunction::Linear} << 1.0 << 1.0;
        QTest::newRow("exact, black") << WindowLevel{2048, 4096} << 0.0 << 0.0;
        QTest::newRow("exact, white") << WindowLevel{2048, 4096} << 4096.0 << 1.0;
        QTest::newRow("sigmoid, middle") << WindowLevel{40, 400, GreyFunction::Sigmoid} << 40.0 << 0.5;
        QTest::newRow("sigmoid, a width above")
            << WindowLevel{40, 400, GreyFunction::Sigmoid} << 440.0 << 1 / (1 + std::exp(-4.0));
        const auto table = std::make_shared<imaging::GreyTable>(imaging::GreyTable{-2, {0.25F, 0.5F, 1.0F}});
        const WindowLevel curve{-0.5, 3, GreyFunction::Table, table};
        QTest::newRow("table, in front") << curve << -9.0 << 0.25;
        QTest::newRow("table, inside") << curve << -1.0 << 0.5;
        QTest::newRow("table, behind") << curve << 9.0 << 1.0;
        QTest::newRow("table, no number") << curve << std::nan("") << 0.25;
    }

    void a_window_becomes_grey_by_its_function()
    {
        QFETCH(imaging::WindowLevel, window);
        QFETCH(double, value);
        QTEST(imaging::windowed(window, value, false), "grey");
        QFETCH(double, grey);
        QCOMPARE(imaging::windowed(window, value, true), 1 - grey);
    }

    void a_slice_with_an_orientation_of_its_own_has_its_own_letters()
    {
        // The first is axial as (0020,0020) says; the second coronal, which "L\\P" would contradict.
        VolumeInfo info;
        info.study.patientOrientation = "L\\P";
        info.sources.resize(3);
        info.sources[0].imageOrientation = "1\\0\\0\\0\\1\\0";
        info.sources[1].imageOrientation = "1\\0\\0\\0\\0\\-1";
        imaging::SeriesInfo series;
        series.study = info.study;
        for (const auto& source : info.sources) {
            series.order.push_back({static_cast<int>(series.files.size()), 0});
            series.files.emplace_back().imageOrientation = source.imageOrientation;
        }
        const Volume volume(grid(2, 2, 3), VoxelType::UInt8, 1, std::vector<std::byte>(12), info);
        const std::array<std::array<std::string, 4>, 3> letters{
            {{"R", "L", "A", "P"}, {"R", "L", "H", "F"}, {"R", "L", "A", "P"}}};
        for (int slice = 0; slice < 3; ++slice) {
            const auto plane = imaging::planeOf(volume.grid(), imaging::GridAxis::Slice, slice);
            QCOMPARE(imaging::edgeLettersOf(volume, plane), letters[static_cast<std::size_t>(slice)]);
            QCOMPARE(imaging::sidesOf(volume, slice).atRight, imaging::PatientSide::Left);
            QCOMPARE(imaging::sidesOf(series, slice), imaging::sidesOf(volume, slice));
        }
        QVERIFY(!imaging::sidesOf(series, 3).known());
        QVERIFY(!imaging::sidesOf(series, -1).known());
    }

    void letters_of_other_planes_follow_the_axes_unless_the_tags_are_in_doubt()
    {
        VolumeInfo info;
        info.sources.resize(2);
        for (auto& source : info.sources)
            source.imageOrientation = "1\\0\\0\\0\\1\\0";
        const auto letters = [&] {
            const Volume volume(grid(2, 2, 2), VoxelType::UInt8, 1, std::vector<std::byte>(8), info);
            return imaging::edgeLettersOf(volume, imaging::planeOf(volume.grid(), imaging::GridAxis::Row, 0));
        };
        QCOMPARE(letters(), (std::array<std::string, 4>{"R", "L", "F", "H"}));
        info.study.patientOrientation = "R\\P";
        QCOMPARE(letters(), (std::array<std::string, 4>{}));
    }

    void colours_become_luminance()
    {
        const Volume volume(grid(2, 1, 1), VoxelType::UInt8, 3, bytesOf<std::uint8_t>({255, 255, 255, 0, 0, 0}), {});
        const auto slice = imaging::sliceOf(volume, 0);
        QVERIFY(std::abs(slice.values[0] - 255.0F) < 0.01F);
        QCOMPARE(slice.values[1], 0.0F);
        QVERIFY(std::abs(imaging::brightness(slice)[0] - 1.0F) < 0.001F);
    }

    void parallel_work_is_done_once_each_and_the_first_failure_is_told()
    {
        std::vector<std::atomic<int>> done(1000);
        imaging::parallelFor(done.size(), 4, [&](std::size_t i) { ++done[i]; });
        QVERIFY(std::all_of(done.begin(), done.end(), [](const auto& count) { return count == 1; }));
        imaging::parallelFor(0, 4, [](std::size_t) { QFAIL("no work was asked for"); });
        std::string told;
        try {
            imaging::parallelFor(100, 4, [](std::size_t i) {
                if (i % 10 == 3)
                    throw std::runtime_error(std::to_string(i));
            });
        } catch (const std::runtime_error& error) {
            told = error.what();
        }
        QVERIFY(!told.empty());
    }
};

QTEST_APPLESS_MAIN(TestVolume)
#include "tst_volume.moc"
