#include "samples.h"

#include "imaging/error.h"
#include "imaging/pacs/association.h"
#include "imaging/pacs/storage_scp.h"
#include "imaging/pacs/store_scu.h"
#include "imaging/pacs/vetting.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include <sys/resource.h>

using namespace imaging;
using namespace std::chrono_literals;
using pacs::StoreState;

namespace {

namespace fs = std::filesystem;

pacs::Node localNode(int port)
{
    pacs::Node node;
    node.aeTitle = "LIMN";
    node.host = "127.0.0.1";
    node.port = port;
    return node;
}

pacs::StoreResult sendOne(int port, const fs::path& path)
{
    return pacs::store(localNode(port), std::vector{path}, {}, {}).front();
}

/// Files under the archive that are not of its own housekeeping, and half files.
std::vector<fs::path> filesIn(const fs::path& folder)
{
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            found.push_back(entry.path());
    return found;
}

/// Sends bytes as the data set of a C-STORE, whatever they are; returns the status.
int sendRaw(int port, const pacs::detail::FileMeta& meta, std::string_view dataSet)
{
    using namespace pacs::detail;
    auto [channel, contexts] =
        requestAssociation(localNode(port), {{1, meta.sopClassUid, {meta.transferSyntaxUid}, {}}}, {});
    CommandSet request;
    request.set(CommandElement::AffectedSopClass, meta.sopClassUid);
    request.set(CommandElement::CommandField, static_cast<std::uint16_t>(Command::StoreRequest));
    request.set(CommandElement::MessageId, 1);
    request.set(CommandElement::DataSetType, kDataSetFollows);
    request.set(CommandElement::AffectedSopInstance, meta.sopInstanceUid);
    channel.sendCommand(1, request);
    channel.sendData(1, dataSet.size(), [&](std::span<std::byte> buffer) {
        std::ranges::copy(std::as_bytes(std::span(dataSet)).first(buffer.size()), buffer.begin());
        dataSet.remove_prefix(buffer.size());
        return buffer.size();
    });
    const int status = channel.receiveCommand()->commands.number(CommandElement::Status).value();
    channel.release();
    return status;
}

/// As long as this lives, no file of this process can grow over `bytes`: what a full disk does to a writer.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit m_before{};
};

} // namespace

class TestStorageScp : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QTemporaryDir m_archiveFolder;
    fs::path source() const { return m_folder.path().toStdString(); }
    fs::path root() const { return m_archiveFolder.path().toStdString(); }

