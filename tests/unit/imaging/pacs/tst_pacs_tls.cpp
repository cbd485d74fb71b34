#include "certificates.h"
#include "fake_archive.h"
#include "samples.h"

#include "imaging/error.h"
#include "imaging/pacs/echo.h"
#include "imaging/pacs/storage_scp.h"
#include "imaging/pacs/store_scu.h"
#include "imaging/pacs/tls_context.h"
#include "imaging/pacs/tls_stream.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <thread>

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

using namespace imaging;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

const Certificate::Wish kLocalhost{"archive", "DNS:localhost,IP:127.0.0.1"};

/// The certificates of a hospital, and of somebody else.
struct Hospital
{
    QTemporaryDir folder;
    fs::path root = folder.path().toStdString();
    Certificate authority{root, {"authority", ""}};
    Certificate archive{root, kLocalhost, &authority};
    Certificate workstation{root, {"workstation", "DNS:workstation"}, &authority};
    Certificate otherAuthority{root, {"other authority", ""}};
    Certificate stranger{root, {"stranger", "DNS:stranger"}, &otherAuthority};

    pacs::TlsSettings ofArchive() const { return {{}, archive.file(), archive.keyFile()}; }
    pacs::TlsSettings ofCaller() const { return {authority.file(), {}, {}}; }
};

pacs::Node nodeOf(int port, const pacs::TlsSettings& tls, const char* host = "127.0.0.1")
{
    pacs::Node node;
    node.aeTitle = "LIMN";
    node.host = host;
    node.port = port;
    node.tls = tls;
    return node;
}

struct Refusal
{
    ErrorKind kind;
    QString sentence;
};

Refusal refusalOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return {error.kind(), QString::fromStdString(error.what())};
    }
    return {ErrorKind::Internal, "no error"};
}

QString messageOfEcho(const pacs::Node& node)
{
    return refusalOf([&] { pacs::echo(node, {}); }).sentence;
}

/// An archive in a folder of its own.
struct Archive
{
    explicit Archive(const std::optional<pacs::TlsSettings>& tls)
        : scp({.folder = folder.path().toStdString(), .tls = tls})
    {
    }
    QTemporaryDir folder;
    pacs::StorageScp scp;
};

/// A context that offers one version of TLS only, to be met by a caller.
class OldPeer
{
public:
    OldPeer(const Hospital& hospital, int version)
        : m_context(hospital.ofArchive(), pacs::detail::TlsSide::Archive)
        , m_socket(pacs::detail::listenOn("127.0.0.1", 0))
    {
        SSL_CTX_set_security_level(m_context.get(), 0);
        SSL_CTX_set_min_proto_version(m_context.get(), version);
        SSL_CTX_set_max_proto_version(m_context.get(), version);
        SSL_CTX_set_cipher_list(m_context.get(), "ALL:@SECLEVEL=0");
        m_thread = std::jthread([this](const std::stop_token& stop) { answer(stop); });
    }

    int port() const { return pacs::detail::boundPort(m_socket); }

private:
    void answer(const std::stop_token& stop)
    {
        try {
            pacs::detail::waitForDescriptor(m_socket.get(), POLLIN, 10s, stop);
            pacs::detail::Descriptor caller(::accept(m_socket.get(), nullptr, nullptr));
            pacs::detail::tlsStream(std::move(caller), m_context, {}, 5s, stop);
        } catch (const pacs::detail::AssociationBroken&) {
            return; // What the caller says of it is tested.
        }
    }

    pacs::detail::TlsContext m_context;
    pacs::detail::Descriptor m_socket;
    std::jthread m_thread;
};

} // namespace

class TestTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void objects_are_stored_byte_for_byte_data()
    {
        QTest::addColumn<QString>("host");
        QTest::newRow("by address") << "127.0.0.1";
        QTest::newRow("by name") << "localhost";
    }
    void objects_are_stored_byte_for_byte()
    {
        QFETCH(QString, host);
        const Hospital hospital;
        const Archive archive(hospital.ofArchive());
        const auto node = nodeOf(archive.scp.port(), hospital.ofCaller(), qPrintable(host));
        QVERIFY(pacs::echo(node, {}).has_value());
        const std::vector<fs::path> paths{samples::write(hospital.root, {.number = 1, .size = 7}),
            samples::write(hospital.root, {.number = 2, .size = 1500})}; // Longer than any buffer on the way.
        const auto results = pacs::store(node, paths, {}, {});
        const samples::Object object;
        for (std::size_t i = 0; i < paths.size(); ++i) {
            QVERIFY2(results[i].ok(), results[i].message.c_str());
            const auto kept = fs::path(archive.folder.path().toStdString()) / object.studyUid / object.seriesUid
                / (results[i].sopInstanceUid + ".dcm");
            QVERIFY(samples::dataSetOf(kept) == samples::dataSetOf(paths[i]));
        }
    }

    void archive_of_another_authority_is_refused()
    {
        const Hospital hospital;
        const Archive archive(hospital.ofArchive());
        const QString message =
            messageOfEcho(nodeOf(archive.scp.port(), {hospital.otherAuthority.file(), {}, {}}));
        QVERIFY2(message.startsWith("The archive LIMN@127.0.0.1:"), qPrintable(message));
        QVERIFY2(message.contains("showed a certificate that no authority in"), qPrintable(message));
        QVERIFY2(message.contains("other authority.pem"), qPrintable(message));
    }

    void nothing_is_sent_to_an_archive_of_another_authority()
    {
        const Hospital hospital;
        const Archive archive(hospital.ofArchive());
        const std::vector paths{samples::write(hospital.root, {})};
        const auto result =
            pacs::store(nodeOf(archive.scp.port(), {hospital.otherAuthority.file(), {}, {}}), paths, {}, {}).front();
        QCOMPARE(result.state, pacs::StoreState::NotSent);
        QVERIFY2(result.message.find("no authority in") != std::string::npos, result.message.c_str());
    }

    void certificate_must_fit_its_host_and_day_data()
    {
        QTest::addColumn<QString>("hosts");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::addColumn<QString>("fault");
        QTest::newRow("other name") << "DNS:elsewhere" << -1 << 30 << "not for the host";
        QTest::newRow("other address") << "IP:127.0.0.2" << -1 << 30 << "not for the host";
        QTest::newRow("expired") << "IP:127.0.0.1" << -9 << -2 << "has expired";
        QTest::newRow("not yet") << "IP:127.0.0.1" << 2 << 9 << "not valid yet";
    }
    void certificate_must_fit_its_host_and_day()
    {
        QFETCH(QString, hosts);
        QFETCH(int, from);
        QFETCH(int, to);
        QFETCH(QString, fault);
        const Hospital hospital;
        const Certificate certificate(hospital.root, {"wrong", hosts.toStdString(), from, to}, &hospital.authority);
        const Archive archive(pacs::TlsSettings{{}, certificate.file(), certificate.keyFile()});
        const QString message = messageOfEcho(nodeOf(archive.scp.port(), hospital.ofCaller()));
        QVERIFY2(message.contains("showed a certificate that"), qPrintable(message));
        QVERIFY2(message.contains(fault), qPrintable(message));
    }

    void archive_with_authorities_serves_only_those_they_vouch_for()
    {
        const Hospital hospital;
        auto settings = hospital.ofArchive();
        settings.authorities = hospital.authority.file();
        const Archive archive(settings);
        auto caller = hospital.ofCaller();
        QString message = messageOfEcho(nodeOf(archive.scp.port(), caller));
        QVERIFY2(message.contains("asks for a certificate of this program"), qPrintable(message));
        caller.certificate = hospital.stranger.file();
        caller.privateKey = hospital.stranger.keyFile();
        message = messageOfEcho(nodeOf(archive.scp.port(), caller));
        QVERIFY2(message.contains("does not accept this program's certificate"), qPrintable(message));
        caller.certificate = hospital.workstation.file();
        caller.privateKey = hospital.workstation.keyFile();
        QCOMPARE(messageOfEcho(nodeOf(archive.scp.port(), caller)), QString("no error"));
    }

    void archive_without_tls_is_told_apart()
    {
        const Hospital hospital;
        const Archive archive(std::nullopt);
        const QString message = messageOfEcho(nodeOf(archive.scp.port(), hospital.ofCaller()));
        QVERIFY2(message.contains("does not speak TLS there"), qPrintable(message));
    }

    void caller_without_tls_is_turned_away_and_the_next_is_served()
    {
        const Hospital hospital;
        const Archive archive(hospital.ofArchive());
        auto plain = nodeOf(archive.scp.port(), {});
        plain.tls.reset();
        QVERIFY(messageOfEcho(plain) != "no error");
        QCOMPARE(messageOfEcho(nodeOf(archive.scp.port(), hospital.ofCaller())), QString("no error"));
    }

    void old_versions_are_refused_and_1_2_is_spoken_data()
    {
        QTest::addColumn<int>("version");
        QTest::addColumn<bool>("isSpoken");
        QTest::newRow("1.0") << int{TLS1_VERSION} << false;
        QTest::newRow("1.1") << int{TLS1_1_VERSION} << false;
        QTest::newRow("1.2") << int{TLS1_2_VERSION} << true;
        QTest::newRow("1.3") << int{TLS1_3_VERSION} << true;
    }
    void old_versions_are_refused_and_1_2_is_spoken()
    {
        QFETCH(int, version);
        QFETCH(bool, isSpoken);
        const Hospital hospital;
        const OldPeer peer(hospital, version);
        const QString message = messageOfEcho(nodeOf(peer.port(), hospital.ofCaller()));
        // The peer ends after the handshake, so an echo that got that far finds the connection closed.
        QVERIFY2(message.contains(isSpoken ? "closed the connection." : "no version of TLS"), qPrintable(message));
    }

    void handshake_ends_in_a_timeout()
    {
        FakeArchive::Script script;
        script.isSilentAfterConnect = true;
        const FakeArchive archive(script);
        const Hospital hospital;
        pacs::Node node = nodeOf(archive.port(), hospital.ofCaller());
        node.acseTimeout = 300ms;
        const QString message = messageOfEcho(node);
        QVERIFY2(message.contains("did not answer within 0.3 s"), qPrintable(message));
    }

    void stop_during_the_handshake_is_honoured()
    {
        FakeArchive::Script script;
        script.isSilentAfterConnect = true;
        const FakeArchive archive(script);
        const Hospital hospital;
        std::stop_source stop;
        const std::jthread user([&] {
            while (archive.associations() == 0)
                std::this_thread::yield();
            stop.request_stop();
        });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!pacs::echo(nodeOf(archive.port(), hospital.ofCaller()), stop.get_token()).has_value());
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }

    void destructor_ends_a_handshake_under_way()
    {
        const Hospital hospital;
        auto archive = std::make_unique<Archive>(hospital.ofArchive());
        const auto silent = pacs::detail::connectTo("127.0.0.1", archive->scp.port(), 5s, {});
        QElapsedTimer timer;
        timer.start();
        archive.reset();
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }

    void settings_that_cannot_be_used_are_told_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<int>("kind");
        for (const char* name : {"no authority given", "key alone"})
            QTest::newRow(name) << name << int(ErrorKind::WrongUse);
        QTest::newRow("no such file") << "no such file" << int(ErrorKind::NotFound);
        for (const char* name : {"not PEM", "key of another", "pass phrase", "certificate as key"})
            QTest::newRow(name) << name << int(ErrorKind::InvalidInput);
    }
    void settings_that_cannot_be_used_are_told()
    {
        QFETCH(QString, fault);
        QFETCH(int, kind);
        const Hospital hospital;
        const fs::path text = hospital.root / "text.pem";
        std::ofstream(text) << "not a certificate\n";
        const std::map<QString, std::pair<pacs::TlsSettings, QString>> cases{
            {"no authority given", {{}, "none was given"}},
            {"key alone", {{hospital.authority.file(), {}, hospital.workstation.keyFile()}, "belong together"}},
            {"no such file", {{hospital.root / "absent.pem", {}, {}}, "absent.pem"}},
            {"not PEM", {{text, {}, {}}, "text.pem"}},
            {"key of another",
                {{hospital.authority.file(), hospital.workstation.file(), hospital.stranger.keyFile()},
                    "does not belong to the certificate"}},
            {"pass phrase",
                {{hospital.authority.file(), hospital.workstation.file(), hospital.workstation.protectedKeyFile()},
                    "pass phrase"}},
            {"certificate as key",
                {{hospital.authority.file(), hospital.workstation.file(), hospital.workstation.file()},
                    "no private key"}},
        };
        const auto& [settings, phrase] = cases.at(fault);
        const Refusal refusal = refusalOf([&] { pacs::echo(nodeOf(1, settings), {}); });
        QCOMPARE(int(refusal.kind), kind);
        QVERIFY2(refusal.sentence.contains(phrase), qPrintable(refusal.sentence));
    }

    void archive_without_a_certificate_is_not_started()
    {
        const QTemporaryDir folder;
        const Refusal refusal = refusalOf([&] {
            const pacs::StorageScp archive({.folder = folder.path().toStdString(), .tls = pacs::TlsSettings()});
        });
        QCOMPARE(int(refusal.kind), int(ErrorKind::WrongUse));
        QVERIFY2(refusal.sentence.contains("needs a certificate"), qPrintable(refusal.sentence));
    }
};

QTEST_GUILESS_MAIN(TestTls)
#include "tst_pacs_tls.moc"
