#include "annotations/surface/surface.h"

#include "annotations/mask_edit.h"

#include <QtTest>
#include <rapidcheck.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numbers>
#include <set>
#include <utility>

using annotations::LabelMap;
using annotations::MaskEdit;
using annotations::Smoothing;
using annotations::Surface;

namespace {

imaging::VoxelGrid gridOf(int columns, int rows, int slices)
{
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    return grid;
}

/// A ball of `radius` mm about the grid's middle.
LabelMap ball(const imaging::VoxelGrid& grid, double radius, std::uint16_t value)
{
    LabelMap map(grid);
    MaskEdit edit(map);
    const auto middle = grid.toPatient((grid.columns - 1) / 2.0, (grid.rows - 1) / 2.0, (grid.slices - 1) / 2.0);
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column)
                if (length(grid.toPatient(column, row, slice) - middle) <= radius)
                    edit.paint({column, row, slice}, value);
    (void)edit.commit("Ball");
    return map;
}

Surface skinOf(const LabelMap& map, std::uint16_t value, Smoothing smoothing)
{
    const auto extents = annotations::extentsOf(map);
    const auto found = extents.find(value);
    return found == extents.end() ? Surface() : surfaceOf(map, value, found->second.box, smoothing);
}

/// Each edge belongs to two triangles, which run along it in opposite directions.
bool isClosed(const Surface& surface)
{
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> edges;
    for (const auto& t : surface.triangles)
        for (std::size_t i = 0; i < 3; ++i)
            ++edges[{t[i], t[(i + 1) % 3]}];
    for (const auto& [edge, count] : edges)
        if (edges[{edge.second, edge.first}] != count)
            return false;
    return !edges.empty();
}

LabelMap scattered(const imaging::VoxelGrid& grid)
{
    LabelMap map(grid);
    MaskEdit edit(map);
    const int runs = *rc::gen::inRange(0, 12);
    for (int i = 0; i < runs; ++i) {
        const auto offset = *rc::gen::inRange<std::size_t>(0, grid.voxels());
        const auto count = *rc::gen::inRange<std::size_t>(0, grid.voxels() - offset);
        edit.paintRun(offset, std::min<std::size_t>(count, 40), *rc::gen::inRange<std::uint16_t>(0, 4));
    }
    (void)edit.commit("Scattered");
    return map;
}

} // namespace

class SurfaceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_ball_has_a_closed_skin_around_its_volume_data()
    {
        QTest::addColumn<Smoothing>("smoothing");
        QTest::addColumn<bool>("mirrored");
        QTest::newRow("as it is") << Smoothing::None << false;
        QTest::newRow("smoothed") << Smoothing::Usual << false;
        QTest::newRow("on a mirrored grid") << Smoothing::Usual << true;
    }

    void a_ball_has_a_closed_skin_around_its_volume()
    {
        QFETCH(Smoothing, smoothing);
        QFETCH(bool, mirrored);
        auto grid = gridOf(60, 44, 30);
        grid.spacingMm = {0.8, 1.1, 1.5};
        grid.origin = {-100, 50, 700};
        const double c = std::cos(0.4);
        const double s = std::sin(0.4);
        grid.axes = {imaging::PatientPoint{c, s, 0}, imaging::PatientPoint{-s, c, 0}, imaging::PatientPoint{0, 0, mirrored ? -1.0 : 1.0}};
        constexpr double kRadius = 18;
        const auto surface = skinOf(ball(grid, kRadius, 7), 7, smoothing);
        QVERIFY(isClosed(surface));
        const double volume = 4.0 / 3 * std::numbers::pi * kRadius * kRadius * kRadius;
        const double enclosed = annotations::enclosedVolume(surface); // Negative where it is turned inside out.
        QVERIFY2(std::abs(enclosed / volume - 1) < 0.03, qPrintable(QString::number(enclosed / volume)));
        const auto middle = grid.toPatient(29.5, 21.5, 14.5);
        for (const auto& p : surface.points)
            QVERIFY(std::abs(length(imaging::PatientPoint{p[0], p[1], p[2]} - middle) - kRadius) < 1.5);
    }

    void a_segment_at_the_edge_of_the_grid_is_closed_too()
    {
        LabelMap map(gridOf(5, 4, 3));
        MaskEdit edit(map);
        edit.paintRun(0, map.grid().voxels(), 2);
        (void)edit.commit("All");
        const auto surface = skinOf(map, 2, Smoothing::None);
        QVERIFY(isClosed(surface));
        QVERIFY(annotations::enclosedVolume(surface) > 50);
    }

    void a_value_that_is_not_there_has_no_skin()
    {
        LabelMap map(gridOf(5, 4, 3));
        QVERIFY(annotations::extentsOf(map).empty());
        QVERIFY(surfaceOf(map, 3, {0, 4, 0, 3, 0, 2}, Smoothing::Usual).triangles.empty());
    }

    void extents_are_those_of_the_voxels()
    {
        QVERIFY(rc::check([] {
            const auto grid = gridOf(7, 5, 4);
            const auto map = scattered(grid);
            std::map<std::uint16_t, std::pair<annotations::MaskRegion, std::uint64_t>> expected;
            for (int slice = 0; slice < grid.slices; ++slice)
                for (int row = 0; row < grid.rows; ++row)
                    for (int column = 0; column < grid.columns; ++column) {
                        const auto value = map.at({column, row, slice});
                        if (value == 0)
                            continue;
                        const annotations::MaskRegion voxel{column, column, row, row, slice, slice};
                        auto [at, isNew] = expected.try_emplace(value, voxel, 0);
                        at->second.first = united(at->second.first, voxel);
                        ++at->second.second;
                    }
            const auto extents = annotations::extentsOf(map);
            RC_ASSERT(extents.size() == expected.size());
            for (const auto& [value, extent] : extents) {
                RC_ASSERT(extent.box == expected.at(value).first);
                RC_ASSERT(extent.voxels == expected.at(value).second);
            }
        }));
    }

    void a_voxel_more_or_elsewhere_is_another_digest()
    {
        QVERIFY(rc::check([] {
            const auto grid = gridOf(7, 5, 4);
            auto map = scattered(grid);
            const auto before = annotations::extentsOf(map);
            MaskEdit edit(map);
            const imaging::VoxelIndex voxel{*rc::gen::inRange(0, 7), *rc::gen::inRange(0, 5), *rc::gen::inRange(0, 4)};
            const auto was = map.at(voxel);
            const auto becomes = static_cast<std::uint16_t>((was + 1) % 4);
            edit.paint(voxel, becomes);
            const auto after = annotations::extentsOf(map);
            const auto of = [](const auto& extents, std::uint16_t value) {
                const auto at = extents.find(value);
                return at == extents.end() ? 0 : at->second.digest;
            };
            for (const std::uint16_t value : {was, becomes})
                if (value != 0)
                    RC_ASSERT(of(before, value) != of(after, value));
        }));
    }

    void an_stl_holds_every_triangle_in_millimetres()
    {
        const auto surface = skinOf(ball(gridOf(12, 12, 12), 4, 1), 1, Smoothing::None);
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath(QStringLiteral("ball.stl")).toStdString();
        annotations::writeStl(path, surface);
        QCOMPARE(std::filesystem::file_size(path), 84 + 50 * surface.triangles.size());
        std::ifstream file(path, std::ios::binary);
        file.seekg(80);
        std::uint32_t count = 0;
        file.read(reinterpret_cast<char*>(&count), sizeof count);
        QCOMPARE(std::size_t{count}, surface.triangles.size());
        std::array<float, 12> triangle{};
        file.read(reinterpret_cast<char*>(triangle.data()), sizeof triangle);
        for (std::size_t corner = 0; corner < 3; ++corner)
            for (std::size_t i = 0; i < 3; ++i)
                QCOMPARE(triangle[3 + 3 * corner + i], surface.points[surface.triangles[0][corner]][i]);
    }
};

QTEST_GUILESS_MAIN(SurfaceTest)

#include "tst_surface.moc"
