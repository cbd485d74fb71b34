#include "app/workflow/outbox.h"

#include "annotations/sr/measurement_report.h"
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
    void what_waits_says_why_also_after_the_end_of_the_program();
    void a_file_elsewhere_waits_too_and_is_never_deleted();
    void a_send_that_was_cut_off_is_pending();
    void a_damaged_record_loses_no_file();
    void the_report_goes_with_the_masks();
    void a_report_on_saved_masks_is_made_for_the_send();
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

void OutboxTest::what_waits_says_why_also_after_the_end_of_the_program()
{
    const FakeArchive archive(refusing(0));
    {
        app::Outbox outbox(outboxFolder());
        deliver(archive.port(), masks(outbox, 1));
        QVERIFY(outbox.queue().empty()); // It is the open study's.
        outbox.letGo();
        QCOMPARE(outbox.queue().size(), std::size_t{1});
    }
    const app::Outbox later(outboxFolder());
    const auto queue = later.queue();
    QCOMPARE(queue.at(0).state, app::QueueState::Failed);
    QCOMPARE(app::nameOf(queue.at(0).state), std::string_view("failed"));
    QVERIFY(!queue.at(0).reason.empty() && queue.at(0).when > 0);
    QVERIFY(queue.at(0).node.starts_with("ARCHIVE@127.0.0.1:"));
    QCOMPARE(queue.at(0).tries, 1);
    app::Parcel again;
    again.others = {queue.at(0).file};
    deliver(support::freePort(), again);
    QCOMPARE(later.queue().at(0).tries, 2);
    app::removeFromQueue(outboxFolder(), queue.at(0).file);
    QVERIFY(later.queue().empty());
    QVERIFY(fs::is_empty(outboxFolder()));
}

void OutboxTest::a_file_elsewhere_waits_too_and_is_never_deleted()
{
    app::Parcel parcel;
    parcel.masks = path("saved.dcm");
    fs::copy_file(path("x.dcm"), parcel.masks);
    deliver(support::freePort(), parcel);
    const app::Outbox outbox(outboxFolder());
    QCOMPARE(outbox.queue().at(0).file, parcel.masks);
    QCOMPARE(outbox.queue().at(0).state, app::QueueState::Failed);
    const FakeArchive archive({});
    app::Parcel again;
    again.others = {parcel.masks};
    QVERIFY(deliver(archive.port(), again).all());
    QVERIFY(outbox.queue().empty() && fs::exists(parcel.masks));
    deliver(support::freePort(), parcel);
    app::removeFromQueue(outboxFolder(), parcel.masks);
    QVERIFY(outbox.queue().empty() && fs::exists(parcel.masks));
    deliver(support::freePort(), parcel);
    fs::remove(parcel.masks);
    QVERIFY(outbox.queue().empty()); // There is nothing left to send.
}

void OutboxTest::a_send_that_was_cut_off_is_pending()
{
    fs::create_directories(outboxFolder());
    fs::copy_file(path("x.dcm"), outboxFolder() / "limn-1.dcm");
    app::noteSending(outboxFolder(), outboxFolder() / "limn-1.dcm", "A@b:1");
    const auto queue = app::sendQueue(outboxFolder());
    QCOMPARE(queue.at(0).state, app::QueueState::Pending);
    QCOMPARE(queue.at(0).node, std::string("A@b:1"));
    imaging::pacs::StoreResult broken{outboxFolder() / "limn-1.dcm", "1.2", "3.4",
        imaging::pacs::StoreState::Unconfirmed, {}, false, "No answer came."};
    app::noteResult(outboxFolder(), broken, "A@b:1");
    QCOMPARE(app::sendQueue(outboxFolder()).at(0).state, app::QueueState::Sent);
    QCOMPARE(app::sendQueue(outboxFolder()).at(0).reason, std::string("No answer came."));
}

void OutboxTest::a_damaged_record_loses_no_file()
{
    fs::create_directories(outboxFolder());
    fs::copy_file(path("x.dcm"), outboxFolder() / "limn-1.dcm");
    for (const char* text : {"", "{", "[]", "{\"file\": 3}", "\xff\xfe"}) {
        std::ofstream(outboxFolder() / "limn-1.dcm.send.json") << text;
        std::ofstream(outboxFolder() / "elsewhere-1.send.json") << text;
        const auto queue = app::sendQueue(outboxFolder());
        QCOMPARE(queue.size(), std::size_t{1});
        QCOMPARE(queue.at(0).state, app::QueueState::Pending);
    }
}

void OutboxTest::the_report_goes_with_the_masks()
{
    const FakeArchive archive({});
    app::Outbox outbox(outboxFolder());
    auto parcel = masks(outbox, 1);
    parcel.report = outbox.reportFor(parcel.masks);
    parcel.unwritten->words.text = "One infected area.";
    deliver(support::freePort(), parcel);
    QVERIFY(annotations::isMeasurementReport(parcel.report));
    QCOMPARE(annotations::readMeasurementReport(parcel.report).text, std::string("One infected area."));
    outbox.letGo();
    QCOMPARE(outbox.queue().size(), std::size_t{2}); // Both wait, and both go.
    app::Parcel again;
    again.others = outbox.waiting();
    const auto delivery = deliver(archive.port(), again);
    QCOMPARE(delivery.stored(), std::size_t{2});
    QVERIFY(fs::is_empty(outboxFolder()));
}

void OutboxTest::a_report_on_saved_masks_is_made_for_the_send()
{
    app::Outbox outbox(outboxFolder());
    auto parcel = masks(outbox, 1);
    parcel.masks = path("saved.dcm");
    deliver(support::freePort(), parcel); // Writes it.
    const auto size = fs::file_size(parcel.masks);
    const FakeArchive archive({});
    parcel.unwritten->masksToo = false;
    parcel.report = outbox.reportFor(parcel.masks);
    const auto delivery = deliver(archive.port(), parcel);
    QCOMPARE(delivery.stored(), std::size_t{2});
    QCOMPARE(fs::file_size(parcel.masks), size);
    QVERIFY(!fs::exists(parcel.report)); // It has served.
}

QTEST_GUILESS_MAIN(OutboxTest)
#include "tst_outbox.moc"
