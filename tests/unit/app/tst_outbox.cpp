#include "app/workflow/outbox.h"

#include "app/workflow/open.h"
#include "imaging/error.h"
#include "imaging/pacs/node.h"
#include "tests/support/free_port.h"
#include "tests/support/phantom/phantom.h"
#include "tests/unit/imaging/pacs/fake_archive.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

namespace {

namespace fs = std::filesystem;
namespace pacs = imaging::pacs;

constexpr std::uint16_t kOutOfResources = 0xA700;

pacs::Node nodeAt(int port)
{
    return pacs::parseNode("ARCHIVE@127.0.0.1:" + std::to_string(port));
}

FakeArchive::Script refusing(int object)
{
    FakeArchive::Script script;
    script.statusOf = [object](int n) { return std::uint16_t(n == object ? kOutOfResources : 0); };
    return script;
}

} // namespace

class OutboxTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void masks_that_the_archive_keeps_leave_the_outbox();
    void masks_that_no_archive_took_wait_also_after_the_end_of_the_program();
    void a_second_try_sends_the_same_object();
    void masks_that_changed_since_are_another_file();
    void masks_of_an_earlier_study_wait_and_those_of_the_open_one_do_not();
    void each_file_has_its_result_and_only_what_was_taken_leaves();
    void files_outside_the_outbox_are_never_removed();
    void what_is_no_dicom_object_is_told();
    void an_outbox_that_cannot_be_made_is_an_error();

private:
    fs::path path(const char* name) const { return fs::path(m_folder->path().toStdString()) / name; }
    fs::path outboxFolder() const { return path("outbox"); }
    app::Parcel masks(app::Outbox& outbox, std::uint64_t revision) const;
    app::Delivery deliver(int port, const app::Parcel& parcel) const
    {
        return app::deliver(nodeAt(port), parcel, outboxFolder(), {}, {});
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<const imaging::Volume> m_picture;
};

void OutboxTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    phantom::XrayOptions options;
    options.columns = options.rows = 32;
    phantom::writeXray(path("x.dcm"), options);
    m_picture = app::openPicture(path("x.dcm"), {}, {}, {}).volume;
}

/// Of the open study, in no file yet.
app::Parcel OutboxTest::masks(app::Outbox& outbox, std::uint64_t revision) const
{
    std::vector<std::uint16_t> voxels(m_picture->grid().voxels());
    voxels[100 + revision] = 1;
    app::Parcel parcel;
    parcel.masks = outbox.keep(revision);
    parcel.unwritten.emplace(app::UnwrittenMasks{
        annotations::LabelMap(m_picture->grid(), std::span<const std::uint16_t>(voxels)), m_picture, annotations::defaultLabels(), {}});
    return parcel;
}

void OutboxTest::masks_that_the_archive_keeps_leave_the_outbox()
{
    const FakeArchive archive({});
    app::Outbox outbox(outboxFolder());
    const auto parcel = masks(outbox, 1);
    const auto delivery = deliver(archive.port(), parcel);
    QVERIFY(delivery.all());
    QVERIFY(delivery.hasStored(parcel.masks));
    QCOMPARE(archive.objects(), 1);
    QVERIFY(fs::is_empty(outboxFolder()));
    QVERIFY(!outbox.keepsOpenMasks());
    QVERIFY(!outbox.kept(1));
}

void OutboxTest::masks_that_no_archive_took_wait_also_after_the_end_of_the_program()
{
    app::Parcel parcel;
    {
        app::Outbox outbox(outboxFolder());
        parcel = masks(outbox, 1);
        const auto delivery = deliver(support::freePort(), parcel);
        QVERIFY(!delivery.all());
        QCOMPARE(delivery.stored(), std::size_t{0});
        QCOMPARE(app::nameOf(delivery.results.at(0).state), std::string_view("not sent"));
        QVERIFY(!delivery.isUnreadable());
        QVERIFY(outbox.keepsOpenMasks());
    }
    const app::Outbox later(outboxFolder());
    QCOMPARE(later.waiting(), std::vector<fs::path>{parcel.masks});
    const FakeArchive archive({});
    app::Parcel again;
    again.others = later.waiting();
    QVERIFY(deliver(archive.port(), again).all());
    QVERIFY(later.waiting().empty());
}

