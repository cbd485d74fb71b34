#include "ui/views/solid_view.h"

#include "imaging/error.h"
#include "imaging/grid_frame.h"
#include "tests/support/synthetic_volume.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QSignalSpy>
#include <QTest>
#include <rapidcheck.h>

#include <cmath>
#include <mutex>

using ui::SolidPreset;
using ui::SolidQuality;
using ui::SolidSide;
using ui::SolidView;
using ui::ViewPoint;

namespace {

std::shared_ptr<const imaging::Volume> chest(const std::string& unit = "HU")
{
    auto grid = support::gridOf(40, 30, 20);
    imaging::VolumeInfo info;
    info.study.modality = "CT";
    info.unit = unit;
    return support::syntheticVolume(grid, info, [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(v.column); });
}

/// What a renderer was asked for; shared with the thread that it works on.
struct Asked
{
    std::mutex mutex;
    std::vector<SolidQuality> qualities;
    std::vector<ui::SolidScene> scenes;
    int forgotten = 0;

    std::vector<SolidQuality> seen()
    {
        const std::lock_guard lock(mutex);
        return qualities;
    }
    ui::SolidScene lastScene()
    {
        const std::lock_guard lock(mutex);
        return scenes.back();
    }
};

class FakeRenderer : public ui::SolidRenderer
{
public:
    explicit FakeRenderer(Asked& asked)
        : m_asked(asked)
    {
    }

    ui::SolidPicture render(const ui::SolidScene& scene, const ui::SolidCamera&, int width, int height,
        SolidQuality quality) override
    {
        const std::lock_guard lock(m_asked.mutex);
        m_asked.qualities.push_back(quality);
        m_asked.scenes.push_back(scene);
        return {width, height, std::vector<std::uint32_t>(static_cast<std::size_t>(width * height), 0xff336699U)};
    }
    std::optional<imaging::PatientPoint> pick(int x, int y) override
    {
        return imaging::PatientPoint{x < 5 ? 7.0 : 20.0, y < 5 ? 7.0 : 12.0, 5};
    }
    void forget() override
    {
        const std::lock_guard lock(m_asked.mutex);
        ++m_asked.forgotten;
    }
    bool isFast() const override { return false; }

private:
    Asked& m_asked;
};

struct Desk
{
    explicit Desk(ui::SolidThread::Open open)
        : view(picture, state, std::move(open))
    {
        view.resize(400, 300);
        view.show();
    }

    Desk()
        : Desk([this] { return std::make_unique<FakeRenderer>(asked); })
    {
    }

    void showVolume(std::shared_ptr<const imaging::Volume> volume = chest())
    {
        picture.setVolume(std::move(volume));
        state.setLayout(ui::ViewLayout::Solid);
    }

    Asked asked;
    ui::ViewState state;
    ui::ShownPicture picture{state};
    SolidView view;
};

ViewPoint anyViewPoint()
{
    ViewPoint from;
    from.azimuth = *rc::gen::inRange(-314, 315) / 100.0;
    from.elevation = *rc::gen::inRange(-157, 158) / 100.0;
    from.focus = {*rc::gen::inRange(-50, 50) / 1.0, 3, *rc::gen::inRange(-50, 50) / 1.0};
    from.heightMm = *rc::gen::inRange(20, 900);
    return from;
}

} // namespace

class SolidViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void axes_of_a_view_point_are_at_right_angles_and_right_handed()
    {
        QVERIFY(rc::check([] {
            const auto from = anyViewPoint();
            const auto near = [](double value, double wanted) { return std::abs(value - wanted) < 1e-9; };
            RC_ASSERT(near(length(from.toEye()), 1) && near(length(from.up()), 1));
            RC_ASSERT(near(dot(from.toEye(), from.up()), 0));
            RC_ASSERT(near(length(cross(from.right(), from.up()) - from.toEye()), 0));
            RC_ASSERT(from.up().z > -1e-9); // The head stays up.
        }));
    }

    void places_and_points_at_the_focus_depth_are_one_to_one()
    {
        QVERIFY(rc::check([] {
            const auto from = anyViewPoint();
            const QSizeF view(400, 300);
            const QPointF place(*rc::gen::inRange(0, 400), *rc::gen::inRange(0, 300));
            const QPointF back = from.toView(from.toPatient(place, view), view);
            RC_ASSERT(std::hypot(back.x() - place.x(), back.y() - place.y()) < 1e-6);
        }));
    }

    void sides_are_looked_at_as_is_usual_data()
    {
        QTest::addColumn<SolidSide>("side");
        QTest::addColumn<QString>("letters"); // Left and top edge.
        QTest::newRow("front") << SolidSide::Front << "RH";
        QTest::newRow("back") << SolidSide::Back << "LH";
        QTest::newRow("left") << SolidSide::Left << "AH";
        QTest::newRow("right") << SolidSide::Right << "PH";
        QTest::newRow("head") << SolidSide::Head << "RP";
        QTest::newRow("feet") << SolidSide::Feet << "RA";
    }

    void sides_are_looked_at_as_is_usual()
    {
        QFETCH(SolidSide, side);
        QFETCH(QString, letters);
        ViewPoint from;
        from.lookFrom(side);
        const auto letterOf = [](imaging::PatientPoint way) {
            return way.x > 0.9 ? "L" : way.x < -0.9 ? "R" : way.y > 0.9 ? "P" : way.y < -0.9 ? "A" : way.z > 0.9 ? "H" : "F";
        };
        QCOMPARE(QString::fromLatin1(letterOf(-1 * from.right())) + QLatin1String(letterOf(from.up())), letters);
    }

    void a_side_of_the_crop_box_follows_the_pointer()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::gridOf(40, 30, 20);
            const auto from = anyViewPoint();
            const QSizeF view(400, 300);
            ui::CropBox box(grid);
            RC_ASSERT(box.isWhole());
            for (int i = 0; i < 6; ++i)
                box.drag(*rc::gen::inRange<std::size_t>(0, 6),
                    QPointF(*rc::gen::inRange(-300, 300), *rc::gen::inRange(-300, 300)), from, view);
            const auto& r = box.region();
            RC_ASSERT(0 <= r.firstColumn && r.firstColumn <= r.lastColumn && r.lastColumn < 40);
            RC_ASSERT(0 <= r.firstRow && r.firstRow <= r.lastRow && r.lastRow < 30);
            RC_ASSERT(0 <= r.firstSlice && r.firstSlice <= r.lastSlice && r.lastSlice < 20);
        }));
    }

    void a_handle_stays_under_the_pointer()
    {
        ViewPoint from = ui::viewPointOf(support::gridOf(40, 30, 20));
        from.turn(0.5, 0.3);
        ui::CropBox box(support::gridOf(40, 30, 20));
        const QSizeF view(400, 300);
        const auto side = box.sideAt(box.handles(from, view)[1], from, view);
        QCOMPARE(side, std::optional<std::size_t>(1)); // The last column's.
        const QPointF before = box.handles(from, view)[1];
        const QPointF inwards = from.wayInView({-8, 0, 0}, view);
        box.drag(1, inwards, from, view);
        QCOMPARE(box.region().lastColumn, 31);
        QVERIFY(std::hypot((box.handles(from, view)[1] - before - inwards).x(), (box.handles(from, view)[1] - before - inwards).y()) < 1e-6);
    }

    void presets_by_hounsfield_units_are_for_such_volumes_alone()
    {
        Desk desk;
        desk.showVolume();
        QCOMPARE(desk.view.preset(), SolidPreset::Bone);
        desk.showVolume(chest(""));
        QCOMPARE(desk.view.preset(), SolidPreset::Window);
        desk.view.setPreset(SolidPreset::Lung);
        QCOMPARE(desk.view.preset(), SolidPreset::Window);
    }

    void it_is_coarse_while_turned_and_fine_when_still()
    {
        Desk desk;
        desk.showVolume();
        QTRY_VERIFY(desk.view.isStill());
        const auto before = desk.asked.seen().size();
        QSignalSpy settled(&desk.view, &SolidView::settled);
        QTest::keyClick(&desk.view, Qt::Key_Left);
        QVERIFY(!desk.view.isStill());
        QTRY_COMPARE(settled.size(), 1);
        const auto seen = desk.asked.seen();
        QCOMPARE(seen.at(before), SolidQuality::Coarse);
        QCOMPARE(seen.back(), SolidQuality::Fine);
    }

    void an_arrow_turns_what_is_seen_its_way()
    {
        Desk desk;
        desk.showVolume();
        const auto before = desk.view.viewPoint();
        const imaging::PatientPoint nose = before.focus + 100 * before.toEye();
        QTest::keyClick(&desk.view, Qt::Key_Right);
        const QSizeF size = desk.view.size();
        QVERIFY(desk.view.viewPoint().toView(nose, size).x() > before.toView(nose, size).x());
        const auto turned = desk.view.viewPoint();
        QTest::keyClick(&desk.view, Qt::Key_Up);
        QVERIFY(desk.view.viewPoint().toView(nose, size).y() < turned.toView(nose, size).y());
        QTest::keyClick(&desk.view, Qt::Key_Home);
        QCOMPARE(desk.view.viewPoint(), before);
    }

    void a_click_moves_the_crosshair_to_what_it_hits()
    {
        Desk desk;
        desk.showVolume();
        QTRY_VERIFY(desk.view.isStill());
        QTest::mouseClick(&desk.view, Qt::LeftButton, Qt::NoModifier, QPoint(2, 2));
        QTRY_COMPARE(desk.state.crosshair(), (imaging::PatientPoint{7, 7, 5}));
    }

    void the_scene_has_the_skins_and_the_crop()
    {
        Desk desk;
        desk.showVolume();
        auto surface = std::make_shared<annotations::Surface>();
        desk.picture.setSurfaces({{surface, {1, 2, 3}, 1}});
        desk.view.setCropping(true);
        QTRY_VERIFY(desk.view.isStill());
        QCOMPARE(desk.asked.lastScene().surfaces.size(), std::size_t{1});
        QVERIFY(!desk.asked.lastScene().crop); // The whole box cuts nothing.
        ui::CropBox box(desk.picture.volume()->grid());
        const QPointF handle = box.handles(desk.view.viewPoint(), desk.view.size())[1];
        QTest::mousePress(&desk.view, Qt::LeftButton, Qt::NoModifier, handle.toPoint());
        QMouseEvent move(QEvent::MouseMove, handle - QPointF(40, 0), desk.view.mapToGlobal(handle - QPointF(40, 0)),
            Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&desk.view, &move);
        QTest::mouseRelease(&desk.view, Qt::LeftButton, Qt::NoModifier, (handle - QPointF(40, 0)).toPoint());
        QTRY_VERIFY(desk.view.isStill());
        QVERIFY(desk.asked.lastScene().crop);
        QVERIFY(desk.asked.lastScene().crop->lastColumn < 39);
    }

    void a_picture_that_is_closed_is_let_go()
    {
        Desk desk;
        std::weak_ptr<const imaging::Volume> volume;
        {
            auto made = chest();
            volume = made;
            desk.showVolume(std::move(made));
        }
        QTRY_VERIFY(desk.view.isStill());
        desk.picture.setVolume(nullptr);
        {
            const std::lock_guard lock(desk.asked.mutex);
            desk.asked.scenes.clear();
        }
        QTRY_VERIFY(volume.expired());
    }

    void that_nothing_can_be_drawn_is_said()
    {
        Desk desk([]() -> std::unique_ptr<ui::SolidRenderer> {
            throw imaging::Error(imaging::ErrorKind::NotFound, "3-D needs an X display.");
        });
        QSignalSpy settled(&desk.view, &SolidView::settled);
        desk.showVolume();
        QTRY_VERIFY(settled.size() >= 1);
        QVERIFY(desk.view.isStill());
    }

    void an_x_ray_orders_nothing()
    {
        Desk desk;
        desk.picture.setVolume(support::rampXray(60, 50, "L\\F"));
        QVERIFY(desk.asked.seen().empty());
        QVERIFY(!desk.view.grab().isNull());
    }
};

QTEST_MAIN(SolidViewTest)

#include "tst_solid_view.moc"
