#include "ui/render/solid_renderer.h"

#include "annotations/mask_edit.h"
#include "imaging/error.h"
#include "tests/support/synthetic_volume.h"
#include "ui/views/view_point.h"

#include <QTest>

#include <cmath>
#include <cstdlib>

using ui::SolidPreset;
using ui::SolidQuality;

namespace {

constexpr int kSize = 200;
constexpr double kRadius = 20;

/// A ball of bone about the middle of air, 100 mm wide.
std::shared_ptr<const imaging::Volume> ballOfBone(imaging::PatientPoint sliceAxis = {0, 0, 1})
{
    auto grid = support::gridOf(50, 50, 50, 2);
    grid.axes[2] = sliceAxis;
    imaging::VolumeInfo info;
    info.study.modality = "CT";
    info.unit = "HU";
    return support::syntheticVolume(grid, info, [](imaging::VoxelIndex v) {
        const double distance = 2 * std::hypot(v.column - 24.5, std::hypot(v.row - 24.5, v.slice - 24.5));
        return static_cast<std::int16_t>(distance <= kRadius ? 1000 : -1000);
    });
}

annotations::LabelMap ballOfMask(const imaging::VoxelGrid& grid)
{
    annotations::LabelMap map(grid);
    annotations::MaskEdit edit(map);
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column)
                if (2 * std::hypot(column - 24.5, std::hypot(row - 24.5, slice - 24.5)) <= kRadius)
                    edit.paint({column, row, slice}, 1);
    (void)edit.commit("Ball");
    return map;
}

struct Rgb
{
    int red;
    int green;
    int blue;

    int sum() const { return red + green + blue; }
};

Rgb at(const ui::SolidPicture& picture, int x, int y)
{
    const auto pixel = picture.pixels[static_cast<std::size_t>(y * picture.width + x)];
    return {static_cast<int>(pixel >> 16 & 255), static_cast<int>(pixel >> 8 & 255), static_cast<int>(pixel & 255)};
}

/// How much of a disc about the middle, and of the ground around it, has something on it.
struct Coverage
{
    double inside = 0;
    double outside = 0;
};

/// `radius` in pixels; half a voxel at the edge is left out.
Coverage coverage(const ui::SolidPicture& picture, double radius)
{
    Coverage counts;
    double insideAll = 0;
    double outsideAll = 0;
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) {
            const double distance = std::hypot(x + 0.5 - picture.width / 2.0, y + 0.5 - picture.height / 2.0);
            if (std::abs(distance - radius) < 5)
                continue;
            const bool isSeen = at(picture, x, y).sum() > 90;
            (distance < radius ? insideAll : outsideAll) += 1;
            (distance < radius ? counts.inside : counts.outside) += isSeen ? 1 : 0;
        }
    return {counts.inside / insideAll, counts.outside / outsideAll};
}

} // namespace

class SolidRendererTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_renderer = ui::openSolidRenderer();
        m_scene.volume = ballOfBone();
        m_scene.preset = SolidPreset::Bone;
        m_from = ui::viewPointOf(m_scene.volume->grid());
        m_from.heightMm = 100; // Two pixels a millimetre.
    }

    void a_ball_is_a_disc_from_every_side_data()
    {
        QTest::addColumn<SolidQuality>("quality");
        QTest::addColumn<bool>("turned");
        QTest::newRow("fine") << SolidQuality::Fine << false;
        QTest::newRow("coarse") << SolidQuality::Coarse << false;
        QTest::newRow("turned") << SolidQuality::Fine << true;
    }

    void a_ball_is_a_disc_from_every_side()
    {
        QFETCH(SolidQuality, quality);
        QFETCH(bool, turned);
        auto from = m_from;
        if (turned)
            from.turn(0.8, 0.5);
        const auto picture = m_renderer->render(m_scene, from.camera(), kSize, kSize, quality);
        QCOMPARE(picture.width, kSize);
        const auto [inside, outside] = coverage(picture, 2 * kRadius);
        QVERIFY2(inside > 0.99, qPrintable(QString::number(inside)));
        QVERIFY2(outside < 0.01, qPrintable(QString::number(outside)));
    }

    void a_mirrored_grid_is_drawn_where_it_lies()
    {
        auto scene = m_scene;
        scene.volume = ballOfBone({0, 0, -1});
        auto from = ui::viewPointOf(scene.volume->grid());
        from.heightMm = 100;
        const auto [inside, outside] = coverage(m_renderer->render(scene, from.camera(), kSize, kSize, SolidQuality::Fine), 2 * kRadius);
        QVERIFY(inside > 0.99 && outside < 0.01);
    }

    void a_click_hits_the_front_of_the_ball()
    {
        (void)m_renderer->render(m_scene, m_from.camera(), kSize, kSize, SolidQuality::Fine);
        const auto hit = m_renderer->pick(kSize / 2, kSize / 2);
        QVERIFY(hit);
        const auto front = m_from.focus + kRadius * m_from.toEye();
        QVERIFY2(length(*hit - front) < 4, qPrintable(QString::number(length(*hit - front))));
        QVERIFY(!m_renderer->pick(3, 3));
    }

    void the_crop_box_cuts_the_ball_and_the_skin()
    {
        auto scene = m_scene;
        scene.crop = annotations::MaskRegion{0, 24, 0, 49, 0, 49}; // The half at the patient's right: the picture's left.
        for (const auto preset : {SolidPreset::Bone, SolidPreset::None}) {
            scene.preset = preset;
            if (preset == SolidPreset::None)
                scene.surfaces = {{skin(), {200, 60, 40}, 1}};
            const auto picture = m_renderer->render(scene, m_from.camera(), kSize, kSize, SolidQuality::Fine);
            QVERIFY(at(picture, kSize / 2 - 20, kSize / 2).sum() > 90);
            QVERIFY(at(picture, kSize / 2 + 20, kSize / 2).sum() < 60);
        }
    }

    void a_skin_has_its_label_s_colour_and_is_hit()
    {
        ui::SolidScene scene;
        scene.volume = m_scene.volume;
        scene.surfaces = {{skin(), {40, 60, 220}, 1}};
        const auto picture = m_renderer->render(scene, m_from.camera(), kSize, kSize, SolidQuality::Fine);
        const auto [inside, outside] = coverage(picture, 2 * kRadius);
        QVERIFY(inside > 0.98 && outside < 0.01);
        const auto middle = at(picture, kSize / 2, kSize / 2);
        QVERIFY(middle.blue > 2 * middle.red && middle.blue > 2 * middle.green);
        const auto hit = m_renderer->pick(kSize / 2, kSize / 2);
        QVERIFY(hit && length(*hit - (m_from.focus + kRadius * m_from.toEye())) < 3);
        // Taken away again.
        scene.surfaces.clear();
        QVERIFY(at(m_renderer->render(scene, m_from.camera(), kSize, kSize, SolidQuality::Fine), kSize / 2, kSize / 2).sum() < 60);
    }

    void presets_tell_air_lung_and_bone_apart()
    {
        auto scene = m_scene;
        scene.preset = SolidPreset::Window;
        scene.window = {5000, 100}; // All is darker than that.
        QVERIFY(coverage(m_renderer->render(scene, m_from.camera(), kSize, kSize, SolidQuality::Fine), 2 * kRadius).inside < 0.01);
        scene.window = {500, 1000};
        const auto seen = coverage(m_renderer->render(scene, m_from.camera(), kSize, kSize, SolidQuality::Fine), 2 * kRadius);
        QVERIFY2(seen.inside > 0.97 && seen.outside < 0.01, qPrintable(QString::number(seen.inside)));
        for (const auto preset : {SolidPreset::Bone, SolidPreset::Vessels, SolidPreset::Soft}) {
            scene.preset = preset;
            const auto [inside, outside] = coverage(m_renderer->render(scene, m_from.camera(), kSize, kSize, SolidQuality::Fine), 2 * kRadius);
            QVERIFY(inside > 0.99 && outside < 0.01);
        }
    }

    void what_was_drawn_can_be_forgotten()
    {
        auto volume = ballOfBone();
        const std::weak_ptr<const imaging::Volume> held = volume;
        ui::SolidScene scene = m_scene;
        scene.volume = std::move(volume);
        (void)m_renderer->render(scene, m_from.camera(), kSize, kSize, SolidQuality::Coarse);
        scene = {};
        m_renderer->forget();
        QVERIFY(held.expired());
    }

    void without_a_display_there_is_a_sentence()
    {
        const QByteArray display = qgetenv("DISPLAY");
        qputenv("DISPLAY", ":987");
        QVERIFY_THROWS_EXCEPTION(imaging::Error, (void)ui::openSolidRenderer());
        qputenv("DISPLAY", display);
    }

private:
    std::shared_ptr<const annotations::Surface> skin() const
    {
        const auto map = ballOfMask(m_scene.volume->grid());
        return std::make_shared<annotations::Surface>(
            surfaceOf(map, 1, annotations::extentsOf(map).at(1).box, annotations::Smoothing::Usual));
    }

    std::unique_ptr<ui::SolidRenderer> m_renderer;
    ui::SolidScene m_scene;
    ui::ViewPoint m_from;
};

QTEST_MAIN(SolidRendererTest)

#include "tst_solid_renderer.moc"
