#include "tests/gui/workstation_fixture.h"
#include "ui/tools/tool_table.h"
#include "ui/views/shown_picture.h"

#include <QDoubleSpinBox>
#include <QImage>
#include <QLabel>

using fixtures::Bench;
using fixtures::kPatience;

class TestThresholdBrush : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_stroke_paints_the_values_in_the_range_as_one_step()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.actions.tool(ui::ToolId::ThresholdBrush)->trigger();
        bench.state().setBrushRadiusMm(30);
        const auto& volume = *bench.session().volume();
        const double middle = volume.value({60, 60, 0});
        auto& high = bench.part<QDoubleSpinBox>("rangeHigh");
        bench.part<QDoubleSpinBox>("rangeLow").setValue(middle - 40);
        high.setValue(middle + 40);
        QVERIFY(high.isVisible());
        bench.stroke({60, 60}, {100, 60});
        const auto value = bench.session().activeLabel();
        const std::size_t painted = bench.session().voxelsOf(value);
        QVERIFY(painted > 0);
        std::size_t outOfRange = 0;
        const auto& grid = volume.grid();
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column)
                if (bench.session().labelMap()->at({column, row, 0}) == value)
                    outOfRange += bench.state().paintRange().contains(volume.value({column, row, 0})) ? 0 : 1;
        QCOMPARE(outOfRange, std::size_t{0});
        QVERIFY(bench.session().undoName().startsWith(QStringLiteral("Threshold brush")));
        bench.session().undo();
        QCOMPARE(bench.session().voxelsOf(value), std::size_t{0});
        bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        bench.stroke({60, 60}, {100, 60}); // The plain brush of that size paints more.
        QVERIFY(bench.session().voxelsOf(value) > painted);
        QVERIFY(!high.isVisible());
    }

    void its_range_is_in_the_pictures_unit()
    {
        Bench bench;
        phantom::CtOptions options;
        options.columns = options.rows = 64;
        options.slices = 4;
        phantom::writeCt(bench.path("ct"), options);
        OPEN_PATH(bench, "ct");
        bench.workstation.actions.tool(ui::ToolId::ThresholdBrush)->trigger();
        QVERIFY(bench.part<QDoubleSpinBox>("rangeLow").text().endsWith(QStringLiteral(" HU")));
        QVERIFY(bench.part<QLabel>("toolText").text().startsWith(QStringLiteral("Threshold Brush")));
    }

    void pictures_in_colour_are_refused_with_a_sentence()
    {
        Bench bench;
        QImage colours(80, 60, QImage::Format_RGB32);
        for (int row = 0; row < colours.height(); ++row)
            for (int column = 0; column < colours.width(); ++column)
                colours.setPixel(column, row, qRgb(column * 3, row * 4, 90));
        QVERIFY(colours.save(bench.file("colours.png")));
        OPEN_PATH(bench, "colours.png");
        QCOMPARE(bench.session().volume()->components(), 3);
        bench.workstation.actions.tool(ui::ToolId::ThresholdBrush)->trigger();
        bench.stroke({20, 20}, {40, 30});
        QVERIFY(bench.said(QStringLiteral("in colour")));
        QVERIFY(bench.session().labelMap()->empty());
        QVERIFY(!bench.session().canUndo());
        bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        bench.stroke({20, 20}, {40, 30});
        QVERIFY(!bench.session().labelMap()->empty());
    }
};

QTEST_MAIN(TestThresholdBrush)
#include "tst_threshold_brush_tool.moc"
