#include "annotations/seg/reader.h"
#include "imaging/error.h"
#include "seg_files.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

using annotations::LabelMap;
using annotations::SegObject;
using imaging::VoxelGrid;

namespace {

/// Turned about two axes, with three different spacings.
VoxelGrid oblique(int columns, int rows, int slices)
{
    VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    grid.spacingMm = {0.75, 0.5, 2.5};
    grid.origin = {-31.25, 12.5, 100};
    const double a = 0.3;
    const double b = -0.2;
    grid.axes[0] = {std::cos(a), std::sin(a), 0};
    grid.axes[1] = {-std::sin(a) * std::cos(b), std::cos(a) * std::cos(b), std::sin(b)};
    grid.axes[2] = imaging::cross(grid.axes[0], grid.axes[1]);
    return grid;
}

/// A grid with its axes exchanged and flipped: what another program may have made its frames on. DICOM's third axis is
/// the normal of the first two, so the last flip follows from the others.
VoxelGrid reordered(const VoxelGrid& grid, std::array<std::size_t, 3> axes, std::array<bool, 2> flipped)
{
    const std::array<int, 3> sizes{grid.columns, grid.rows, grid.slices};
    VoxelGrid to = grid;
    std::array<double, 3> corner{};
    std::array<imaging::PatientPoint, 3> directions{};
    for (std::size_t i = 0; i < 2; ++i)
        directions[i] = (flipped[i] ? -1.0 : 1.0) * grid.axes[axes[i]];
    directions[2] = imaging::cross(directions[0], directions[1]);
    for (std::size_t i = 0; i < 3; ++i) {
        to.spacingMm[i] = grid.spacingMm[axes[i]];
        const bool back = imaging::dot(directions[i], grid.axes[axes[i]]) < 0;
        corner[axes[i]] = back ? sizes[axes[i]] - 1 : 0;
    }
    to.columns = sizes[axes[0]];
    to.rows = sizes[axes[1]];
    to.slices = sizes[axes[2]];
    to.axes = directions;
    to.origin = grid.toPatient(corner[0], corner[1], corner[2]);
    return to;
}

imaging::VoxelIndex nearest(const VoxelGrid& grid, imaging::PatientPoint point)
{
    std::array<int, 3> index{};
    for (std::size_t i = 0; i < 3; ++i)
        index[i] = static_cast<int>(
            std::lround(imaging::dot(point - grid.origin, grid.axes[i]) / grid.spacingMm[i]));
    return {index[0], index[1], index[2]};
}

/// The voxels of `map` on another grid, one at a time, by where their centres lie.
LabelMap byPoints(const LabelMap& map, const VoxelGrid& target)
{
    std::vector<std::uint16_t> voxels(target.voxels());
    for (int s = 0; s < map.grid().slices; ++s)
        for (int r = 0; r < map.grid().rows; ++r)
            for (int c = 0; c < map.grid().columns; ++c) {
                const auto to = nearest(target, map.grid().toPatient(c, r, s));
                if (target.contains(to))
                    voxels[target.offset(to)] = map.at({c, r, s});
            }
    return LabelMap(target, std::move(voxels));
}

LabelMap randomMap(const VoxelGrid& grid, int labels)
{
    std::vector<std::uint16_t> voxels(grid.voxels());
    for (auto& voxel : voxels)
        voxel = static_cast<std::uint16_t>(*rc::gen::inRange(0, labels + 1));
    for (int value = 1; value <= labels && static_cast<std::size_t>(value) <= voxels.size(); ++value)
        voxels[static_cast<std::size_t>(value) - 1] = static_cast<std::uint16_t>(value); // None gets another number.
    return LabelMap(grid, std::move(voxels));
}

std::vector<int> namesOf(int slices)
{
    std::vector<int> names(static_cast<std::size_t>(slices));
    std::iota(names.begin(), names.end(), 1);
    return names;
}

QString messageOf(const std::function<void()>& call)
{
    try {
        call();
    } catch (const imaging::Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class TestSegPlaces : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path file(const char* name = "mask.dcm") const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    /// A map that was drawn on `own`, through a file, on `picture`.
    LabelMap laid(const LabelMap& map, const imaging::Volume& own, const imaging::Volume& picture, int labels,
        imaging::Warnings& warnings) const
    {
        std::vector<annotations::Label> table;
        for (int value = 1; value <= labels; ++value)
            table.push_back(fixtures::numbered(static_cast<std::uint16_t>(value)));
        annotations::writeSeg(file(), own, map, table, {});
        return annotations::toLabelMap(annotations::readSeg(file()), picture, warnings);
    }

    LabelMap disc(const VoxelGrid& grid, double radiusMm) const
    {
        std::vector<std::uint16_t> voxels(grid.voxels());
        for (int s = 0; s < grid.slices; ++s)
            for (int r = 0; r < grid.rows; ++r)
                for (int c = 0; c < grid.columns; ++c) {
                    const auto at = grid.toPatient(c, r, s);
                    voxels[grid.offset({c, r, s})] = std::hypot(at.x - 3, at.y - 5) < radiusMm;
                }
        return LabelMap(grid, std::move(voxels));
    }

    VoxelGrid axial(int columns, int rows, int slices) const
    {
        VoxelGrid grid;
        grid.columns = columns;
        grid.rows = rows;
        grid.slices = slices;
        grid.spacingMm = {0.5, 0.5, 2};
        grid.origin = {-5, -4, 30};
        return grid;
    }

private Q_SLOTS:
    void initTestCase() { OFLog::configure(OFLogger::OFF_LOG_LEVEL); }

    /// The frames name the picture's images in any order: only their own geometry says where they lie.
    void frames_lie_where_their_geometry_says()
    {
        QVERIFY(rc::check([this] {
            const VoxelGrid grid =
                oblique(*rc::gen::inRange(2, 7), *rc::gen::inRange(2, 7), *rc::gen::inRange(2, 7));
            std::array<std::size_t, 3> axes{0, 1, 2};
            for (int turns = *rc::gen::inRange(0, 6); turns > 0; --turns)
                std::next_permutation(axes.begin(), axes.end());
            const VoxelGrid own = reordered(grid, axes, {*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()});
            auto names = namesOf(own.slices);
            for (std::size_t i = names.size(); i > 1; --i)
                std::swap(names[i - 1], names[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
            const LabelMap map = randomMap(own, 3);
            imaging::Warnings warnings;
            const LabelMap back = laid(map, fixtures::ctOn(own, names), fixtures::ctOn(grid), 3, warnings);
            RC_ASSERT(warnings.empty());
            RC_ASSERT(back.grid() == grid);
            RC_ASSERT(std::ranges::equal(back.voxels(), byPoints(map, grid).voxels()));
        }));
    }

    void frames_of_a_part_find_their_slices_and_pixels()
    {
        QVERIFY(rc::check([this] {
            const VoxelGrid grid = oblique(8, 7, 6);
            VoxelGrid own = grid;
            own.columns = *rc::gen::inRange(2, 6);
            own.rows = *rc::gen::inRange(2, 5);
            own.slices = *rc::gen::inRange(1, 5);
            const int column = *rc::gen::inRange(0, 8 - own.columns + 1);
            const int row = *rc::gen::inRange(0, 7 - own.rows + 1);
            const int slice = *rc::gen::inRange(0, 6 - own.slices + 1);
            own.origin = grid.toPatient(column, row, slice);
            const LabelMap map = randomMap(own, 2);
            imaging::Warnings warnings;
            const LabelMap back = laid(map, fixtures::ctOn(own), fixtures::ctOn(grid), 2, warnings);
            RC_ASSERT(warnings.empty());
            RC_ASSERT(std::ranges::equal(back.voxels(), byPoints(map, grid).voxels()));
        }));
    }

    void turned_frames_are_written_again_with_their_overlaps()
    {
        const VoxelGrid grid = axial(9, 7, 3);
        const VoxelGrid turned = reordered(grid, {0, 1, 2}, {true, true});
        SegObject object(annotations::SegType::Binary, 9, 7);
        object.segments = {fixtures::numbered(1), fixtures::numbered(2)};
        std::vector<std::uint8_t> first(63);
        std::vector<std::uint8_t> second(63);
        std::fill_n(first.begin(), 20, 1);
        std::fill_n(second.begin() + 10, 20, 1);
        for (const auto& [segment, values] : {std::pair{1, first}, std::pair{2, second}}) {
            annotations::SegFrame frame;
            frame.segment = segment;
            frame.slice = 1;
            object.addFrame(frame, values);
        }
        annotations::writeSeg(file("turned.dcm"), fixtures::ctOn(turned), object, {});
        imaging::Warnings warnings;
        const auto picture = fixtures::ctOn(grid);
        const auto onSlices = annotations::onSlicesOf(annotations::readSeg(file("turned.dcm")), picture, warnings);
        QVERIFY(onSlices.has_value());
        annotations::writeSeg(file("again.dcm"), picture, *onSlices, {});
        const SegObject again = annotations::readSeg(file("again.dcm"));
        QVERIFY(again.hasOverlap());
        std::reverse(first.begin(), first.end());
        std::reverse(second.begin(), second.end());
        QCOMPARE(again.frame(0), first);
        QCOMPARE(again.frame(1), second);
        QVERIFY(warnings.empty());
    }

    void frames_between_slices_are_not_drawn_on_their_neighbours()
    {
        const VoxelGrid grid = axial(24, 24, 5);
        VoxelGrid fine = grid;
        fine.spacingMm[2] = 1;
        fine.origin.z = 32;
        fine.slices = 5; // At 32, 33, 34, 35 and 36 mm.
        const LabelMap map = disc(fine, 3);
        imaging::Warnings warnings;
        const LabelMap back = laid(map, fixtures::ctOn(fine, {2, 2, 3, 3, 4}), fixtures::ctOn(grid), 1, warnings);
        QCOMPARE(back.count(1), map.count(1) / 5 * 3);
        for (const int slice : {1, 2, 3})
            QVERIFY(std::ranges::equal(back.slice(slice), disc(grid, 3).slice(slice)));
        QCOMPARE(warnings.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(warnings[0]).contains("another grid"));
        QVERIFY(QString::fromStdString(warnings[0]).contains("0.5 x 0.5 x 1 mm"));
    }

    void pixels_of_other_size_are_resampled_and_said()
    {
        const VoxelGrid grid = axial(30, 30, 3);
        VoxelGrid coarse = grid;
        coarse.spacingMm[0] = coarse.spacingMm[1] = 1;
        coarse.columns = coarse.rows = 15;
        coarse.origin = grid.toPatient(0.5, 0.5, 0);
        imaging::Warnings warnings;
        const LabelMap map = disc(coarse, 3);
        const LabelMap back = laid(map, fixtures::ctOn(coarse), fixtures::ctOn(grid), 1, warnings);
        QCOMPARE(back.count(1), 4 * map.count(1));
        for (int r = 0; r < 30; ++r)
            for (int c = 0; c < 30; ++c)
                QCOMPARE(back.at({c, r, 1}), map.at({c / 2, r / 2, 1}));
        QVERIFY(QString::fromStdString(warnings.at(0)).contains("1 x 1 x 2 mm"));
    }

    void a_shift_by_half_a_voxel_is_refused()
    {
        const VoxelGrid grid = axial(24, 24, 3);
        VoxelGrid shifted = grid;
        shifted.origin = grid.toPatient(0, 0, 0.5);
        imaging::Warnings warnings;
        const QString said = messageOf(
            [&] { laid(disc(shifted, 3), fixtures::ctOn(shifted), fixtures::ctOn(grid), 1, warnings); });
        QVERIFY2(said.contains("halfway"), qPrintable(said));
    }

    void a_segmentation_of_another_place_is_refused()
    {
        const VoxelGrid grid = axial(24, 24, 3);
        VoxelGrid far = grid;
        far.origin.z = 300;
        imaging::Warnings warnings;
        const QString said =
            messageOf([&] { laid(disc(far, 3), fixtures::ctOn(far), fixtures::ctOn(grid), 1, warnings); });
        QVERIFY2(said.contains("lies where this picture is"), qPrintable(said));
    }

    /// PS3.3 10.3: a reference without frame numbers means all frames.
    void a_multi_frame_source_needs_no_frame_numbers()
    {
        const auto picture = fixtures::enhancedCt(9, 7, 4);
        std::vector<std::uint16_t> voxels(picture.grid().voxels());
        for (std::size_t i = 0; i < voxels.size(); i += 5)
            voxels[i] = 1;
        const LabelMap map(picture.grid(), std::move(voxels));
        annotations::writeSeg(file(), picture, map, std::vector{fixtures::numbered(1)}, {});
        fixtures::change(file(), file("bare.dcm"), [](DcmDataset& dataset) {
            fixtures::eachItem(dataset, DCM_PerFrameFunctionalGroupsSequence, [](DcmItem& group) {
                fixtures::eachItem(group, DCM_DerivationImageSequence, [](DcmItem& derivation) {
                    fixtures::eachItem(derivation, DCM_SourceImageSequence,
                        [](DcmItem& image) { image.findAndDeleteElement(DCM_ReferencedFrameNumber); });
                });
            });
        });
        imaging::Warnings warnings;
        const LabelMap back = annotations::toLabelMap(annotations::readSeg(file("bare.dcm")), picture, warnings);
        QVERIFY(warnings.empty());
        QVERIFY(std::ranges::equal(back.voxels(), map.voxels()));
    }

    void slices_at_one_place_are_told_apart_by_their_names()
    {
        const VoxelGrid grid = axial(6, 5, 4);
        imaging::VolumeInfo info = fixtures::ctOn(grid).info();
        info.sources[2].imagePosition = info.sources[0].imagePosition; // The same two planes at another time.
        info.sources[3].imagePosition = info.sources[1].imagePosition;
        info.notRegular = "several slices lie at the same position";
        const auto picture = fixtures::volume(grid, info);
        std::vector<std::uint16_t> voxels(grid.voxels());
        voxels[grid.offset({1, 2, 3})] = 1;
        const LabelMap map(grid, std::move(voxels));
        imaging::Warnings warnings;
        QVERIFY(std::ranges::equal(laid(map, picture, picture, 1, warnings).voxels(), map.voxels()));
        for (auto& source : info.sources)
            source.sopInstanceUid += ".7";
        const auto renamed = fixtures::volume(grid, info);
        const QString said = messageOf([&] { laid(map, picture, renamed, 1, warnings); });
        QVERIFY2(said.contains("which of several slices"), qPrintable(said));
    }

    void planes_of_a_tilted_gantry_are_found_one_by_one()
    {
        const VoxelGrid grid = axial(9, 7, 3);
        imaging::VolumeInfo info = fixtures::ctOn(grid).info();
        for (std::size_t i = 0; i < 3; ++i) {
            const std::string shift = std::to_string(-4 + 0.8 * static_cast<double>(i));
            info.sources[i].imagePosition = "-5\\" + shift + "\\" + std::to_string(30 + 2 * i);
        }
        info.notRegular = "the gantry was tilted by 21 degrees";
        const auto picture = fixtures::volume(grid, info);
        std::vector<std::uint16_t> voxels(grid.voxels());
        for (std::size_t i = 0; i < voxels.size(); i += 4)
            voxels[i] = 1;
        const LabelMap map(grid, std::move(voxels));
        for (auto& source : info.sources)
            source.sopInstanceUid += ".7";
        imaging::Warnings warnings;
        const LabelMap back = laid(map, fixtures::volume(grid, info), picture, 1, warnings);
        QVERIFY(std::ranges::equal(back.voxels(), map.voxels()));
        QVERIFY(warnings.empty());
    }

    void an_x_ray_is_found_by_its_name_alone()
    {
        const auto picture = fixtures::xray(9, 7);
        std::vector<std::uint16_t> voxels(63);
        voxels[20] = 1;
        const LabelMap map(picture.grid(), std::move(voxels));
        imaging::Warnings warnings;
        const LabelMap back = laid(map, picture, picture, 1, warnings);
        QVERIFY(std::ranges::equal(back.voxels(), map.voxels()));
        QVERIFY(warnings.empty());
        imaging::VolumeInfo info = picture.info();
        info.sources[0].sopInstanceUid = "1.2.3";
        const QString said =
            messageOf([&] { laid(map, picture, fixtures::volume(picture.grid(), info), 1, warnings); });
        QVERIFY2(said.contains("none of the frames names an image"), qPrintable(said));
    }

    void another_frame_of_reference_is_refused()
    {
        const VoxelGrid grid = axial(6, 5, 2);
        imaging::VolumeInfo info = fixtures::ctOn(grid, {11, 12}).info();
        info.study.frameOfReferenceUid += ".5";
        imaging::Warnings warnings;
        const QString said = messageOf(
            [&] { laid(disc(grid, 9), fixtures::ctOn(grid), fixtures::volume(grid, info), 1, warnings); });
        QVERIFY2(said.contains("another frame of reference"), qPrintable(said));
    }
};

QTEST_APPLESS_MAIN(TestSegPlaces)
#include "tst_seg_places.moc"
