#include "fake_archive.h"

#include "imaging/error.h"
#include "imaging/pacs/echo.h"
#include "imaging/pacs/storage_scp.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

#include <poll.h>
#include <sys/socket.h>

using namespace imaging;
using namespace std::chrono_literals;

namespace {

pacs::Node localNode(int port, const char* aeTitle = "LIMN")
{
    pacs::Node node;
    node.aeTitle = aeTitle;
    node.host = "127.0.0.1";
    node.port = port;
    return node;
}

QString messageOfEcho(const pacs::Node& node)
{
    try {
        pacs::echo(node, {});
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Network ? QString::fromStdString(error.what()) : "wrong kind";
    }
    return "no error";
}

} // namespace

class TestAssociation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void node_is_read_and_written_the_same_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("aeTitle");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("port");
        QTest::newRow("name") << "ORTHANC@localhost:4242"
                              << "ORTHANC"
                              << "localhost" << 4242;
        QTest::newRow("address") << "A@10.0.0.1:104"
                                 << "A"
                                 << "10.0.0.1" << 104;
        QTest::newRow("IPv6") << "PACS@[::1]:65535"
                              << "PACS"
                              << "::1" << 65535;
        QTest::newRow("blank in the title") << "MY PACS@h:1"
                                            << "MY PACS"
                                            << "h" << 1;
    }
    void node_is_read_and_written_the_same()
    {
        QFETCH(QString, text);
        const pacs::Node node = pacs::parseNode(text.toStdString());
        QTEST(QString::fromStdString(node.aeTitle), "aeTitle");
        QTEST(QString::fromStdString(node.host), "host");
        QTEST(node.port, "port");
        QCOMPARE(QString::fromStdString(pacs::toString(node)), text);
    }

    void wrong_node_is_refused_with_its_fault_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("fault");
        QTest::newRow("empty") << ""
                               << "AE title";
        QTest::newRow("no title") << "localhost:104"
                                  << "AE title";
        QTest::newRow("empty title") << "@localhost:104"
                                     << "1 to 16";
        QTest::newRow("blank title") << "  @localhost:104"
                                     << "1 to 16";
        QTest::newRow("long title") << "ABCDEFGHIJKLMNOPQ@h:104"
                                    << "1 to 16";
        QTest::newRow("backslash") << "A\\B@h:104"
                                   << "1 to 16";
        QTest::newRow("no port") << "A@localhost"
                                 << "port is missing";
        QTest::newRow("no port after IPv6") << "A@[::1]"
                                            << "port is missing";
        QTest::newRow("empty port") << "A@localhost:"
                                    << "not a number";
        QTest::newRow("port 0") << "A@localhost:0"
                                << "not a number";
        QTest::newRow("port too large") << "A@localhost:65536"
                                        << "not a number";
        QTest::newRow("port with letters") << "A@localhost:10a"
                                           << "not a number";
        QTest::newRow("no host") << "A@:104"
                                 << "host";
        QTest::newRow("two @") << "A@b@c:104"
                               << "host";
    }
    void wrong_node_is_refused_with_its_fault()
    {
        QFETCH(QString, text);
        QFETCH(QString, fault);
        try {
            pacs::parseNode(text.toStdString());
            QFAIL("accepted");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::WrongUse);
            QVERIFY2(QString(error.what()).contains(fault), error.what());
        }
    }

    void echo_is_answered()
    {
        const QTemporaryDir folder;
        const pacs::StorageScp archive({.folder = folder.path().toStdString()});
        QVERIFY(pacs::echo(localNode(archive.port()), {}).has_value());
    }

    void archive_that_is_down_is_named()
    {
        const int port = [] {
            const auto socket = pacs::detail::listenOn("127.0.0.1", 0);
            return pacs::detail::boundPort(socket);
        }();
        const QString message = messageOfEcho(localNode(port));
        QVERIFY2(message.startsWith("The archive LIMN@127.0.0.1:" + QString::number(port)), qPrintable(message));
        QVERIFY2(message.contains("nothing listens"), qPrintable(message));
    }

    void unknown_host_is_named()
    {
        pacs::Node node = localNode(104);
        node.host = "no-such-host.invalid";
        const QString message = messageOfEcho(node);
        QVERIFY2(message.contains("\"no-such-host.invalid\" is not known"), qPrintable(message));
    }

    void wrong_ae_titles_are_refused_with_the_reason()
    {
        const QTemporaryDir folder;
        pacs::StorageScpOptions options;
        options.folder = folder.path().toStdString();
        options.checkCalledAeTitle = true;
        options.allowedCallingAeTitles = {"FRIEND"};
        const pacs::StorageScp archive(options);
        pacs::Node node = localNode(archive.port());
        QVERIFY(messageOfEcho(node).contains("does not know this program's AE title"));
        node.callingAeTitle = "FRIEND";
        QCOMPARE(messageOfEcho(node), QString("no error"));
        node.aeTitle = "SOMEONE";
        QVERIFY(messageOfEcho(node).contains("goes by another AE title"));
    }

    void rejections_are_told_apart_data()
    {
        QTest::addColumn<int>("result");
        QTest::addColumn<int>("source");
        QTest::addColumn<int>("reason");
        QTest::addColumn<QString>("phrase");
        QTest::newRow("no reason") << 1 << 1 << 1 << "without a reason";
        QTest::newRow("transient") << 2 << 1 << 1 << "try again later";
        QTest::newRow("congestion") << 2 << 3 << 1 << "too busy";
        QTest::newRow("limit") << 2 << 3 << 2 << "limit of associations";
        QTest::newRow("context") << 1 << 1 << 2 << "application context";
    }
    void rejections_are_told_apart()
    {
        QFETCH(int, result);
        QFETCH(int, source);
        QFETCH(int, reason);
        QFETCH(QString, phrase);
        FakeArchive::Script script;
        script.reject = pacs::detail::Reject{
            static_cast<std::uint8_t>(result), static_cast<std::uint8_t>(source), static_cast<std::uint8_t>(reason)};
        const FakeArchive archive(script);
        const QString message = messageOfEcho(localNode(archive.port()));
        QVERIFY2(message.contains(phrase), qPrintable(message));
    }

    void echo_service_that_is_not_offered_is_said()
    {
        FakeArchive::Script script;
        script.resultOf = [](const auto&) { return pacs::detail::ContextResult::AbstractSyntaxNotSupported; };
        const FakeArchive archive(script);
        QVERIFY(messageOfEcho(localNode(archive.port())).contains("does not support the echo"));
    }

    void silent_peer_ends_in_a_timeout()
    {
        FakeArchive::Script script;
        script.isSilentAfterConnect = true;
        const FakeArchive archive(script);
        pacs::Node node = localNode(archive.port());
        node.acseTimeout = 300ms;
        QElapsedTimer timer;
        timer.start();
        const QString message = messageOfEcho(node);
        QVERIFY2(message.contains("did not answer within 0.3 s"), qPrintable(message));
        QVERIFY(timer.elapsed() < 2000);
    }

    void peer_that_speaks_something_else_is_noticed()
    {
        const auto socket = pacs::detail::listenOn("127.0.0.1", 0);
        const std::jthread server([&](const std::stop_token& stop) {
            try {
                pacs::detail::waitForDescriptor(socket.get(), POLLIN, 10s, stop);
                pacs::detail::Connection caller(
                    pacs::detail::Descriptor(::accept(socket.get(), nullptr, nullptr)), stop);
                const std::string_view page = "HTTP/1.1 400 Bad Request\r\n\r\n";
                caller.writeAll(std::as_bytes(std::span(page)));
                std::byte more{};
                while (true)
                    caller.readExactly({&more, 1});
            } catch (const pacs::detail::AssociationBroken&) {
                return; // Also when the caller has heard enough and the test ends.
            }
        });
        const QString message = messageOfEcho(localNode(pacs::detail::boundPort(socket)));
        QVERIFY2(message.contains("does not speak DICOM"), qPrintable(message));
    }

    void stop_is_honoured_within_a_second()
    {
        FakeArchive::Script script;
        script.isSilentAfterConnect = true;
        const FakeArchive archive(script);
        std::stop_source stop;
        const std::jthread user([&] {
            std::this_thread::sleep_for(200ms);
            stop.request_stop();
        });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!pacs::echo(localNode(archive.port()), stop.get_token()).has_value());
        QVERIFY2(timer.elapsed() >= 150 && timer.elapsed() < 1200, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_GUILESS_MAIN(TestAssociation)
#include "tst_pacs_association.moc"
