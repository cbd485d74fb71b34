#include "ui/views/slice_view.h"

#include "annotations/mask_edit.h"
#include "tests/support/synthetic_volume.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <array>
#include <cmath>

using ui::ShownPicture;
using ui::SliceView;
using ui::ToolId;
using ui::ViewPlane;
using ui::ViewState;

namespace {

void turnWheel(QWidget& widget, int notches, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    const QPointF middle(widget.width() / 2.0, widget.height() / 2.0);
    QWheelEvent event(middle, widget.mapToGlobal(middle), {}, QPoint(0, 120 * notches), Qt::NoButton, modifiers,
        Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &event);
}

/// QTest's own moves carry no buttons.
void dragTo(QWidget& widget, QPoint to, Qt::MouseButton button)
{
    QMouseEvent event(QEvent::MouseMove, to, widget.mapToGlobal(QPointF(to)), Qt::NoButton, button, Qt::NoModifier);
    QApplication::sendEvent(&widget, &event);
}

/// A CT whose values change along every axis.
std::shared_ptr<const imaging::Volume> chest()
{
    auto grid = support::gridOf(24, 20, 16);
    grid.spacingMm = {1, 1.5, 2};
    imaging::VolumeInfo info;
    info.spacing = imaging::SpacingKind::Calibrated;
    info.axesKnown = true;
    return support::syntheticVolume(grid, info,
        [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(20 * v.column + 7 * v.row + 11 * v.slice); });
}

void planes()
{
    QTest::addColumn<ViewPlane>("which");
    QTest::newRow("stored") << ViewPlane::Stored;
    QTest::newRow("axial") << ViewPlane::Axial;
    QTest::newRow("coronal") << ViewPlane::Coronal;
    QTest::newRow("sagittal") << ViewPlane::Sagittal;
    QTest::newRow("oblique") << ViewPlane::Oblique;
}

} // namespace

class SliceViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_state = std::make_unique<ViewState>();
        m_picture = std::make_unique<ShownPicture>(*m_state);
        m_view = makeView(ViewPlane::Stored);
    }

    void cleanup()
    {
        m_view.reset();
        m_picture.reset();
        m_state.reset();
    }

    void opens_a_stack_in_its_middle_slice()
    {
        m_picture->setVolume(support::steppedCt(50, 50, 21));
        QCOMPARE(m_state->slice(), 10);
    }

    void any_plane_fits_and_says_where_it_lies_data() { planes(); }

    void any_plane_fits_and_says_where_it_lies()
    {
        QFETCH(ViewPlane, which);
        showChest(which);
        const auto& volume = m_picture->volume();
        const auto plane = m_view->plane();
        QCOMPARE(std::optional(plane), m_state->plane(which));
        QCOMPARE(m_view->pictureSize(), QSize(plane.columns, plane.rows));
        const auto& view = m_view->viewTransform();
        QVERIFY(std::abs(view.scaleX / view.scaleY - plane.spacingMm[0] / plane.spacingMm[1]) < 1e-9);
        const bool alongSlices = which == ViewPlane::Stored || which == ViewPlane::Axial;
        QVERIFY(m_view->hud().slices > 1);
        const bool saysSlice = m_view->hud().topRight.join(QString()).contains(QStringLiteral("slice"));
        QCOMPARE(saysSlice, alongSlices);
        QVERIFY(std::abs(m_view->hud().mmPerPoint * m_view->zoom() - plane.spacingMm[0]) < 1e-9);
        // The value of the voxel that lies there, and its place.
        const auto point = volume->grid().toPatient(7, 9, 8);
        const auto at = plane.toPlane(point);
        m_state->setTool(ToolId::Select);
        const auto widget = m_view->toWidget({at.column + 0.5, at.row + 0.5}).toPoint();
        dragTo(*m_view, widget, Qt::NoButton);
        const auto pixel = m_view->toPicture(widget);
        const auto there = plane.toPatient(std::floor(pixel.x()), std::floor(pixel.y()));
        const auto says = m_view->hud().bottomLeft.join(QLatin1Char(' '));
        QVERIFY2(says.contains(QStringLiteral("%1  %2  %3  mm")
                                   .arg(there.x, 0, 'f', 1)
                                   .arg(there.y, 0, 'f', 1)
                                   .arg(there.z, 0, 'f', 1)),
            qPrintable(says));
        // Scrolling goes through its own planes.
        const int layer = m_state->layer(which);
        turnWheel(*m_view, -1);
        QCOMPARE(m_state->layer(which), layer + 1);
        QVERIFY(m_view->plane() != plane);
        QVERIFY(std::abs(std::abs(dot(m_view->plane().normal(), plane.normal())) - 1) < 1e-9);
    }

    void on_any_plane_a_part_is_drawn_again_as_the_whole_is_data() { planes(); }

    void on_any_plane_a_part_is_drawn_again_as_the_whole_is()
    {
        QFETCH(ViewPlane, which);
        showChest(which);
        const auto& grid = m_picture->volume()->grid();
        annotations::LabelMap map(grid);
        m_picture->setLabels(annotations::defaultLabels());
        m_picture->setLabelMap(&map);
        int seen = 0;
        for (std::size_t i = 0; i < 60; ++i) {
            const QImage before = m_view->grab().toImage();
            annotations::MaskEdit edit(map);
            edit.paintRun(i * 127 % (grid.voxels() - 60), 1 + i % 50, static_cast<std::uint16_t>(i % 3));
            const auto delta = edit.commit("Brush");
            if (!delta)
                continue;
            m_picture->refreshMasks(delta->region());
            const QImage part = m_view->grab().toImage();
            m_picture->refreshMasks();
            QCOMPARE(part, m_view->grab().toImage());
            seen += part != before;
        }
        QVERIFY(seen > 0);
    }

    void preview_and_heat_are_shown_on_their_own_plane_data() { planes(); }

    void preview_and_heat_are_shown_on_their_own_plane()
    {
        QFETCH(ViewPlane, which);
        showChest(which);
        const auto plane = m_view->plane();
        QCOMPARE(std::optional(plane), m_state->plane(which));
        const QImage bare = m_view->grab().toImage();
        const auto beside = imaging::moved(plane, 1);
        const std::vector<float> all(plane.pixels(), 0.9F);
        for (const bool own : {true, false}) {
            m_picture->setPreview(ui::SlicePreview{own ? plane : beside, all, {}, 0.5F, {0, qRgb(255, 0, 0)}});
            QCOMPARE(m_view->grab().toImage() != bare, own);
            m_picture->setPreview(std::nullopt);
            m_picture->setHeat(ui::SliceHeat{own ? plane : beside, all, 0.65, QStringLiteral("heat")});
            QCOMPARE(m_view->grab().toImage() != bare, own);
            QCOMPARE(m_view->hud().topRight.contains(QStringLiteral("heat")), own);
            m_picture->setHeat(std::nullopt);
        }
    }

    void views_of_one_picture_follow_its_masks_proposal_and_slice()
    {
        const auto volume = chest();
        const auto& grid = volume->grid();
        annotations::LabelMap map(grid);
        const auto coronal = makeView(ViewPlane::Coronal);
        m_picture->setVolume(volume);
        m_picture->setLabels(annotations::defaultLabels());
        m_picture->setLabelMap(&map);
        const auto look = [&] { return std::array{m_view->grab().toImage(), coronal->grab().toImage()}; };
        using Changed = std::array<bool, 2>; // In the axial view, in the coronal one.
        auto before = look();
        const auto changed = [&] {
            const auto now = look();
            const Changed different{now[0] != before[0], now[1] != before[1]};
            before = now;
            return different;
        };
        QCOMPARE(changed(), (Changed{false, false}));
        const auto paint = [&](imaging::VoxelIndex voxel) {
            annotations::MaskEdit edit(map);
            edit.paint(voxel, 1);
            m_picture->refreshMasks(edit.commit("Brush")->region());
        };
        paint({5, 10, 8});
        QCOMPARE(changed(), (Changed{true, true}));
        paint({5, 3, 8});
        QCOMPARE(changed(), (Changed{true, false}));
        paint({5, 10, 2});
        QCOMPARE(changed(), (Changed{false, true}));
        const auto propose = [&](const SliceView& view) {
            m_picture->setPreview(ui::SlicePreview{view.plane(), std::vector<float>(view.plane().pixels(), 0.9F), {},
                0.5F, {0, qRgb(255, 0, 0)}});
        };
        propose(*m_view);
        QCOMPARE(changed(), (Changed{true, false}));
        propose(*coronal);
        QCOMPARE(changed(), (Changed{true, true}));
        m_picture->setPreview(std::nullopt);
        QCOMPARE(changed(), (Changed{false, true}));
        m_state->stepLayer(ui::ViewPlane::Stored, 1);
        QCOMPARE(changed(), (Changed{true, false}));
        m_state->stepLayer(ViewPlane::Coronal, 2);
        QCOMPARE(changed(), (Changed{false, true}));
        m_picture->setLabelMap(nullptr);
        m_state->setCrosshair(grid.toPatient(0, 0, 0));
        QCOMPARE(changed(), (Changed{true, true}));
        m_picture->setVolume(nullptr);
        QCOMPARE(changed(), (Changed{true, true}));
    }

    void inversion_is_written_into_the_corner()
    {
        m_picture->setVolume(support::steppedCt(50, 50, 5));
        const auto says = [&] { return m_view->hud().topRight.join(QString()).contains(QStringLiteral("inverted")); };
        QVERIFY(!says());
        m_state->setInverted(true);
        QVERIFY(says());
    }

    void a_slice_that_lies_otherwise_than_the_first_shows_the_letters_that_the_model_is_given()
    {
        auto info = support::xrayInfo("L\\P");
        info.sources.resize(2);
        info.sources[0].imageOrientation = "1\\0\\0\\0\\1\\0";
        info.sources[1].imageOrientation = "1\\0\\0\\0\\0\\-1";
        m_picture->setVolume(support::syntheticVolume(
            support::gridOf(10, 10, 2), info, [](imaging::VoxelIndex) { return std::int16_t{7}; }));
        m_state->stepLayer(ui::ViewPlane::Stored, -10);
        QCOMPARE(m_view->hud().edges[2], QStringLiteral("A"));
        m_state->stepLayer(ui::ViewPlane::Stored, 1);
        QCOMPARE(m_view->hud().edges, (std::array<QString, 4>{"R", "L", "H", "F"}));
        QVERIFY(m_view->hud().badges.isEmpty());
    }

    void an_irregular_stack_says_so()
    {
        auto info = support::xrayInfo("L\\F");
        info.notRegular = "the distance between slices changes from 4.2 to 7.4 mm";
        m_picture->setVolume(support::syntheticVolume(
            support::gridOf(10, 10, 4), info, [](imaging::VoxelIndex) { return std::int16_t{7}; }));
        QVERIFY(m_view->hud().badges.join(QString()).contains(QStringLiteral("4.2 to 7.4 mm")));
    }

    void what_is_being_read_is_said_in_the_middle()
    {
        const auto middle = [&] { return m_view->grab().toImage().copy(100, 150, 200, 100); };
        const QImage before = middle();
        m_picture->showReading(3, QStringLiteral("Reading THORAX"), 0.4);
        const QImage during = middle();
        QVERIFY(during != before);
        m_picture->showReading(3, QStringLiteral("Reading THORAX"), 0.8);
        QVERIFY(middle() != during);
        m_picture->endReading(2); // Another job.
        QVERIFY(middle() != before);
        m_picture->endReading(3);
        QCOMPARE(middle(), before);
    }

    void wheel_scrolls_a_stack_and_stops_at_its_ends()
    {
        m_picture->setVolume(support::steppedCt(50, 50, 5));
        const QSignalSpy changes(m_state.get(), &ViewState::sliceChanged);
        turnWheel(*m_view, -1);
        QCOMPARE(m_state->slice(), 3);
        turnWheel(*m_view, -10);
        QCOMPARE(m_state->slice(), 4);
        turnWheel(*m_view, 100);
        QCOMPARE(m_state->slice(), 0);
        QCOMPARE(changes.count(), 3);
    }

    void half_notches_add_up()
    {
        m_picture->setVolume(support::steppedCt(50, 50, 9));
        const QPointF middle(200, 200);
        for (int i = 0; i < 4; ++i) {
            QWheelEvent event(
                middle, middle, {}, QPoint(0, -60), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(m_view.get(), &event);
        }
        QCOMPARE(m_state->slice(), 6);
    }

    void wheel_zooms_a_single_picture_about_the_pointer()
    {
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        const double before = m_view->zoom();
        const QPointF fixed = m_view->toPicture({200, 200});
        turnWheel(*m_view, 2);
        QVERIFY(m_view->zoom() > before * 1.2);
        QVERIFY(QLineF(m_view->toPicture({200, 200}), fixed).length() < 1e-6);
    }

    void keys_walk_through_the_stack_data()
    {
        QTest::addColumn<Qt::Key>("key");
        QTest::addColumn<int>("slice");
        QTest::newRow("up") << Qt::Key_Up << 9;
        QTest::newRow("down") << Qt::Key_Down << 11;
        QTest::newRow("page down") << Qt::Key_PageDown << 15;
        QTest::newRow("home") << Qt::Key_Home << 0;
        QTest::newRow("end") << Qt::Key_End << 20;
    }

    void keys_walk_through_the_stack()
    {
        QFETCH(Qt::Key, key);
        QFETCH(int, slice);
        m_picture->setVolume(support::steppedCt(50, 50, 21));
        QTest::keyClick(m_view.get(), key);
        QCOMPARE(m_state->slice(), slice);
    }

    void right_drag_changes_the_window()
    {
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        const auto before = m_state->window();
        QTest::mousePress(m_view.get(), Qt::RightButton, {}, QPoint(200, 200));
        dragTo(*m_view, QPoint(240, 230), Qt::RightButton);
        QTest::mouseRelease(m_view.get(), Qt::RightButton, {}, QPoint(240, 230));
        QVERIFY(m_state->window().width > before.width);
        QVERIFY(m_state->window().center > before.center);
    }

    void middle_drag_moves_the_picture()
    {
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        const QPointF before = m_view->toWidget({50, 50});
        QTest::mousePress(m_view.get(), Qt::MiddleButton, {}, QPoint(200, 200));
        dragTo(*m_view, QPoint(230, 190), Qt::MiddleButton);
        QTest::mouseRelease(m_view.get(), Qt::MiddleButton, {}, QPoint(230, 190));
        QCOMPARE(m_view->toWidget({50, 50}), before + QPointF(30, -10));
    }

    void strokes_are_told_in_voxels()
    {
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        m_state->setTool(ToolId::Brush);
        QSignalSpy began(m_view.get(), &SliceView::strokeBegan);
        QSignalSpy moved(m_view.get(), &SliceView::strokeMoved);
        QSignalSpy ended(m_view.get(), &SliceView::strokeEnded);
        const QPoint from = m_view->toWidget({10.5, 20.5}).toPoint();
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, from);
        dragTo(*m_view, m_view->toWidget({30.5, 20.5}).toPoint(), Qt::LeftButton);
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, from);
        QCOMPARE(began.count(), 1);
        QVERIFY(QLineF(began[0][0].toPointF(), QPointF(10, 20)).length() < 0.3);
        QCOMPARE(moved.count(), 1);
        QVERIFY(QLineF(moved[0][0].toPointF(), QPointF(30, 20)).length() < 0.3);
        QCOMPARE(ended.count(), 1);
    }

    void escape_takes_a_stroke_back_and_another_slice_ends_it()
    {
        m_picture->setVolume(support::steppedCt(50, 50, 5));
        m_state->setTool(ToolId::Brush);
        QSignalSpy aborted(m_view.get(), &SliceView::strokeAborted);
        QSignalSpy ended(m_view.get(), &SliceView::strokeEnded);
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, QPoint(200, 200));
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QCOMPARE(aborted.count(), 1);
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, QPoint(200, 200));
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, QPoint(200, 200));
        turnWheel(*m_view, 1);
        QCOMPARE(ended.count(), 1);
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, QPoint(200, 200));
        QCOMPARE(ended.count(), 1);
        QCOMPARE(aborted.count(), 1);
    }

    void arrow_keys_move_the_brush_and_enter_puts_it_down()
    {
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        m_state->setTool(ToolId::Brush);
        QSignalSpy began(m_view.get(), &SliceView::strokeBegan);
        QSignalSpy moved(m_view.get(), &SliceView::strokeMoved);
        QSignalSpy ended(m_view.get(), &SliceView::strokeEnded);
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QVERIFY(m_view->keyCursor());
        const QPointF start = *m_view->keyCursor();
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(began.count(), 1);
        QCOMPARE(began[0][0].toPointF(), start - QPointF(0.5, 0.5));
        QTest::keyClick(m_view.get(), Qt::Key_Down);
        QTest::keyClick(m_view.get(), Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(moved.count(), 2);
        QVERIFY(m_view->keyCursor()->x() <= start.x() - 10);
        QVERIFY(m_view->keyCursor()->y() > start.y());
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(ended.count(), 1);
    }

    void space_paints_while_it_is_held_at_the_cursor()
    {
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        m_state->setTool(ToolId::Eraser);
        QSignalSpy began(m_view.get(), &SliceView::strokeBegan);
        QSignalSpy ended(m_view.get(), &SliceView::strokeEnded);
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QTest::keyPress(m_view.get(), Qt::Key_Space);
        QCOMPARE(began.count(), 1);
        QCOMPARE(ended.count(), 0);
        QTest::keyRelease(m_view.get(), Qt::Key_Space);
        QCOMPARE(ended.count(), 1);
    }

    void escape_takes_a_stroke_by_keys_back()
    {
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        m_state->setTool(ToolId::Brush);
        QSignalSpy aborted(m_view.get(), &SliceView::strokeAborted);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QCOMPARE(aborted.count(), 1);
    }

    void the_cursor_stays_on_the_picture_and_in_sight()
    {
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        m_state->setTool(ToolId::Brush);
        m_view->zoomBy(8);
        for (int i = 0; i < 60; ++i)
            QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_view->keyCursor()->x(), 99.5);
        QVERIFY(m_view->rect().contains(m_view->toWidget(*m_view->keyCursor()).toPoint()));
    }

    void the_reading_cursor_tells_the_value_and_goes_when_the_mouse_moves()
    {
        m_picture->setVolume(support::steppedCt(50, 50, 21));
        m_view->setKeyCursor(true);
        QVERIFY(m_view->keyCursor());
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(m_state->slice(), 10); // The arrow keys are the cursor's now.
        QVERIFY(m_view->accessibleDescription().contains(QStringLiteral("100 HU")));
        dragTo(*m_view, QPoint(20, 20), Qt::NoButton);
        QVERIFY(!m_view->keyCursor());
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QTest::keyClick(m_view.get(), Qt::Key_Down);
        QCOMPARE(m_state->slice(), 11);
    }

    void shift_wheel_changes_the_brush_within_bounds()
    {
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        m_state->setTool(ToolId::Brush);
        const double before = m_state->brushRadiusMm();
        const double zoom = m_view->zoom();
        turnWheel(*m_view, 3, Qt::ShiftModifier);
        QVERIFY(m_state->brushRadiusMm() > before);
        QCOMPARE(m_view->zoom(), zoom);
        turnWheel(*m_view, 300, Qt::ShiftModifier);
        QVERIFY(m_state->brushRadiusMm() <= 25.0); // Half of 100 pixels of 0.5 mm.
        turnWheel(*m_view, -600, Qt::ShiftModifier);
        QVERIFY(m_state->brushRadiusMm() >= 0.25);
    }

    void missing_side_tags_are_said_on_the_picture()
    {
        m_picture->setVolume(support::rampXray(100, 100, ""));
        const QImage without = m_view->grab().toImage();
        m_picture->setVolume(support::rampXray(100, 100, "L\\F"));
        const QImage with = m_view->grab().toImage();
        const QRect low(100, 330, 200, 40);
        const auto warm = [&](const QImage& image) {
            for (int y = low.top(); y < low.bottom(); ++y)
                for (int x = low.left(); x < low.right(); ++x)
                    if (qRed(image.pixel(x, y)) > qBlue(image.pixel(x, y)) + 60)
                        return true;
            return false;
        };
        QVERIFY(warm(without));
        QVERIFY(!warm(with));
    }

    void no_picture_takes_every_gesture()
    {
        turnWheel(*m_view, 3);
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, QPoint(50, 50));
        dragTo(*m_view, QPoint(90, 90), Qt::LeftButton);
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, QPoint(90, 90));
        QTest::keyClick(m_view.get(), Qt::Key_End);
        m_picture->setVolume(support::rampXray(10, 10, ""));
        m_picture->setVolume(nullptr);
        m_view->grab();
        QVERIFY(!m_view->hasPicture());
    }

private:
    std::unique_ptr<SliceView> makeView(ViewPlane which)
    {
        auto view = std::make_unique<SliceView>(*m_picture, *m_state, which);
        view->resize(400, 400);
        view->show();
        return QTest::qWaitForWindowExposed(view.get()) ? std::move(view) : nullptr;
    }

    /// A view of the chest along a plane through one of its voxels.
    void showChest(ViewPlane which)
    {
        m_view = makeView(which);
        const auto volume = chest();
        m_picture->setVolume(volume);
        m_state->setCrosshair(volume->grid().toPatient(12, 10, 8));
        m_state->setObliqueNormal({0.4, -0.5, 0.8});
    }

    std::unique_ptr<ViewState> m_state;
    std::unique_ptr<ShownPicture> m_picture;
    std::unique_ptr<SliceView> m_view;
};

QTEST_MAIN(SliceViewTest)
#include "tst_slice_view.moc"
