#include "ui/error_text.h"
#include "ui/panels/job_bar.h"
#include "ui/views/sketch.h"
#include "ui/views/view_hud.h"
#include "ui/views/view_transform.h"
#include "ui/views/window_presets.h"

#include "tests/support/synthetic_volume.h"

#include <QFontMetrics>
#include <QImage>
#include <QPainter>
#include <QTest>

#include <algorithm>

namespace {

/// How wide what is brighter than the ground is.
int inkWidth(const QImage& image)
{
    int first = image.width();
    int last = -1;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (qGray(image.pixel(x, y)) > 60) {
                first = std::min(first, x);
                last = std::max(last, x);
            }
    return last - first + 1;
}

} // namespace

class ViewPartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fitted_picture_is_centred_and_whole_data()
    {
        QTest::addColumn<QSize>("picture");
        QTest::addColumn<double>("aspect");
        QTest::newRow("square") << QSize(512, 512) << 1.0;
        QTest::newRow("wide") << QSize(2000, 500) << 1.0;
        QTest::newRow("tall pixels") << QSize(100, 100) << 3.0;
        QTest::newRow("one pixel") << QSize(1, 1) << 1.0;
    }

    void fitted_picture_is_centred_and_whole()
    {
        QFETCH(QSize, picture);
        QFETCH(double, aspect);
        const QSize viewport(800, 600);
        const auto view = ui::fitted(picture, {0.5, 0.5 * aspect}, viewport);
        const QPointF topLeft = view.toViewport({0, 0});
        const QPointF bottomRight = view.toViewport(QPointF(picture.width(), picture.height()));
        QVERIFY(topLeft.x() >= -1e-9 && topLeft.y() >= -1e-9);
        QVERIFY(bottomRight.x() <= 800 + 1e-9 && bottomRight.y() <= 600 + 1e-9);
        QVERIFY(std::abs((topLeft.x() + bottomRight.x()) / 2 - 400) < 1e-6);
        QVERIFY(std::abs(view.scaleY / view.scaleX - aspect) < 1e-9);
    }

    void zoom_keeps_the_fixed_point_and_its_limits()
    {
        auto view = ui::fitted(QSize(100, 100), {1, 1}, QSize(500, 500));
        const QPointF fixed(123, 77);
        const QPointF before = view.toPicture(fixed);
        view = ui::zoomedAbout(view, fixed, 1.7);
        QVERIFY(QLineF(view.toPicture(fixed), before).length() < 1e-9);
        for (int i = 0; i < 100; ++i)
            view = ui::zoomedAbout(view, fixed, 3);
        QCOMPARE(view.scaleX, 128.0);
        for (int i = 0; i < 100; ++i)
            view = ui::zoomedAbout(view, fixed, 0.2);
        QCOMPARE(view.scaleX, 1.0 / 64);
    }

    void panning_never_loses_the_picture()
    {
        auto view = ui::fitted(QSize(100, 100), {1, 1}, QSize(500, 500));
        view = ui::panned(view, {1e9, -1e9}, QSize(100, 100), QSize(500, 500));
        QVERIFY(view.toViewport({0, 0}).x() < 500);
        QVERIFY(view.toViewport(QPointF(100, 100)).y() > 0);
    }

    void scale_bar_has_a_round_length_data()
    {
        QTest::addColumn<double>("mmPerPoint");
        QTest::addColumn<double>("length");
        QTest::newRow("x-ray") << 0.4 << 50.0;
        QTest::newRow("zoomed in") << 0.01 << 1.0;
        QTest::newRow("zoomed out") << 3.0 << 200.0;
        QTest::newRow("unknown") << 0.0 << 0.0;
    }

    void scale_bar_has_a_round_length()
    {
        QFETCH(double, mmPerPoint);
        QFETCH(double, length);
        QCOMPARE(ui::scaleBarMm(mmPerPoint, 160), length);
    }

    void letters_of_oblique_pictures_are_drawn_whole_data()
    {
        QTest::addColumn<QString>("letters");
        QTest::newRow("one") << "R";
        QTest::newRow("two") << "AR";
        QTest::newRow("three wide ones") << "HWW";
    }

    void letters_of_oblique_pictures_are_drawn_whole()
    {
        QFETCH(QString, letters);
        QImage image(400, 300, QImage::Format_RGB32);
        image.fill(Qt::black);
        QPainter painter(&image);
        ui::ViewHud hud;
        hud.edges = {letters, letters, letters, letters};
        hud.picture = QRectF(100, 0, 200, 300);
        ui::paintHud(painter, image.rect(), hud);
        QFont font = painter.font();
        font.setPixelSize(QFontMetrics(font).height() * 5 / 4);
        font.setBold(true);
        const int whole = QFontMetrics(font).tightBoundingRect(letters).width();
        painter.end();
        for (const QRect& part : {QRect(0, 100, 130, 100), QRect(270, 100, 130, 100), QRect(130, 0, 140, 100),
                 QRect(130, 200, 140, 100)})
            QVERIFY2(inkWidth(image.copy(part)) >= whole - 2, qPrintable(letters));
    }

    void lines_are_broken_between_their_parts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("letters"); // Width in letters of that font.
        QTest::addColumn<QStringList>("lines");
        const QString id = QStringLiteral("ID  ·  Doe Jane  ·  F");
        QTest::newRow("fits") << id << 40 << QStringList{id};
        QTest::newRow("between parts") << id << 14 << QStringList{"ID  ·  Doe Jane", "F"};
        QTest::newRow("between words") << "one two three" << 8 << QStringList{"one two", "three"};
        QTest::newRow("one long word") << "onelongword" << 3 << QStringList{"onelongword"};
        QTest::newRow("leading space") << " onelongword" << 3 << QStringList{" onelongword"};
        QTest::newRow("nothing") << "" << 3 << QStringList{""};
    }

    void lines_are_broken_between_their_parts()
    {
        QFETCH(QString, text);
        QFETCH(int, letters);
        QFETCH(QStringList, lines);
        const QFontMetrics metrics{QFont()};
        QCOMPARE(ui::brokenLine(text, metrics, metrics.horizontalAdvance(QString(letters, QLatin1Char('o')))), lines);
    }

    void ct_has_tissue_presets_and_others_percentiles()
    {
        const auto ct = ui::presetsFor(*support::steppedCt(20, 20, 10));
        QCOMPARE(ct.size(), std::size_t{9});
        QCOMPARE(ct[1].window, (imaging::WindowLevel{-600, 1500}));
        const auto xray = ui::presetsFor(*support::rampXray(200, 200, ""));
        QCOMPARE(xray[0].window, (imaging::WindowLevel{500, 1000}));
        QVERIFY(std::abs(xray[1].window.width - 980) < 15);
        QVERIFY(std::abs(xray.back().window.center - 500) < 5);
        QVERIFY(std::abs(xray.back().window.width - 1000) < 10);
    }

    void a_flat_picture_still_has_a_window()
    {
        auto info = support::xrayInfo("");
        info.window.reset();
        const auto flat = support::syntheticVolume(
            support::gridOf(10, 10, 1), info, [](imaging::VoxelIndex) { return std::int16_t{7}; });
        QVERIFY(ui::openingWindow(*flat).width > 0);
        for (const auto& preset : ui::presetsFor(*flat))
            QVERIFY(preset.window.width > 0);
    }

    void padding_does_not_widen_the_window()
    {
        auto info = support::xrayInfo("");
        info.window.reset();
        info.padding = -2000;
        const auto volume = support::syntheticVolume(support::gridOf(100, 100, 1), info,
            [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(v.row < 50 ? -2000 : v.column); });
        const auto window = ui::openingWindow(*volume);
        QVERIFY(window.center - window.width / 2 > -5);
    }

    void every_kind_of_error_has_a_sentence()
    {
        for (int kind = 0; kind <= static_cast<int>(imaging::ErrorKind::Internal); ++kind) {
            const QString text = ui::errorText(static_cast<imaging::ErrorKind>(kind), "The file \"x\" is empty.");
            QVERIFY(text.endsWith(QStringLiteral("The file \"x\" is empty.")));
            QVERIFY(text.size() > 30);
            QVERIFY(ui::errorText(static_cast<imaging::ErrorKind>(kind), "").endsWith(QLatin1Char('.')));
        }
    }

    void a_sketch_has_handles_at_its_corners_and_none_along_its_path()
    {
        const auto painted = [](const ui::SketchShape& shape) {
            QImage image(100, 100, QImage::Format_RGB32);
            image.fill(Qt::black);
            QPainter painter(&image);
            ui::paintSketch(painter, shape, Qt::green);
            return image;
        };
        const auto ink = [](const QImage& image, int x) { // Rows with colour in a column of pixels.
            int count = 0;
            for (int y = 0; y < image.height(); ++y)
                count += qGreen(image.pixel(x, y)) > 100 ? 1 : 0;
            return count;
        };
        const QPolygonF three({{10, 50}, {50, 50}, {90, 50}});
        const QImage corners = painted({three, {}, {}, {}});
        const QImage path = painted({{{10, 50}, {90, 50}}, three, {}, {}});
        QVERIFY(ink(corners, 50) > 4);
        QVERIFY(ink(path, 50) >= 1 && ink(path, 50) < 4);
        QCOMPARE(ink(path, 90), ink(corners, 90));
        const QImage bent = painted({{{10, 50}, {90, 50}}, QPolygonF({{10, 50}, {50, 20}, {90, 50}}), {}, {}});
        QVERIFY(qGreen(bent.pixel(50, 50)) < 50); // Along the path, not from corner to corner.
        QVERIFY(ink(bent, 50) >= 1);
    }

    void remaining_time_is_told_once_it_is_known()
    {
        QCOMPARE(ui::remainingText(0.01, 60000), QString());
        QCOMPARE(ui::remainingText(0.5, 100), QString());
        QCOMPARE(ui::remainingText(0.5, 10000), QStringLiteral("10 s left"));
        QCOMPARE(ui::remainingText(0.1, 60000), QStringLiteral("9 min left"));
        QCOMPARE(ui::remainingText(1.0, 60000), QString());
    }
};

QTEST_MAIN(ViewPartsTest)
#include "tst_view_parts.moc"
