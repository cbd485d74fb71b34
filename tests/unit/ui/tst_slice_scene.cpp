#include "ui/views/slice_scene.h"

#include "annotations/mask_edit.h"
#include "imaging/heat_colours.h"
#include "tests/support/synthetic_volume.h"
#include "ui/views/plane_labels.h"

#include <QSet>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <vector>

using ui::OverlayStyle;
using ui::SlicePixels;
using ui::SliceScene;

namespace {

/// One device pixel a picture pixel, unless said otherwise.
SliceScene sceneOf(const SlicePixels& pixels, double scale = 1)
{
    SliceScene scene;
    scene.pixels = &pixels;
    scene.window = {500, 1000};
    scene.smooth = false;
    scene.view.scaleX = scale;
    scene.view.scaleY = scale;
    return scene;
}

std::shared_ptr<const imaging::Volume> flat(int size, std::int16_t value)
{
    return support::syntheticVolume(support::gridOf(size, size, 1), {}, [value](imaging::VoxelIndex) { return value; });
}

int brightestRed(const QImage& image, int x, int firstRow, int endRow)
{
    int brightest = 0;
    for (int y = firstRow; y < endRow; ++y)
        brightest = std::max(brightest, qRed(image.pixel(x, y)));
    return brightest;
}

} // namespace

class SliceSceneTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void curves_are_drawn_as_they_are_data()
    {
        QTest::addColumn<bool>("table");
        QTest::addColumn<bool>("inverted");
        for (const bool table : {false, true})
            for (const bool inverted : {false, true})
                QTest::addRow("%s, inverted %d", table ? "table" : "sigmoid", inverted) << table << inverted;
    }

    void curves_are_drawn_as_they_are()
    {
        QFETCH(bool, table);
        QFETCH(bool, inverted);
        imaging::WindowLevel window{100, 200, imaging::GreyFunction::Sigmoid};
        if (table) {
            auto greys = std::make_shared<imaging::GreyTable>(imaging::GreyTable{-50, {}});
            for (int i = 0; i < 300; ++i)
                greys->greys.push_back(static_cast<float>(i * i) / (299.0F * 299.0F));
            window = {100, 300, imaging::GreyFunction::Table, greys};
        }
        for (const int value : {-1000, -50, 0, 37, 100, 180, 249, 250, 3000}) {
            const SlicePixels pixels(flat(8, static_cast<std::int16_t>(value)), 0);
            auto scene = sceneOf(pixels);
            scene.window = window;
            scene.inverted = inverted;
            const int grey = qRed(renderSlice(scene, QSize(8, 8)).pixel(3, 3));
            const double expected = 255 * imaging::windowed(window, value, inverted);
            QVERIFY2(std::abs(grey - expected) <= 1, qPrintable(QString("%1: %2").arg(value).arg(grey)));
        }
    }

    void window_maps_values_to_grey_data()
    {
        QTest::addColumn<int>("value");
        QTest::addColumn<bool>("inverted");
        QTest::addColumn<int>("grey");
        QTest::newRow("below") << -100 << false << 0;
        QTest::newRow("low end") << 0 << false << 0;
        QTest::newRow("middle") << 500 << false << 128;
        QTest::newRow("high end") << 1000 << false << 255;
        QTest::newRow("above") << 3000 << false << 255;
        QTest::newRow("below, inverted") << -100 << true << 255;
        QTest::newRow("quarter, inverted") << 250 << true << 191;
    }

    void window_maps_values_to_grey()
    {
        QFETCH(int, value);
        QFETCH(bool, inverted);
        QFETCH(int, grey);
        const SlicePixels pixels(flat(8, static_cast<std::int16_t>(value)), 0);
        auto scene = sceneOf(pixels);
        scene.inverted = inverted;
        const QImage image = ui::renderSlice(scene, QSize(8, 8));
        QVERIFY(std::abs(qRed(image.pixel(3, 3)) - grey) <= 1);
        QCOMPARE(qRed(image.pixel(3, 3)), qBlue(image.pixel(3, 3)));
    }

    void any_plane_is_drawn_with_its_masks_and_preview_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("axial") << 0;
        QTest::newRow("coronal") << 1;
        QTest::newRow("sagittal") << 2;
        QTest::newRow("oblique") << 3;
    }

    /// Values, labels and the preview each change along another of the grid's axes.
    void any_plane_is_drawn_with_its_masks_and_preview()
    {
        QFETCH(int, which);
        auto grid = support::gridOf(24, 20, 16);
        grid.spacingMm = {1, 1, 2};
        const auto volume = support::syntheticVolume(
            grid, {}, [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(20 * v.column + 20 * v.slice); });
        const imaging::Plane plane = which == 3
            ? planeThrough(grid, grid.toPatient(12, 10, 8), {0.4, -0.5, 0.8})
            : upright(planeOf(grid, static_cast<imaging::GridAxis>(2 - which), 9));
        annotations::LabelMap map(grid);
        annotations::MaskEdit edit(map);
        for (int slice = 0; slice < grid.slices; ++slice)
            edit.paintRun(grid.offset({0, 12, slice}), 5 * 24, 1); // Rows 12 to 16.
        edit.commit("Masks");
        const SlicePixels pixels(volume, plane);
        const ui::PlaneLabels labels(map, plane);
        std::vector<float> probabilities(plane.pixels());
        for (std::size_t i = 0; i < probabilities.size(); ++i)
            probabilities[i] = i % static_cast<std::size_t>(plane.columns) < 6 ? 1.0F : 0.0F;
        const std::vector<QRgb> colours{0, qRgb(255, 0, 0)};
        const std::vector<QRgb> proposed{0, qRgb(0, 0, 255)};
        auto scene = sceneOf(pixels);
        scene.overlay.labels = labels.values();
        scene.overlay.colours = colours;
        scene.overlay.preview = {probabilities, {}, 0.5F, proposed};
        scene.overlay.style = OverlayStyle::Fill;
        scene.overlay.opacity = 1;
        const QImage image = ui::renderSlice(scene, QSize(plane.columns, plane.rows));
        int masked = 0;
        for (int y = 0; y < plane.rows; ++y)
            for (int x = 0; x < plane.columns; ++x) {
                const auto point = plane.toPatient(x, y) - grid.origin;
                const auto row = static_cast<int>(std::lround(point.y));
                const bool inside = point.x > 0 && point.x < 23 && point.y > 0 && point.y < 19 && point.z > 0
                    && point.z < 30; // Not at the edges, where it is open which voxel is nearest.
                if (!inside || std::abs(point.y - 11.5) < 0.01 || std::abs(point.y - 16.5) < 0.01)
                    continue;
                const bool isMask = row >= 12 && row <= 16;
                if (x < 6)
                    QVERIFY(qBlue(image.pixel(x, y)) > 0 || isMask);
                else if (isMask)
                    QCOMPARE(image.pixel(x, y), colours[1]);
                else
                    QVERIFY(std::abs(qGreen(image.pixel(x, y)) - 0.255 * (20 * point.x + 10 * point.z)) <= 1.01);
                masked += isMask ? 1 : 0;
            }
        QCOMPARE(masked > 0, which != 1); // The coronal plane is row 9.
    }

    void labels_of_a_plane_are_those_of_the_map()
    {
        const auto grid = support::gridOf(9, 8, 7);
        annotations::LabelMap map(grid);
        ui::PlaneLabels axial(map, imaging::planeOf(grid, imaging::GridAxis::Slice, 3));
        ui::PlaneLabels coronal(map, imaging::planeOf(grid, imaging::GridAxis::Row, 2));
        QCOMPARE(axial.values().data(), map.slice(3).data()); // Not copied.
        annotations::MaskEdit edit(map);
        edit.paint({4, 2, 3}, 6);
        edit.commit("Voxel");
        QCOMPARE(axial.values()[2 * 9 + 4], std::uint16_t{6});
        coronal.refresh();
        QCOMPARE(coronal.values()[3 * 9 + 4], std::uint16_t{6});
        QCOMPARE(std::count(coronal.values().begin(), coronal.values().end(), 6), 1);
    }

    void outside_the_volume_a_plane_is_black_data()
    {
        QTest::addColumn<bool>("inverted");
        QTest::newRow("as CT") << false;
        QTest::newRow("MONOCHROME1") << true;
    }

    void outside_the_volume_a_plane_is_black()
    {
        QFETCH(bool, inverted);
        const auto grid = support::gridOf(40, 40, 40);
        imaging::VolumeInfo info;
        info.monochrome1 = inverted;
        const auto volume = support::syntheticVolume(grid, info, [](imaging::VoxelIndex) { return 500; });
        const SlicePixels pixels(volume, planeThrough(grid, {20, 20, 20}, {1, 1, 0.2}));
        for (const double scale : {0.3, 1.0, 3.0}) {
            auto scene = sceneOf(pixels, scale);
            scene.inverted = inverted;
            scene.smooth = true;
            const QImage image = ui::renderSlice(
                scene, QSize(static_cast<int>(pixels.columns() * scale), static_cast<int>(pixels.rows() * scale)));
            QCOMPARE(image.pixel(1, 1), qRgb(0, 0, 0));
            QVERIFY(std::abs(qRed(image.pixel(image.width() / 2, image.height() / 2)) - 128) <= 1);
        }
    }

    void every_voxel_type_is_drawn_data()
    {
        QTest::addColumn<int>("type");
        for (int type = 0; type <= static_cast<int>(imaging::VoxelType::Float64); ++type)
            QTest::addRow("type %d", type) << type;
    }

    void every_voxel_type_is_drawn()
    {
        QFETCH(int, type);
        const auto voxelType = static_cast<imaging::VoxelType>(type);
        // All bits 0 is the value 0 in every type.
        std::vector<std::byte> bytes(16 * imaging::bytesOf(voxelType));
        const auto volume =
            std::make_shared<imaging::Volume>(support::gridOf(4, 4, 1), voxelType, 1, bytes, imaging::VolumeInfo());
        const SlicePixels pixels(volume, 0);
        auto scene = sceneOf(pixels);
        scene.window = {0, 2};
        QVERIFY(std::abs(qRed(ui::renderSlice(scene, QSize(4, 4)).pixel(1, 1)) - 128) <= 1);
    }

    void picture_stands_where_the_transform_says()
    {
        const auto volume = support::rampXray(4, 4, "");
        const SlicePixels pixels(volume, 0);
        auto scene = sceneOf(pixels, 2);
        scene.view.offsetX = 3;
        scene.view.offsetY = 1;
        const QImage image = ui::renderSlice(scene, QSize(16, 16));
        QCOMPARE(image.pixel(2, 4), qRgb(0, 0, 0));
        QCOMPARE(qRed(image.pixel(9, 4)), 255); // The last column covers device pixels 9 and 10.
        QCOMPARE(qRed(image.pixel(10, 4)), 255);
        QCOMPARE(image.pixel(11, 4), qRgb(0, 0, 0));
        QCOMPARE(image.pixel(10, 0), qRgb(0, 0, 0));
        QCOMPARE(image.pixel(10, 9), qRgb(0, 0, 0));
    }

    void reduction_averages_instead_of_skipping()
    {
        // Columns 0 and 1000 in turn: any skipping gives black or white, a mean gives grey.
        const auto volume = support::syntheticVolume(support::gridOf(256, 256, 1), {},
            [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(v.column % 2 ? 1000 : 0); });
        const SlicePixels pixels(volume, 0);
        auto scene = sceneOf(pixels, 0.25);
        scene.smooth = true;
        const QImage image = ui::renderSlice(scene, QSize(64, 64));
        for (int x = 4; x < 60; ++x)
            QVERIFY(std::abs(qRed(image.pixel(x, 30)) - 128) <= 2);
    }

    void a_clip_leaves_the_rest_alone()
    {
        const SlicePixels pixels(flat(16, 1000), 0);
        QImage image(16, 16, QImage::Format_RGB32);
        image.fill(qRgb(1, 2, 3));
        ui::renderSlice(sceneOf(pixels), image, QRect(4, 4, 4, 4));
        QCOMPARE(image.pixel(3, 5), qRgb(1, 2, 3));
        QCOMPARE(image.pixel(5, 5), qRgb(255, 255, 255));
        QCOMPARE(image.pixel(8, 5), qRgb(1, 2, 3));
    }

    void a_clipped_redraw_equals_a_whole_one()
    {
        const auto volume = support::rampXray(64, 64, "");
        const SlicePixels pixels(volume, 0);
        std::vector<std::uint16_t> labels(64 * 64);
        for (std::size_t i = 0; i < labels.size(); ++i)
            labels[i] = i % 64 > 20 && i / 64 > 30 ? 1 : 0;
        const std::vector<QRgb> colours{0, qRgb(255, 0, 0)};
        auto scene = sceneOf(pixels, 3.3);
        scene.smooth = true;
        scene.overlay.labels = labels;
        scene.overlay.colours = colours;
        std::vector<float> probabilities(64 * 64);
        for (std::size_t i = 0; i < probabilities.size(); ++i)
            probabilities[i] = i % 64 < 40 && i / 64 < 50 ? 1.0F : 0.0F;
        scene.overlay.preview = {probabilities, {}, 0.5F, colours};
        const QImage whole = ui::renderSlice(scene, QSize(200, 200));
        QImage part = whole.copy();
        ui::renderSlice(scene, part, QRect(50, 70, 61, 47));
        QCOMPARE(part, whole);
    }

    void labels_are_blended_by_opacity()
    {
        const SlicePixels pixels(flat(8, 0), 0);
        const std::vector<std::uint16_t> labels(64, 1);
        const std::vector<QRgb> colours{0, qRgb(200, 100, 0)};
        auto scene = sceneOf(pixels);
        scene.overlay.labels = labels;
        scene.overlay.colours = colours;
        scene.overlay.style = OverlayStyle::Fill;
        scene.overlay.opacity = 0.5;
        const QRgb pixel = ui::renderSlice(scene, QSize(8, 8)).pixel(4, 4);
        QVERIFY(std::abs(qRed(pixel) - 100) <= 1);
        QVERIFY(std::abs(qGreen(pixel) - 50) <= 1);
        QCOMPARE(qBlue(pixel), 0);
    }

    void hidden_and_unknown_labels_are_not_drawn()
    {
        const SlicePixels pixels(flat(4, 0), 0);
        std::vector<std::uint16_t> labels(16, 1);
        labels[5] = 900; // No colour for this one.
        const std::vector<QRgb> colours{0, qRgba(200, 100, 0, 0)};
        auto scene = sceneOf(pixels);
        scene.overlay.labels = labels;
        scene.overlay.colours = colours;
        const QImage image = ui::renderSlice(scene, QSize(4, 4));
        QCOMPARE(image.pixel(0, 0), qRgb(0, 0, 0));
        QCOMPARE(image.pixel(1, 1), qRgb(0, 0, 0));
    }

    void contour_runs_along_the_border_only()
    {
        const SlicePixels pixels(flat(32, 0), 0);
        std::vector<std::uint16_t> labels(32 * 32);
        for (int row = 8; row < 24; ++row)
            for (int column = 8; column < 24; ++column)
                labels[static_cast<std::size_t>(row * 32 + column)] = 1;
        const std::vector<QRgb> colours{0, qRgb(0, 255, 0)};
        auto scene = sceneOf(pixels);
        scene.overlay.labels = labels;
        scene.overlay.colours = colours;
        scene.overlay.style = OverlayStyle::Contour;
        scene.overlay.contourWidth = 1;
        const QImage image = ui::renderSlice(scene, QSize(32, 32));
        QVERIFY(qGreen(image.pixel(8, 15)) > 200);
        QVERIFY(qGreen(image.pixel(23, 15)) > 200);
        QCOMPARE(qGreen(image.pixel(15, 15)), 0);
        QCOMPARE(qGreen(image.pixel(7, 15)), 0);
    }

    void preview_follows_the_threshold_data()
    {
        QTest::addColumn<float>("threshold");
        QTest::addColumn<int>("first");
        QTest::newRow("low") << 0.25F << 16;
        QTest::newRow("half") << 0.5F << 32;
        QTest::newRow("high") << 0.75F << 48;
        QTest::newRow("none") << 1.01F << 64;
    }

    void preview_follows_the_threshold()
    {
        QFETCH(float, threshold);
        QFETCH(int, first);
        const SlicePixels pixels(flat(64, 0), 0);
        std::vector<float> probabilities(64 * 64);
        for (std::size_t i = 0; i < probabilities.size(); ++i)
            probabilities[i] = static_cast<float>(i % 64) / 64.0F;
        auto scene = sceneOf(pixels);
        const std::vector<QRgb> colours{0, qRgb(255, 0, 0)};
        scene.overlay.preview = {probabilities, {}, threshold, colours};
        scene.overlay.style = OverlayStyle::Fill;
        scene.overlay.opacity = 1;
        const QImage image = ui::renderSlice(scene, QSize(64, 64));
        for (int x = 0; x < 64; ++x)
            QCOMPARE(brightestRed(image, x, 20, 28) > 128, x >= first); // A period of the hatching.
    }

    void a_proposal_is_hatched_and_dashed_where_a_mask_is_filled_and_outlined_data()
    {
        QTest::addColumn<double>("scale");
        QTest::newRow("a reduced picture") << 0.25;
        QTest::newRow("one to one") << 1.0;
        QTest::newRow("enlarged") << 6.5;
    }

    /// On a black ground a filled mask has two colours; the proposal has gaps in both of them.
    void a_proposal_is_hatched_and_dashed_where_a_mask_is_filled_and_outlined()
    {
        QFETCH(double, scale);
        const int size = static_cast<int>(std::lround(64 / scale));
        const SlicePixels pixels(flat(size, 0), 0);
        std::vector<float> probabilities(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
        std::vector<std::uint16_t> labels(probabilities.size());
        for (int row = size / 4; row < size * 3 / 4; ++row)
            for (int column = size / 4; column < size * 3 / 4; ++column) {
                probabilities[static_cast<std::size_t>(row * size + column)] = 1;
                labels[static_cast<std::size_t>(row * size + column)] = 1;
            }
        const std::vector<QRgb> colours{0, qRgb(255, 0, 0)};
        auto scene = sceneOf(pixels, scale);
        scene.overlay.labels = labels;
        scene.overlay.colours = colours;
        const QImage mask = ui::renderSlice(scene, QSize(64, 64));
        scene.overlay.labels = {};
        scene.overlay.preview = {probabilities, {}, 0.5F, colours};
        const QImage proposal = ui::renderSlice(scene, QSize(64, 64));
        const int y = 32;
        int left = 0;
        while (qRed(mask.pixel(left, y)) == 0)
            ++left;
        QSet<QRgb> within;
        QSet<QRgb> along;
        for (int step = 0; step < 8; ++step) {
            QCOMPARE(mask.pixel(28 + step, y), mask.pixel(28, y));
            QCOMPARE(mask.pixel(left, 28 + step), mask.pixel(left, 28));
            within << proposal.pixel(28 + step, y);
            along << proposal.pixel(left, 28 + step);
        }
        QCOMPARE(within.size(), 2);
        QCOMPARE(along.size(), 2);
        scene.overlay.style = OverlayStyle::Contour;
        const QImage contour = ui::renderSlice(scene, QSize(64, 64));
        QCOMPARE(contour.pixel(32, 32), qRgb(0, 0, 0));
        QCOMPARE(contour.pixel(left, 30), proposal.pixel(left, 30));
    }

    void the_pattern_of_a_proposal_moves_with_the_picture()
    {
        const SlicePixels pixels(flat(32, 0), 0);
        const std::vector<float> probabilities(32 * 32, 1.0F);
        const std::vector<QRgb> colours{0, qRgb(255, 0, 0)};
        auto scene = sceneOf(pixels, 2);
        scene.overlay.preview = {probabilities, {}, 0.5F, colours};
        const QImage before = ui::renderSlice(scene, QSize(64, 64));
        scene.view.offsetX = 3;
        scene.view.offsetY = 5;
        const QImage after = ui::renderSlice(scene, QSize(64, 64));
        QCOMPARE(after.copy(3, 5, 50, 50), before.copy(0, 0, 50, 50));
    }

    void each_class_of_a_preview_has_its_colour()
    {
        const SlicePixels pixels(flat(64, 0), 0);
        std::vector<float> probabilities(64 * 64, 0.7F);
        std::vector<std::uint8_t> classes(64 * 64, 1);
        std::fill(classes.begin() + 32 * 64, classes.end(), std::uint8_t{2});
        std::fill(probabilities.begin(), probabilities.begin() + 8 * 64, 0.2F);
        auto scene = sceneOf(pixels);
        const std::vector<QRgb> colours{0, qRgb(255, 0, 0), qRgb(0, 255, 0)};
        scene.overlay.preview = {probabilities, classes, 0.5F, colours};
        scene.overlay.style = OverlayStyle::Fill;
        scene.overlay.opacity = 1;
        const QImage image = ui::renderSlice(scene, QSize(64, 64));
        QCOMPARE(image.pixel(20, 2), qRgb(0, 0, 0));
        QVERIFY(brightestRed(image, 20, 16, 24) > 250 && qGreen(image.pixel(20, 20)) < 5);
        QVERIFY(brightestRed(image, 20, 46, 54) < 5 && qGreen(image.pixel(20, 50)) > 60);
    }

    void heat_leaves_what_has_none_and_lights_up_the_rest()
    {
        const SlicePixels pixels(flat(16, 500), 0);
        auto scene = sceneOf(pixels);
        const QImage plain = ui::renderSlice(scene, QSize(16, 16));
        std::vector<float> heat(256);
        std::fill(heat.begin() + 128, heat.end(), 1.0F);
        scene.heat = {heat, 1.0};
        const QImage heated = ui::renderSlice(scene, QSize(16, 16));
        QCOMPARE(heated.pixel(8, 2), plain.pixel(8, 2));
        QCOMPARE(heated.pixel(8, 14), qRgb(252, 244, 165));
        scene.heat.opacity = 0;
        QCOMPARE(ui::renderSlice(scene, QSize(16, 16)), plain);
    }

    void heat_of_another_size_is_left_out()
    {
        const SlicePixels pixels(flat(16, 500), 0);
        auto scene = sceneOf(pixels);
        const QImage plain = ui::renderSlice(scene, QSize(16, 16));
        const std::vector<float> heat(255, 1.0F);
        scene.heat = {heat, 1.0};
        QCOMPARE(ui::renderSlice(scene, QSize(16, 16)), plain);
    }

    void more_heat_is_lighter()
    {
        const auto grey = [](const auto& colour) { return qGray(colour[0], colour[1], colour[2]); };
        const auto& colours = imaging::heatColours();
        for (std::size_t i = 1; i < colours.size(); ++i)
            QVERIFY(grey(colours[i]) >= grey(colours[i - 1]));
    }

    void overlays_of_another_size_are_left_out()
    {
        const SlicePixels pixels(flat(8, 0), 0);
        const std::vector<std::uint16_t> labels(7, 1);
        const std::vector<float> probabilities(3, 1.0F);
        const std::vector<QRgb> colours{0, qRgb(255, 255, 255)};
        auto scene = sceneOf(pixels);
        scene.overlay.labels = labels;
        scene.overlay.colours = colours;
        scene.overlay.preview.probabilities = probabilities;
        QCOMPARE(ui::renderSlice(scene, QSize(8, 8)).pixel(4, 4), qRgb(0, 0, 0));
    }

    void extreme_sizes_and_zooms_are_drawn_data()
    {
        QTest::addColumn<QSize>("picture");
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("offset");
        QTest::newRow("one pixel, huge zoom") << QSize(1, 1) << 128.0 << -60.0;
        QTest::newRow("10x10") << QSize(10, 10) << 6.0 << 0.0;
        QTest::newRow("long and thin, tiny zoom") << QSize(3, 4000) << 1.0 / 64 << 0.0;
        QTest::newRow("far outside") << QSize(20, 20) << 1.0 << 5000.0;
        QTest::newRow("far outside, other side") << QSize(20, 20) << 1.0 << -5000.0;
    }

    void extreme_sizes_and_zooms_are_drawn()
    {
        QFETCH(QSize, picture);
        QFETCH(double, scale);
        QFETCH(double, offset);
        const auto volume = support::syntheticVolume(support::gridOf(picture.width(), picture.height(), 1), {},
            [](imaging::VoxelIndex) { return std::int16_t{1000}; });
        const SlicePixels pixels(volume, 0);
        auto scene = sceneOf(pixels, scale);
        scene.smooth = true;
        scene.view.offsetX = offset;
        const QImage image = ui::renderSlice(scene, QSize(64, 64));
        const bool inside =
            scene.view.toPicture({0.5, 0.5}).x() >= 0 && scene.view.toPicture({0.5, 0.5}).x() < picture.width();
        QCOMPARE(qRed(image.pixel(0, 0)), inside ? 255 : 0);
    }

    void colour_pictures_keep_their_colours()
    {
        std::vector<std::byte> bytes(4 * 4 * 3);
        for (std::size_t i = 0; i < 16; ++i)
            bytes[3 * i + 1] = std::byte{200};
        const auto volume = std::make_shared<imaging::Volume>(
            support::gridOf(4, 4, 1), imaging::VoxelType::UInt8, 3, bytes, imaging::VolumeInfo());
        const SlicePixels pixels(volume, 0);
        QCOMPARE(ui::renderSlice(sceneOf(pixels), QSize(4, 4)).pixel(2, 2), qRgb(0, 200, 0));
    }
};

QTEST_MAIN(SliceSceneTest)
#include "tst_slice_scene.moc"
