#include "app/session/mask_snapshot.h"

#include "tests/support/synthetic_volume.h"

#include <QTest>

#include <optional>

using app::MaskSnapshot;
using app::Session;

namespace {

void paint(Session& session, std::size_t offset, std::size_t count)
{
    auto edit = session.beginEdit();
    edit->paintRun(offset, count, 1);
    session.commit(*edit, QStringLiteral("Brush"));
}

std::shared_ptr<const imaging::Volume> manyPieces()
{
    return support::steppedCt(512, 512, 24);
}

} // namespace

class MaskSnapshotTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void small_masks_are_copied_at_once()
    {
        Session session({});
        session.open(support::rampXray(20, 20, ""), QStringLiteral("s"));
        paint(session, 5, 10);
        MaskSnapshot snapshot(session);
        std::optional<std::size_t> voxels;
        snapshot.take([&](annotations::LabelMap map, std::uint64_t) { voxels = map.count(1); });
        QCOMPARE(voxels, std::optional<std::size_t>(10));
    }

    void large_masks_come_whole_after_some_events()
    {
        Session session({});
        session.open(manyPieces(), QStringLiteral("s"));
        paint(session, 1000, 4'000'000);
        MaskSnapshot snapshot(session);
        std::optional<std::size_t> voxels;
        snapshot.take([&](annotations::LabelMap map, std::uint64_t) { voxels = map.count(1); });
        QVERIFY(!voxels);
        QTRY_COMPARE(voxels, std::optional<std::size_t>(4'000'000));
    }

    void a_stroke_on_the_way_is_in_the_copy()
    {
        Session session({});
        session.open(manyPieces(), QStringLiteral("s"));
        paint(session, 0, 10);
        MaskSnapshot snapshot(session);
        std::optional<std::size_t> voxels;
        std::uint64_t revision = 0;
        snapshot.take([&](annotations::LabelMap map, std::uint64_t of) {
            voxels = map.count(1);
            revision = of;
        });
        QCoreApplication::processEvents();
        QVERIFY(!voxels);
        paint(session, 100, 10);
        QTRY_COMPARE(voxels, std::optional<std::size_t>(20));
        QCOMPARE(revision, session.revision());
    }

    void closing_ends_it()
    {
        Session session({});
        session.open(manyPieces(), QStringLiteral("s"));
        MaskSnapshot snapshot(session);
        bool given = false;
        snapshot.take([&](annotations::LabelMap, std::uint64_t) { given = true; });
        session.close();
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
        QVERIFY(!given);
    }
};

QTEST_GUILESS_MAIN(MaskSnapshotTest)
#include "tst_mask_snapshot.moc"