void OutboxTest::a_second_try_sends_the_same_object()
{
    app::Outbox outbox(outboxFolder());
    const auto first = deliver(support::freePort(), masks(outbox, 7));
    const auto kept = outbox.kept(7);
    QVERIFY(kept);
    const FakeArchive archive({});
    const auto second = deliver(archive.port(), {*kept, {}, {}});
    QVERIFY(second.all());
    QVERIFY(!second.results.at(0).sopInstanceUid.empty());
    QCOMPARE(second.results.at(0).sopInstanceUid, first.results.at(0).sopInstanceUid);
}

void OutboxTest::masks_that_changed_since_are_another_file()
{
    app::Outbox outbox(outboxFolder());
    const auto first = masks(outbox, 1);
    deliver(support::freePort(), first);
    QVERIFY(!outbox.kept(2));
    const auto second = masks(outbox, 2); // In the same millisecond, perhaps.
    QVERIFY(first.masks != second.masks);
    QVERIFY(fs::exists(first.masks));
}

void OutboxTest::masks_of_an_earlier_study_wait_and_those_of_the_open_one_do_not()
{
    app::Outbox outbox(outboxFolder());
    QVERIFY(outbox.waiting().empty()); // The folder is not there yet.
    const auto parcel = masks(outbox, 1);
    deliver(support::freePort(), parcel);
    QVERIFY(outbox.waiting().empty());
    outbox.letGo();
    QCOMPARE(outbox.waiting(), std::vector<fs::path>{parcel.masks});
    QVERIFY(!outbox.keepsOpenMasks());
    QVERIFY(!outbox.kept(1));
}

void OutboxTest::each_file_has_its_result_and_only_what_was_taken_leaves()
{
    app::Outbox outbox(outboxFolder());
    const auto earlier = masks(outbox, 1);
    deliver(support::freePort(), earlier);
    auto parcel = masks(outbox, 2);
    parcel.others = outbox.waiting();
    QCOMPARE(parcel.others.size(), std::size_t{1});
    const FakeArchive archive(refusing(0));
    const auto delivery = deliver(archive.port(), parcel);
    QCOMPARE(delivery.results.size(), std::size_t{2});
    QCOMPARE(delivery.results[0].path, parcel.masks);
    QCOMPARE(app::nameOf(delivery.results[0].state), std::string_view("refused"));
    QCOMPARE(app::nameOf(delivery.results[1].state), std::string_view("stored"));
    QCOMPARE(delivery.stored(), std::size_t{1});
    QVERIFY(!delivery.all());
    QVERIFY(!delivery.hasStored(parcel.masks));
    QVERIFY(fs::exists(parcel.masks));
    QVERIFY(!fs::exists(earlier.masks));
}

void OutboxTest::files_outside_the_outbox_are_never_removed()
{
    const FakeArchive archive({});
    app::Parcel parcel;
    parcel.others = {path("x.dcm")};
    QVERIFY(deliver(archive.port(), parcel).all());
    QVERIFY(app::deliver(nodeAt(archive.port()), parcel, {}, {}, {}).all()); // As the command line has none.
    QVERIFY(fs::exists(path("x.dcm")));
}

void OutboxTest::what_is_no_dicom_object_is_told()
{
    const FakeArchive archive({});
    std::ofstream(path("notes.dcm")) << "no object";
    app::Parcel parcel;
    parcel.others = {path("notes.dcm")};
    const auto delivery = deliver(archive.port(), parcel);
    QVERIFY(delivery.isUnreadable());
    QVERIFY(!delivery.all());
    QCOMPARE(archive.objects(), 0);
}

void OutboxTest::an_outbox_that_cannot_be_made_is_an_error()
{
    std::ofstream(outboxFolder()) << "a file, where the folder should be";
    app::Outbox outbox(outboxFolder());
    const auto parcel = masks(outbox, 1);
    QVERIFY_THROWS_EXCEPTION(imaging::Error, deliver(support::freePort(), parcel));
    QVERIFY(outbox.waiting().empty());
}

QTEST_GUILESS_MAIN(OutboxTest)
#include "tst_outbox.moc"
