#include "fake_archive.h"
#include "samples.h"

#include "imaging/pacs/storage_scp.h"
#include "imaging/pacs/store_scu.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>
#include <thread>

using namespace imaging;
using namespace std::chrono_literals;
using pacs::StoreResult;
using pacs::StoreState;
using pacs::detail::ContextResult;

namespace {

using Paths = std::vector<std::filesystem::path>;

pacs::Node localNode(int port)
{
    pacs::Node node;
    node.aeTitle = "ARCHIVE";
    node.host = "127.0.0.1";
    node.port = port;
    return node;
}

Paths writeImages(const QTemporaryDir& folder, int count)
{
    Paths paths;
    for (int number = 1; number <= count; ++number)
        paths.push_back(samples::write(folder.path().toStdString(), {.number = number}));
    return paths;
}

std::vector<StoreResult> send(int port, const Paths& paths)
{
    return pacs::store(localNode(port), paths, {}, {});
}

bool says(const StoreResult& result, const char* phrase)
{
    const bool found = result.message.find(phrase) != std::string::npos;
    if (!found)
        qWarning("The message is: %s", result.message.c_str());
    return found && result.message.ends_with('.');
}

} // namespace

class TestStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void every_file_has_its_result_in_order()
    {
        const QTemporaryDir folder;
        const QTemporaryDir archiveFolder;
        const pacs::StorageScp archive({.folder = archiveFolder.path().toStdString()});
        Paths paths = writeImages(folder, 3);
        paths.push_back(
            samples::write(folder.path().toStdString(), {.sopClassUid = samples::kSegmentation, .number = 4}));
        std::vector<double> fractions;
        const auto results = pacs::store(localNode(archive.port()), paths, {},
            Progress([&](double fraction, std::string_view) { fractions.push_back(fraction); }));
        QCOMPARE(results.size(), paths.size());
        for (std::size_t i = 0; i < results.size(); ++i) {
            QVERIFY2(results[i].state == StoreState::Stored, results[i].message.c_str());
            QCOMPARE(results[i].path, paths[i]);
            QCOMPARE(results[i].status.value(), 0);
            QCOMPARE(results[i].sopInstanceUid, samples::Object{.number = static_cast<int>(i) + 1}.sopInstanceUid());
            QVERIFY(says(results[i], "was stored by ARCHIVE@127.0.0.1:"));
        }
        QVERIFY(std::ranges::is_sorted(fractions));
        QCOMPARE(fractions.back(), 1.0);
    }

    void one_refused_of_twenty_leaves_the_others_stored()
    {
        const QTemporaryDir folder;
        FakeArchive::Script script;
        script.statusOf = [](int n) { return static_cast<std::uint16_t>(n == 7 ? 0xA700 : n == 8 ? 0xB007 : 0); };
        const FakeArchive archive(script);
        const auto results = send(archive.port(), writeImages(folder, 20));
        QCOMPARE(std::ranges::count_if(results, &StoreResult::ok), 19);
        QCOMPARE(results[7].state, StoreState::Refused);
        QCOMPARE(results[7].status.value(), 0xA700);
        QVERIFY(says(results[7], "with 0xA700: it is out of resources"));
        QVERIFY(says(results[7], "(\"Because\")"));
        QCOMPARE(results[8].state, StoreState::StoredWithWarning);
        QVERIFY(says(results[8], "0xB007"));
        QCOMPARE(archive.associations(), 1);
    }

    void archive_that_is_down_is_said_for_each_file()
    {
        const QTemporaryDir folder;
        const int port = pacs::detail::boundPort(pacs::detail::listenOn("127.0.0.1", 0));
        const auto results = send(port, writeImages(folder, 3));
        QCOMPARE(results.size(), std::size_t{3});
        for (const StoreResult& result : results) {
            QCOMPARE(result.state, StoreState::NotSent);
            QVERIFY(!result.status);
            QVERIFY(says(result, "cannot be reached: nothing listens on port"));
        }
    }

    void refused_association_is_said_for_each_file()
    {
        const QTemporaryDir folder;
        FakeArchive::Script script;
        script.reject = pacs::detail::Reject{1, 1, 3};
        const FakeArchive archive(script);
        for (const StoreResult& result : send(archive.port(), writeImages(folder, 2))) {
            QCOMPARE(result.state, StoreState::NotSent);
            QVERIFY(says(result, "does not know this program's AE title"));
        }
    }

    void archive_that_stops_in_the_middle_keeps_what_it_accepted()
    {
        const QTemporaryDir folder;
        FakeArchive::Script script;
        script.statusOf = [](int n) { return n < 3 ? std::optional<std::uint16_t>(0) : std::nullopt; };
        const FakeArchive archive(script);
        const auto results = send(archive.port(), writeImages(folder, 6));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(results[static_cast<std::size_t>(i)].state, StoreState::Stored);
        QCOMPARE(results[3].state, StoreState::Unconfirmed);
        QVERIFY(says(results[3], "may or may not have been stored"));
        for (int i = 4; i < 6; ++i) {
            QCOMPARE(results[static_cast<std::size_t>(i)].state, StoreState::NotSent);
            QVERIFY(says(results[static_cast<std::size_t>(i)], "closed the connection after 3 of 6 files"));
        }
        QCOMPARE(archive.associations(), 1);
    }

    void archive_that_never_answers_ends_in_a_timeout()
    {
        const QTemporaryDir folder;
        FakeArchive::Script script;
        script.isSilentAfterData = true;
        const FakeArchive archive(script);
        pacs::Node node = localNode(archive.port());
        node.dimseTimeout = 300ms;
        QElapsedTimer timer;
        timer.start();
        const auto results = pacs::store(node, writeImages(folder, 2), {}, {});
        QVERIFY(timer.elapsed() < 3000);
        QCOMPARE(results[0].state, StoreState::Unconfirmed);
        QVERIFY(says(results[0], "did not answer within 0.3 s"));
        QCOMPARE(results[1].state, StoreState::NotSent);
    }

    void stop_is_honoured_within_a_second_data()
    {
        QTest::addColumn<bool>("isConnecting");
        QTest::newRow("while associating") << true;
        QTest::newRow("while waiting for the answer") << false;
    }
    void stop_is_honoured_within_a_second()
    {
        QFETCH(bool, isConnecting);
        const QTemporaryDir folder;
        FakeArchive::Script script;
        script.isSilentAfterConnect = isConnecting;
        script.isSilentAfterData = !isConnecting;
        const FakeArchive archive(script);
        const Paths paths = writeImages(folder, 2);
        std::stop_source stop;
        const std::jthread user([&] {
            std::this_thread::sleep_for(200ms);
            stop.request_stop();
        });
        QElapsedTimer timer;
        timer.start();
        const auto results = pacs::store(localNode(archive.port()), paths, stop.get_token(), {});
        QVERIFY(timer.elapsed() < 1200);
        for (const StoreResult& result : results) {
            QCOMPARE(result.state, StoreState::Cancelled);
            QVERIFY(says(result, "cancelled"));
        }
    }

    void refused_compression_is_the_result_of_that_file()
    {
        const QTemporaryDir folder;
        FakeArchive::Script script;
        script.resultOf = [](const pacs::detail::PresentationContext& context) {
            return context.transferSyntaxes.front() == samples::kJpegLs ? ContextResult::TransferSyntaxesNotSupported
                : context.abstractSyntax == samples::kSegmentation      ? ContextResult::AbstractSyntaxNotSupported
                                                                        : ContextResult::Accepted;
        };
        const FakeArchive archive(script);
        const std::filesystem::path root = folder.path().toStdString();
        const auto results = send(archive.port(),
            {samples::write(root, {.number = 1}), samples::writeLabelled(root, {.number = 2}, samples::kJpegLs),
                samples::write(root, {.sopClassUid = samples::kSegmentation, .number = 3}),
                samples::write(root, {.number = 4})});
        QVERIFY(results[0].ok() && results[3].ok());
        QCOMPARE(results[1].state, StoreState::Refused);
        QVERIFY(says(results[1], "does not take this compression (transfer syntax 1.2.840.10008.1.2.4.80)"));
        QCOMPARE(results[2].state, StoreState::Refused);
        QVERIFY(says(results[2], "does not take objects of this kind"));
        QCOMPARE(archive.objects(), 2);
        QCOMPARE(archive.mostContexts(), 5); // The default syntax, too, for what is not compressed.
    }

    void a_compressed_segmentation_is_sent_as_it_is()
    {
        const QTemporaryDir folder;
        const FakeArchive archive({});
        const auto path = samples::writeLabelled(
            folder.path().toStdString(), {.sopClassUid = samples::kSegmentation, .number = 1}, samples::kJpegLs);
        const auto results = send(archive.port(), {path});
        QVERIFY2(results[0].ok(), results[0].message.c_str());
        QVERIFY(!results[0].converted);
        QCOMPARE(archive.lastDataSet(), samples::dataSetOf(path));
    }

    void an_archive_of_the_default_encoding_gets_a_converted_object_data()
    {
        QTest::addColumn<QString>("syntax");
        QTest::addColumn<bool>("converted");
        QTest::newRow("implicit") << QString::fromStdString(samples::kImplicit) << false;
        QTest::newRow("explicit") << QString::fromStdString(samples::kExplicit) << true;
        QTest::newRow("big endian") << QString::fromStdString(samples::kBigEndian) << true;
        QTest::newRow("deflated") << QString::fromStdString(samples::kDeflated) << true;
    }

    void an_archive_of_the_default_encoding_gets_a_converted_object()
    {
        QFETCH(QString, syntax);
        const QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        FakeArchive::Script script;
        script.resultOf = [](const pacs::detail::PresentationContext& context) {
            return context.transferSyntaxes.front() == samples::kImplicit ? ContextResult::Accepted
                                                                          : ContextResult::TransferSyntaxesNotSupported;
        };
        const FakeArchive archive(script);
        const auto path = samples::write(root / "sent", {.transferSyntaxUid = syntax.toStdString()});
        const auto results = send(archive.port(), {path});
        QVERIFY2(results[0].ok(), results[0].message.c_str());
        QTEST(results[0].converted, "converted");
        const auto expected = samples::write(root / "expected", {.transferSyntaxUid = samples::kImplicit});
        QCOMPARE(archive.lastDataSet(), samples::dataSetOf(expected));
    }

    void a_reason_for_a_refused_encoding_names_what_was_tried()
    {
        const QTemporaryDir folder;
        FakeArchive::Script script;
        script.resultOf = [](const auto&) { return ContextResult::TransferSyntaxesNotSupported; };
        const FakeArchive archive(script);
        const auto results = send(archive.port(), writeImages(folder, 1));
        QCOMPARE(results[0].state, StoreState::Refused);
        QVERIFY(says(results[0], "neither this encoding (transfer syntax 1.2.840.10008.1.2.1) nor the default one"));
    }

    void file_meta_of_any_legal_content_is_passed_over_data()
    {
        QTest::addColumn<QByteArray>("elements");
        const auto element = [](char number, const char* vr, const QByteArray& value) {
            QByteArray bytes("\2\0", 2);
            bytes += number;
            bytes += QByteArray("\1\0", 1); // Group 0002, element 01xx.
            bytes += vr;
            const bool isLong = QByteArrayList{"OB", "OW", "UN", "UR", "UC", "UT", "SV"}.contains(vr);
            bytes += isLong ? QByteArray(2, '\0') : QByteArray();
            bytes += static_cast<char>(value.size());
            bytes += QByteArray(isLong ? 3 : 1, '\0');
            return bytes + value;
        };
        QTest::newRow("resource locator") << element(0x26, "UR", "dicom://STATION1@10.0.0.1:104 ");
        QTest::newRow("bytes") << element(0x02, "OB", "12345678");
        QTest::newRow("unknown") << element(0x03, "UN", "12345678");
        QTest::newRow("long text") << element(0x04, "UT", "12345678");
        QTest::newRow("characters") << element(0x05, "UC", "12345678");
        QTest::newRow("64 bits") << element(0x06, "SV", "12345678");
        QByteArray many;
        for (int i = 0; i < 100; ++i)
            many += element(static_cast<char>(i), "SH", "12");
        QTest::newRow("many elements") << many;
    }

    void file_meta_of_any_legal_content_is_passed_over()
    {
        QFETCH(QByteArray, elements);
        const QTemporaryDir folder;
        const auto path = samples::write(folder.path().toStdString(), {});
        const std::string dataSet = samples::dataSetOf(path);
        const std::string whole = samples::readAll(path);
        const std::size_t metaEnd = whole.size() - dataSet.size();
        constexpr std::size_t kGroupLengthEnd = 128 + 4 + 12;
        for (const bool withLength : {true, false}) { // Which is wrong now, or not there.
            std::ofstream(path, std::ios::binary)
                << whole.substr(0, withLength ? kGroupLengthEnd : kGroupLengthEnd - 12)
                << whole.substr(kGroupLengthEnd, metaEnd - kGroupLengthEnd) << elements.toStdString() << dataSet;
            const FakeArchive archive({});
            const auto results = send(archive.port(), {path});
            QVERIFY2(results[0].ok(), results[0].message.c_str());
            QCOMPARE(archive.lastDataSet(), dataSet);
        }
    }

    void a_file_that_is_cut_off_in_its_pixels_is_not_sent()
    {
        const QTemporaryDir folder;
        const FakeArchive archive({});
        const auto path = samples::write(folder.path().toStdString(), {});
        std::filesystem::resize_file(path, std::filesystem::file_size(path) - 100);
        const auto results = send(archive.port(), {path});
        QCOMPARE(results[0].state, StoreState::NotSent);
        QVERIFY(says(results[0], "is cut off in the middle"));
    }

    void more_than_128_contexts_take_several_associations()
    {
        const QTemporaryDir folder;
        const FakeArchive archive({});
        Paths paths;
        for (int number = 1; number <= 130; ++number)
            paths.push_back(samples::write(folder.path().toStdString(),
                {.sopClassUid = "1.2.840.10008.5.1.4.1.1.9999." + std::to_string(number), .number = number}));
        const auto results = send(archive.port(), paths);
        QVERIFY(std::ranges::all_of(results, &StoreResult::ok));
        QCOMPARE(archive.associations(), 3); // Two contexts for each of 130 classes.
        QCOMPARE(archive.mostContexts(), 128);
    }

    void small_pdus_of_the_archive_are_respected()
    {
        const QTemporaryDir folder;
        FakeArchive::Script script;
        script.maxPdu = 64;
        const FakeArchive archive(script);
        QVERIFY(send(archive.port(), writeImages(folder, 1))[0].ok());
    }

    void files_that_cannot_be_sent_do_not_stop_the_others()
    {
        const QTemporaryDir folder;
        const FakeArchive archive({});
        const std::filesystem::path root = folder.path().toStdString();
        const auto good = samples::write(root, {.number = 1});
        std::ofstream(root / "text.dcm") << "This is a text, and it is longer than a preamble has to be. "
                                         << std::string(200, 'x');
        std::ofstream(root / "empty.dcm");
        const std::string whole = samples::readAll(good);
        std::ofstream(root / "cut.dcm", std::ios::binary) << whole.substr(0, 160);
        const auto results = send(
            archive.port(), {root / "text.dcm", root / "empty.dcm", root / "cut.dcm", root / "none.dcm", root, good});
        QVERIFY(says(results[0], "is not a DICOM file"));
        QVERIFY(says(results[1], "is not a DICOM file"));
        QVERIFY(says(results[2], "header"));
        QVERIFY(says(results[3], "There is no file"));
        QVERIFY(says(results[4], "is not a file"));
        QVERIFY(results[5].ok());
    }

    void nothing_to_send_needs_no_archive() { QVERIFY(send(1, {}).empty()); }
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_pacs_store.moc"