private Q_SLOTS:
    void init()
    {
        m_archiveFolder = QTemporaryDir();
        m_folder = QTemporaryDir();
    }

    void received_data_set_is_kept_byte_for_byte_data()
    {
        QTest::addColumn<QString>("transferSyntax");
        QTest::newRow("implicit") << QString::fromStdString(samples::kImplicit);
        QTest::newRow("explicit") << QString::fromStdString(samples::kExplicit);
        QTest::newRow("big endian") << QString::fromStdString(samples::kBigEndian);
        QTest::newRow("deflated") << QString::fromStdString(samples::kDeflated);
    }
    void received_data_set_is_kept_byte_for_byte()
    {
        QFETCH(QString, transferSyntax);
        std::vector<pacs::ReceivedInstance> received;
        const auto path =
            samples::write(source(), {.transferSyntaxUid = transferSyntax.toStdString(), .number = 5, .size = 301});
        {
            const pacs::StorageScp archive(
                {.folder = root()}, [&](const pacs::ReceivedInstance& instance) { received.push_back(instance); });
            const auto result = sendOne(archive.port(), path);
            QVERIFY2(result.ok(), result.message.c_str());
        }
        QCOMPARE(received.size(), std::size_t{1});
        const samples::Object object{.number = 5};
        QCOMPARE(received[0].path, root() / object.studyUid / object.seriesUid / (object.sopInstanceUid() + ".dcm"));
        QCOMPARE(received[0].studyUid, object.studyUid);
        QCOMPARE(received[0].seriesUid, object.seriesUid);
        QCOMPARE(received[0].sopClassUid, object.sopClassUid);
        QCOMPARE(received[0].transferSyntaxUid, transferSyntax.toStdString());
        QCOMPARE(received[0].callingAeTitle, std::string("LIMN"));
        QVERIFY(samples::dataSetOf(received[0].path) == samples::dataSetOf(path));
        QVERIFY(samples::haveEqualElements(received[0].path, path));
        QCOMPARE(filesIn(root()).size(), std::size_t{1});
    }

    void every_readable_transfer_syntax_of_the_test_data_is_kept()
    {
        const fs::path data = qEnvironmentVariable("LIMN_TEST_DATA").toStdString();
        if (data.empty() || !fs::exists(data / "hostile"))
            QSKIP("LIMN_TEST_DATA has no folder of hostile files");
        const pacs::StorageScp archive({.folder = root()});
        int kept = 0;
        for (const auto& entry : fs::directory_iterator(data / "hostile"))
            if (entry.path().filename().string().starts_with("orth_TransferSyntaxes")) {
                const auto result = sendOne(archive.port(), entry.path());
                QVERIFY2(result.ok(), result.message.c_str());
                ++kept;
            }
        QVERIFY(kept >= 5);
    }

    void hostile_objects_are_refused_and_the_archive_goes_on()
    {
        const fs::path data = qEnvironmentVariable("LIMN_TEST_DATA").toStdString();
        if (data.empty() || !fs::exists(data / "hostile"))
            QSKIP("LIMN_TEST_DATA has no folder of hostile files");
        const pacs::StorageScp archive({.folder = root()});
        for (const char* name : {"orth_2026-05-06-Deeply-Nested-Sequence.dcm",
                 "orth_2026-05-26-oob-monochrome-46341.dcm", "orth_2026-05-26-oob-monochrome-65535.dcm"}) {
            const auto path = data / "hostile" / name;
            const auto verdict = pacs::detail::vetReceived(path, {}); // As the archive does with what it was sent.
            QVERIFY2(verdict.status == 0xC000 || verdict.status == 0xA900, verdict.comment.c_str());
            const auto result = sendOne(archive.port(), path); // Our own sender reads the header and may refuse it first.
            QVERIFY2(result.state == StoreState::Refused || result.message.find("was refused") != std::string::npos,
                result.message.c_str());
        }
        QVERIFY(filesIn(root()).empty());
        QVERIFY(sendOne(archive.port(), samples::write(source(), {})).ok());
    }

    void all_of_the_hostile_files_are_survived()
    {
        const fs::path data = qEnvironmentVariable("LIMN_TEST_DATA").toStdString();
        if (data.empty() || !fs::exists(data / "hostile"))
            QSKIP("LIMN_TEST_DATA has no folder of hostile files");
        const pacs::StorageScp archive({.folder = root()});
        std::vector<fs::path> paths;
        for (const auto& entry : fs::recursive_directory_iterator(data / "hostile"))
            if (entry.is_regular_file() && entry.file_size() < 8'000'000)
                paths.push_back(entry.path());
        const auto results = pacs::store(localNode(archive.port()), paths, {}, {});
        for (const auto& result : results)
            QVERIFY2(
                result.state == StoreState::Stored || result.state == StoreState::Refused || result.sopClassUid.empty(),
                result.message.c_str());
        QVERIFY(sendOne(archive.port(), samples::write(source(), {})).ok());
    }

    void uids_never_choose_a_path_data()
    {
        QTest::addColumn<QString>("studyUid");
        QTest::newRow("parent") << "../../etc";
        QTest::newRow("absolute") << "/tmp/limn-escape";
        QTest::newRow("dots") << "1..2";
        QTest::newRow("letters") << "1.2.a";
        QTest::newRow("long") << QString(66, '1');
        QTest::newRow("empty") << "";
    }
    void uids_never_choose_a_path()
    {
        QFETCH(QString, studyUid);
        const pacs::StorageScp archive({.folder = root() / "inner"});
        const auto result = sendOne(archive.port(), samples::write(source(), {.studyUid = studyUid.toStdString()}));
        QVERIFY2(result.state == StoreState::Refused, result.message.c_str());
        QCOMPARE(result.status.value(), 0xA900);
        QVERIFY(filesIn(root()).empty());
    }

    void object_other_than_announced_is_refused()
    {
        const pacs::StorageScp archive({.folder = root()});
        const auto path = samples::write(source(), {});
        pacs::detail::FileMeta meta = pacs::detail::readFileMeta(path);
        const std::string dataSet = samples::dataSetOf(path);
        QCOMPARE(sendRaw(archive.port(), meta, dataSet), 0);
        pacs::detail::FileMeta other = meta;
        other.sopInstanceUid = "1.2.3.99";
        QCOMPARE(sendRaw(archive.port(), other, dataSet), 0xA900);
        other = meta;
        other.sopClassUid = samples::kSegmentation;
        QCOMPARE(sendRaw(archive.port(), other, dataSet), 0xA900);
        other = meta;
        other.sopInstanceUid = "../../escape";
        QCOMPARE(sendRaw(archive.port(), other, dataSet), 0x0117);
        QCOMPARE(filesIn(root()).size(), std::size_t{1});
    }

    void damaged_data_sets_are_refused()
    {
        const pacs::StorageScp archive({.folder = root()});
        const auto path = samples::write(source(), {});
        const pacs::detail::FileMeta meta = pacs::detail::readFileMeta(path);
        const std::string dataSet = samples::dataSetOf(path);
        QVERIFY(sendRaw(archive.port(), meta, dataSet.substr(0, dataSet.size() / 2 * 2 - 100)) >= 0xA900);
        QVERIFY(sendRaw(archive.port(), meta, std::string(5000, '\xFF')) >= 0xA900);
        QVERIFY(sendRaw(archive.port(), meta, "") >= 0xA900);
        QVERIFY(filesIn(root()).empty());
    }

    void random_damage_never_stops_the_archive()
    {
        const pacs::StorageScp archive({.folder = root()});
        const auto path = samples::write(source(), {});
        const pacs::detail::FileMeta meta = pacs::detail::readFileMeta(path);
        const std::string dataSet = samples::dataSetOf(path);
        std::mt19937 random(1);
        for (int round = 0; round < 100; ++round) {
            std::string damaged = dataSet;
            for (int i = 0; i < 8; ++i)
                damaged[random() % 400] = static_cast<char>(random());
            sendRaw(archive.port(), meta, damaged);
        }
        // Of the damaged ones some were fit to be kept, and what is kept is not written over.
        QVERIFY(sendOne(archive.port(), samples::write(source(), {.number = 7})).ok());
    }

    void instance_with_other_content_is_refused_and_the_first_is_kept()
    {
        int received = 0;
        const pacs::StorageScp archive({.folder = root()}, [&](const pacs::ReceivedInstance&) { ++received; });
        const auto first = samples::write(source(), {.number = 5, .size = 301});
        QVERIFY(sendOne(archive.port(), first).ok());
        const auto kept = filesIn(root());
        const auto content = samples::dataSetOf(kept.at(0));
        QVERIFY(sendOne(archive.port(), first).ok()); // Sent again.
        fs::create_directories(source() / "other");
        const auto other = samples::write(source() / "other", {.number = 5, .size = 303});
        const auto result = sendOne(archive.port(), other);
        QCOMPARE(result.state, StoreState::Refused);
        QCOMPARE(result.status.value(), 0x0111);
        QVERIFY2(result.message.find("other content") != std::string::npos, result.message.c_str());
        QCOMPARE(filesIn(root()), kept);
        QVERIFY(samples::dataSetOf(kept[0]) == content);
        QCOMPARE(received, 2);
    }

    void full_disk_is_out_of_resources_and_leaves_no_half_file()
    {
        const pacs::StorageScp archive({.folder = root()});
        const auto path = samples::write(source(), {.size = 301});
        {
            const FileSizeLimit full(20'000);
            const auto result = sendOne(archive.port(), path);
            QCOMPARE(result.state, StoreState::Refused);
            QCOMPARE(result.status.value(), 0xA700);
        }
        QVERIFY(filesIn(root()).empty());
        QVERIFY(sendOne(archive.port(), path).ok());
    }

    void object_over_the_limit_is_refused()
    {
        pacs::StorageScpOptions options;
        options.folder = root();
        options.maxInstanceBytes = 10'000;
        const pacs::StorageScp archive(options);
        QCOMPARE(sendOne(archive.port(), samples::write(source(), {.size = 301})).status.value(), 0xA700);
        QVERIFY(filesIn(root()).empty());
    }

    void sender_that_vanishes_leaves_no_half_file()
    {
        const pacs::StorageScp archive({.folder = root()});
        const auto path = samples::write(source(), {.size = 301});
        {
            using namespace pacs::detail;
            const FileMeta meta = readFileMeta(path);
            auto [channel, contexts] = requestAssociation(
                localNode(archive.port()), {{1, meta.sopClassUid, {meta.transferSyntaxUid}, {}}}, {});
            CommandSet request;
            request.set(CommandElement::AffectedSopClass, meta.sopClassUid);
            request.set(CommandElement::CommandField, static_cast<std::uint16_t>(Command::StoreRequest));
            request.set(CommandElement::DataSetType, kDataSetFollows);
            request.set(CommandElement::AffectedSopInstance, meta.sopInstanceUid);
            channel.sendCommand(1, request);
            int pieces = 0;
            QVERIFY_EXCEPTION_THROWN(channel.sendData(1, meta.dataSetSize,
                                         [&](std::span<std::byte> buffer) {
                                             if (++pieces > 2)
                                                 throw std::runtime_error("vanished");
                                             return buffer.size();
                                         }),
                std::runtime_error);
        }
        QTRY_VERIFY(filesIn(root()).empty());
        QVERIFY(sendOne(archive.port(), path).ok());
    }

    void several_senders_are_served_at_once()
    {
        std::vector<fs::path> received;
        const pacs::StorageScp archive(
            {.folder = root()}, [&](const pacs::ReceivedInstance& instance) { received.push_back(instance.path); });
        std::vector<std::jthread> senders;
        std::atomic<int> stored{0};
        for (int sender = 0; sender < 4; ++sender) {
            std::vector<fs::path> paths;
            for (int number = 1; number <= 10; ++number)
                paths.push_back(samples::write(source(), {.number = 100 * sender + number}));
            senders.emplace_back([&stored, &archive, paths] {
                for (const auto& result : pacs::store(localNode(archive.port()), paths, {}, {}))
                    stored += result.ok() ? 1 : 0;
            });
        }
        senders.clear();
        QCOMPARE(stored.load(), 40);
        QCOMPARE(received.size(), std::size_t{40});
        QCOMPARE(filesIn(root()).size(), std::size_t{40});
    }

    void callers_over_the_limit_are_told_to_come_back()
    {
        pacs::StorageScpOptions options;
        options.folder = root();
        options.maxAssociations = 1;
        const pacs::StorageScp archive(options);
        const auto path = samples::write(source(), {});
        {
            auto held = pacs::detail::requestAssociation(
                localNode(archive.port()), {{1, samples::kCrImage, {samples::kExplicit}, {}}}, {});
            const auto result = sendOne(archive.port(), path);
            QCOMPARE(result.state, StoreState::NotSent);
            QVERIFY2(result.message.find("too busy") != std::string::npos, result.message.c_str());
            held.channel.release();
        }
        bool isStored = false; // QTRY evaluates its condition again after it was met.
        QTRY_VERIFY(isStored = isStored || sendOne(archive.port(), path).ok());
    }

    void destructor_ends_open_associations_soon()
    {
        auto archive = std::make_unique<pacs::StorageScp>(pacs::StorageScpOptions{.folder = root()});
        auto held = pacs::detail::requestAssociation(
            localNode(archive->port()), {{1, samples::kCrImage, {samples::kExplicit}, {}}}, {});
        QElapsedTimer timer;
        timer.start();
        archive.reset();
        QVERIFY(timer.elapsed() < 1000);
        QVERIFY_EXCEPTION_THROWN(held.channel.receiveCommand(), pacs::detail::AssociationBroken);
    }

    void silent_caller_is_dropped_after_the_timeout()
    {
        pacs::StorageScpOptions options;
        options.folder = root();
        options.acseTimeout = 200ms;
        const pacs::StorageScp archive(options);
        auto caller = pacs::detail::Connection::open("127.0.0.1", archive.port(), 1s, {});
        std::byte answer{};
        caller.setTimeout(2s);
        try {
            caller.readExactly({&answer, 1});
            QCOMPARE(std::to_integer<int>(answer), 7); // A-ABORT
        } catch (const pacs::detail::AssociationBroken& broken) {
            QVERIFY(broken.kind() == pacs::detail::BreakKind::Closed);
        }
    }

    void caller_that_dribbles_is_dropped_after_the_timeout()
    {
        pacs::StorageScpOptions options;
        options.folder = root();
        options.acseTimeout = 400ms;
        const pacs::StorageScp archive(options);
        auto caller = pacs::detail::Connection::open("127.0.0.1", archive.port(), 1s, {});
        const std::array<std::byte, 6> header{std::byte{1}, {}, {}, {}, std::byte{1}}; // 256 bytes are to follow.
        caller.writeAll(header);
        QElapsedTimer timer;
        timer.start();
        bool isDropped = false;
        while (!isDropped && timer.elapsed() < 10'000) {
            std::this_thread::sleep_for(50ms); // Each byte comes well within the timeout.
            try {
                caller.writeAll(std::array{std::byte{0}});
            } catch (const pacs::detail::AssociationBroken&) {
                isDropped = true;
            }
        }
        QVERIFY2(isDropped, "a byte now and then holds the connection");
    }

    void hundreds_of_connections_at_once_are_survived()
    {
        const pacs::StorageScp archive({.folder = root()});
        {
            std::vector<pacs::detail::Connection> callers;
            for (int i = 0; i < 300; ++i)
                callers.push_back(pacs::detail::Connection::open("127.0.0.1", archive.port(), 5s, {}));
        }
        bool isStored = false;
        const auto path = samples::write(source(), {});
        QTRY_VERIFY(isStored = isStored || sendOne(archive.port(), path).ok());
    }

    void three_hundred_files_are_kept_byte_for_byte()
    {
        const pacs::StorageScp archive({.folder = root()});
        std::vector<fs::path> paths;
        for (int number = 1; number <= 300; ++number)
            paths.push_back(samples::write(source(), {.number = number, .size = 1 + number % 37}));
        const auto results = pacs::store(localNode(archive.port()), paths, {}, {});
        for (const auto& result : results)
            QVERIFY2(result.ok(), result.message.c_str());
        const samples::Object object;
        for (std::size_t i = 0; i < paths.size(); ++i) {
            const auto kept = root() / object.studyUid / object.seriesUid / (results[i].sopInstanceUid + ".dcm");
            QVERIFY(samples::dataSetOf(kept) == samples::dataSetOf(paths[i]));
        }
    }

    void random_bytes_never_stop_the_archive()
    {
        const pacs::StorageScp archive({.folder = root()});
        std::mt19937 random(2);
        for (int round = 0; round < 100; ++round) {
            std::vector<std::byte> bytes(random() % 300);
            for (std::byte& byte : bytes)
                byte = static_cast<std::byte>(random());
            if (bytes.size() > 6) { // Mostly plausible: a known type and a length that fits.
                bytes[0] = static_cast<std::byte>(1 + random() % 7);
                bytes[2] = bytes[3] = bytes[4] = {};
                bytes[5] = static_cast<std::byte>(std::min<std::size_t>(bytes.size() - 6, 255));
            }
            auto caller = pacs::detail::Connection::open("127.0.0.1", archive.port(), 1s, {});
            caller.abandon(bytes);
        }
        bool isStored = false;
        QTRY_VERIFY(isStored = isStored || sendOne(archive.port(), samples::write(source(), {})).ok());
    }

    void port_in_use_is_an_error()
    {
        const pacs::StorageScp first({.folder = root()});
        try {
            const pacs::StorageScp second({.folder = root(), .port = first.port()});
            QFAIL("listens twice");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Network);
            QVERIFY2(QString(error.what()).contains("Choose another port"), error.what());
        }
    }

    void folder_that_cannot_be_made_is_an_error()
    {
        std::ofstream(root() / "file") << "not a folder";
        QVERIFY_EXCEPTION_THROWN(pacs::StorageScp({.folder = root() / "file" / "archive"}), Error);
    }
};

QTEST_GUILESS_MAIN(TestStorageScp)
#include "tst_pacs_storage_scp.moc"
