#include "ui/views/view_grid.h"

#include "imaging/projection.h"
#include "tests/support/synthetic_volume.h"
#include "ui/views/crosshair.h"
#include "ui/views/shown_picture.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using ui::ViewLayout;
using ui::ViewPlane;

namespace {

std::shared_ptr<const imaging::Volume> chest(const std::string& notRegular = {})
{
    auto grid = support::gridOf(40, 30, 20);
    grid.spacingMm = {1, 1, 2};
    imaging::VolumeInfo info;
    info.study.modality = "CT";
    info.spacing = imaging::SpacingKind::Calibrated;
    info.notRegular = notRegular;
    return support::syntheticVolume(grid, info,
        [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(20 * v.column + 7 * v.row + 11 * v.slice); });
}

/// A stack whose slices lie as a coronal acquisition's do.
std::shared_ptr<const imaging::Volume> coronalStack()
{
    auto grid = support::gridOf(40, 30, 20);
    grid.axes = {imaging::PatientPoint{1, 0, 0}, imaging::PatientPoint{0, 0, -1}, imaging::PatientPoint{0, 1, 0}};
    imaging::VolumeInfo info;
    info.study.modality = "MR";
    return support::syntheticVolume(grid, info, [](imaging::VoxelIndex) { return std::int16_t{1}; });
}

void mouse(QWidget& widget, QEvent::Type type, QPointF at, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    const bool moves = type == QEvent::MouseMove;
    QMouseEvent event(type, at, widget.mapToGlobal(at), moves ? Qt::NoButton : Qt::LeftButton,
        type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, modifiers);
    QApplication::sendEvent(&widget, &event);
}

void drag(QWidget& widget, QPointF from, QPointF to, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    mouse(widget, QEvent::MouseButtonPress, from, modifiers);
    mouse(widget, QEvent::MouseMove, to, modifiers);
    mouse(widget, QEvent::MouseButtonRelease, to, modifiers);
}

struct Desk
{
    explicit Desk(std::shared_ptr<const imaging::Volume> volume = chest(), ViewLayout layout = ViewLayout::Planes)
    {
        grid.resize(800, 800);
        grid.show();
        picture.setVolume(std::move(volume));
        state.setLayout(layout);
    }

    ui::SliceView& view(ViewPlane plane) { return *grid.view(plane); }
    bool isSeen(ViewPlane plane) const { return grid.view(plane) && grid.view(plane)->isVisible(); }

    ui::ViewState state;
    ui::ShownPicture picture{state};
    ui::ViewGrid grid{picture, state};
};

} // namespace

class ViewGridTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void four_planes_lie_side_by_side()
    {
        Desk desk;
        for (const auto plane : {ViewPlane::Stored, ViewPlane::Coronal, ViewPlane::Sagittal, ViewPlane::Oblique}) {
            QTRY_VERIFY(desk.isSeen(plane));
            QTRY_VERIFY(desk.view(plane).width() > 350);
            QVERIFY(desk.view(plane).hasPicture());
        }
        QVERIFY(!desk.grid.view(ViewPlane::Axial)); // The stored slices are axial.
        desk.state.setLayout(ViewLayout::Single);
        QTRY_VERIFY(desk.view(ViewPlane::Stored).width() > 700);
        QVERIFY(!desk.isSeen(ViewPlane::Coronal));
    }

    void slices_that_lie_otherwise_stand_for_their_own_direction()
    {
        Desk desk(coronalStack());
        QVERIFY(desk.isSeen(ViewPlane::Axial));
        QVERIFY(!desk.grid.view(ViewPlane::Coronal));
        QCOMPARE(desk.view(ViewPlane::Stored).hud().title, QStringLiteral("Coronal"));
    }

    void a_view_that_is_made_later_is_told()
    {
        Desk desk(chest(), ViewLayout::Single);
        QSignalSpy made(&desk.grid, &ui::ViewGrid::viewMade);
        desk.state.setLayout(ViewLayout::Planes);
        QCOMPARE(made.size(), 3);
        desk.state.setLayout(ViewLayout::Single);
        desk.state.setLayout(ViewLayout::Planes);
        QCOMPARE(made.size(), 3);
    }

    void a_click_moves_what_the_other_views_show()
    {
        Desk desk;
        auto& axial = desk.view(ViewPlane::Stored);
        const auto point = axial.plane().toPatient(31, 4);
        drag(axial, axial.toWidget({10, 10}), axial.toWidget({31.5, 4.5}));
        QVERIFY(length(desk.state.crosshair() - point) < 0.2);
        for (const auto plane : {ViewPlane::Coronal, ViewPlane::Sagittal, ViewPlane::Oblique})
            QVERIFY(std::abs(desk.view(plane).plane().toPlane(point).heightMm) < 0.6);
    }

    void a_drawing_tool_moves_the_crosshair_with_ctrl_only()
    {
        Desk desk;
        desk.state.setTool(ui::ToolId::Brush);
        auto& axial = desk.view(ViewPlane::Stored);
        const auto before = desk.state.crosshair();
        QSignalSpy strokes(&axial, &ui::SliceView::strokeBegan);
        drag(axial, axial.toWidget({5, 5}), axial.toWidget({8, 8}));
        QCOMPARE(strokes.size(), 1);
        QCOMPARE(desk.state.crosshair(), before);
        drag(axial, axial.toWidget({5, 5}), axial.toWidget({8, 8}), Qt::ControlModifier);
        QCOMPARE(strokes.size(), 1);
        QVERIFY(desk.state.crosshair() != before);
    }

    void the_oblique_plane_turns_with_its_handle_data()
    {
        QTest::addColumn<ViewPlane>("in");
        QTest::newRow("sagittal") << ViewPlane::Sagittal;
        QTest::newRow("coronal") << ViewPlane::Coronal;
        QTest::newRow("axial") << ViewPlane::Stored;
    }

    void the_oblique_plane_turns_with_its_handle()
    {
        QFETCH(ViewPlane, in);
        Desk desk;
        auto& view = desk.view(in);
        const auto crosshair = crosshairOf(view, desk.state);
        QVERIFY(crosshair);
        const auto handles = crosshair->handles();
        QCOMPARE(handles.size(), std::size_t{2});
        const auto normal = desk.state.obliqueNormal();
        const double tilt = dot(normal, view.plane().normal());
        const QPointF to = crosshair->centre + QPointF(90, 60);
        drag(view, handles[1], to);
        // It cuts the view along the way to the pointer, and lies as steeply to it as before.
        const auto after = crosshairOf(view, desk.state);
        const QPointF way = after->handles()[1] - after->centre;
        const QPointF wanted = to - crosshair->centre;
        const double sine = (way.x() * wanted.y() - way.y() * wanted.x()) / std::hypot(way.x(), way.y()) / std::hypot(wanted.x(), wanted.y());
        QVERIFY(std::abs(sine) < 1e-6);
        QVERIFY(std::abs(dot(desk.state.obliqueNormal(), view.plane().normal()) - tilt) < 1e-9);
        QVERIFY(length(desk.state.obliqueNormal() - normal) > 0.05);
        QCOMPARE(std::optional(desk.view(ViewPlane::Oblique).plane()), desk.state.plane(ViewPlane::Oblique));
    }

    void a_double_click_shows_a_view_alone_and_all_again()
    {
        Desk desk;
        auto& coronal = desk.view(ViewPlane::Coronal);
        QTest::mouseDClick(&coronal, Qt::LeftButton, Qt::NoModifier, QPoint(50, 50));
        QVERIFY(desk.isSeen(ViewPlane::Coronal));
        QVERIFY(!desk.isSeen(ViewPlane::Stored));
        QTRY_VERIFY(coronal.width() > 700);
        QTest::mouseDClick(&coronal, Qt::LeftButton, Qt::NoModifier, QPoint(50, 50));
        QVERIFY(desk.isSeen(ViewPlane::Stored));
    }

    void what_cannot_be_cut_is_shown_alone_data()
    {
        QTest::addColumn<std::shared_ptr<const imaging::Volume>>("volume");
        QTest::newRow("irregular stack") << chest("slice distances differ");
        QTest::newRow("X-ray") << support::rampXray(60, 50, "L\\F");
    }

    void what_cannot_be_cut_is_shown_alone()
    {
        QFETCH(std::shared_ptr<const imaging::Volume>, volume);
        Desk desk;
        desk.picture.setVolume(volume);
        QCOMPARE(desk.state.layout(), ViewLayout::Single);
        desk.state.setLayout(ViewLayout::Planes);
        QCOMPARE(desk.state.layout(), ViewLayout::Single);
        QVERIFY(!desk.isSeen(ViewPlane::Coronal));
        QVERIFY(!crosshairOf(desk.view(ViewPlane::Stored), desk.state));
    }

    void a_layout_is_kept_for_each_modality()
    {
        Desk desk;
        desk.picture.setVolume(coronalStack());
        QCOMPARE(desk.state.layout(), ViewLayout::Single); // Nothing was chosen for MR.
        desk.picture.setVolume(chest());
        QCOMPARE(desk.state.layout(), ViewLayout::Planes);
        QCOMPARE(desk.state.layouts().size(), std::size_t{1});
    }

    void a_slab_shows_the_largest_value_across_every_plane()
    {
        Desk desk;
        const imaging::Slab slab{imaging::Projection::Maximum, 10};
        desk.state.setTool(ui::ToolId::Select);
        desk.state.setSlab(slab);
        for (const auto which : {ViewPlane::Stored, ViewPlane::Coronal, ViewPlane::Oblique}) {
            auto& view = desk.view(which);
            const auto values = imaging::project(*desk.picture.volume(), view.plane(), slab.projection, slab.thicknessMm);
            const ui::SlicePixels pixels(desk.picture.volume(), view.plane(), slab);
            std::vector<float> row(static_cast<std::size_t>(pixels.columns()));
            pixels.blendRows(0, 9, 9, 0, 0, pixels.columns() - 1, row.data());
            const auto at = static_cast<std::size_t>(9 * pixels.columns() + pixels.columns() / 2);
            QCOMPARE(row[static_cast<std::size_t>(pixels.columns() / 2)], values[at]);
            QVERIFY(view.hud().topRight.join(QString()).contains(QStringLiteral("maximum of 10 mm")));
        }
        const QImage thick = desk.view(ViewPlane::Coronal).grab().toImage();
        desk.state.setSlab(std::nullopt);
        QVERIFY(desk.view(ViewPlane::Coronal).grab().toImage() != thick);
        QVERIFY(!desk.view(ViewPlane::Coronal).hud().topRight.join(QString()).contains(QStringLiteral("maximum")));
    }

    void hidden_views_do_no_work()
    {
        Desk desk;
        desk.state.setLayout(ViewLayout::Single);
        const auto before = desk.view(ViewPlane::Coronal).plane();
        desk.state.setCrosshair({3, 3, 3});
        QCOMPARE(desk.view(ViewPlane::Coronal).plane(), before);
        desk.state.setLayout(ViewLayout::Planes);
        QCOMPARE(std::optional(desk.view(ViewPlane::Coronal).plane()), desk.state.plane(ViewPlane::Coronal));
    }
};

QTEST_MAIN(ViewGridTest)

#include "tst_view_grid.moc"
