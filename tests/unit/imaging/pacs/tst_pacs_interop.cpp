#include "certificates.h"
#include "samples.h"

#include "imaging/error.h"
#include "imaging/pacs/connection.h"
#include "imaging/pacs/echo.h"
#include "imaging/pacs/storage_scp.h"
#include "imaging/pacs/store_scu.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace imaging;

namespace {

namespace fs = std::filesystem;

pacs::Node localNode(int port, const char* aeTitle)
{
    pacs::Node node;
    node.aeTitle = aeTitle;
    node.host = "127.0.0.1";
    node.port = port;
    return node;
}

int freePort()
{
    return pacs::detail::boundPort(pacs::detail::listenOn("127.0.0.1", 0));
}

QString program(const QString& name)
{
    return QStandardPaths::findExecutable(name, {"/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"});
}

/// A server of another project, stopped when this goes.
class Server
{
public:
    Server(const QString& path, const QStringList& arguments)
    {
        m_process.setStandardOutputFile(QProcess::nullDevice());
        m_process.setStandardErrorFile(QProcess::nullDevice());
        m_process.start(path, arguments);
        m_process.waitForStarted();
    }
    ~Server()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(5000)) {
            m_process.kill();
            m_process.waitForFinished(5000);
        }
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Waits until it answers an echo; false when it ended or never did.
    bool answers(const pacs::Node& node) const
    {
        for (int attempt = 0; attempt < 200 && m_process.state() != QProcess::NotRunning; ++attempt) {
            try {
                pacs::echo(node, {});
                return true;
            } catch (const Error&) {
                QTest::qWait(100);
            }
        }
        return false;
    }

private:
    QProcess m_process;
};

QByteArray run(const QString& path, const QStringList& arguments, int* exitCode = nullptr)
{
    QProcess process;
    process.start(path, arguments);
    process.waitForFinished(30'000);
    if (exitCode != nullptr)
        *exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    return process.readAllStandardOutput();
}

/// Certificates for TLS on this machine, and DCMTK's options for them.
struct Hospital
{
    QTemporaryDir folder;
    fs::path root = folder.path().toStdString();
    Certificate authority{root, {"authority", ""}};
    Certificate archive{root, {"archive", "DNS:localhost,IP:127.0.0.1"}, &authority};
    Certificate caller{root, {"caller", "DNS:caller"}, &authority};

    pacs::TlsSettings settingsOf(const Certificate& own) const
    {
        return {authority.file(), own.file(), own.keyFile()};
    }
    QStringList optionsOf(const Certificate& own) const
    {
        const auto text = [](const fs::path& path) { return QString::fromStdString(path.string()); };
        return {"+tls", text(own.keyFile()), text(own.file()), "+cf", text(authority.file())};
    }
};

bool hasTls(const QString& name)
{
    return !program(name).isEmpty() && run(program(name), {"--help"}).contains("+tls");
}

std::vector<fs::path> filesIn(const fs::path& folder)
{
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            found.push_back(entry.path());
    return found;
}

} // namespace

/// Against programs of other projects: DCMTK's storescp, storescu and echoscu, and a real Orthanc.
class TestInterop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void storescp_takes_what_is_sent()
    {
        if (program("storescp").isEmpty())
            QSKIP("DCMTK's storescp is not installed");
        const QTemporaryDir source;
        const QTemporaryDir target;
        const int port = freePort();
        const Server server(
            program("storescp"), {"+xa", "--bit-preserving", "-od", target.path(), QString::number(port)});
        const pacs::Node node = localNode(port, "STORESCP");
        QVERIFY(server.answers(node));
        const fs::path root = source.path().toStdString();
        const std::vector<fs::path> paths{
            samples::write(root, {.sopClassUid = samples::kSegmentation, .number = 1, .size = 37}),
            samples::write(root, {.transferSyntaxUid = samples::kImplicit, .number = 2, .size = 511})};
        for (const auto& result : pacs::store(node, paths, {}, {}))
            QVERIFY2(result.ok(), result.message.c_str());
        const auto received = filesIn(target.path().toStdString());
        QCOMPARE(received.size(), paths.size());
        for (const fs::path& file : received) {
            const bool isSegmentation = file.filename().string().ends_with("1.1.1");
            QVERIFY(samples::dataSetOf(file) == samples::dataSetOf(paths[isSegmentation ? 0 : 1]));
        }
    }

    void storescp_that_refuses_the_association_is_said()
    {
        if (program("storescp").isEmpty())
            QSKIP("DCMTK's storescp is not installed");
        const QTemporaryDir source;
        const QTemporaryDir target;
        const int port = freePort();
        const Server server(program("storescp"), {"--refuse", "-od", target.path(), QString::number(port)});
        const auto path = samples::write(source.path().toStdString(), {});
        pacs::StoreResult result;
        QTRY_VERIFY2_WITH_TIMEOUT((result = pacs::store(localNode(port, "STORESCP"), std::vector{path}, {}, {}).front())
                                      .message.find("refused the association")
                != std::string::npos,
            result.message.c_str(), 10'000);
    }

    void storescp_that_aborts_in_the_middle_is_said()
    {
        if (program("storescp").isEmpty())
            QSKIP("DCMTK's storescp is not installed");
        const QTemporaryDir source;
        const QTemporaryDir target;
        const int port = freePort();
        const Server server(program("storescp"), {"--abort-after", "-od", target.path(), QString::number(port)});
        const pacs::Node node = localNode(port, "STORESCP");
        QVERIFY(server.answers(node));
        const std::vector paths{samples::write(source.path().toStdString(), {.number = 1}),
            samples::write(source.path().toStdString(), {.number = 2})};
        const auto results = pacs::store(node, paths, {}, {});
        QCOMPARE(results[0].state, pacs::StoreState::Unconfirmed);
        QCOMPARE(results[1].state, pacs::StoreState::NotSent);
        QVERIFY2(results[1].message.find("aborted the association") != std::string::npos, results[1].message.c_str());
    }

    void storescp_without_compression_refuses_compressed_files()
    {
        if (program("storescp").isEmpty())
            QSKIP("DCMTK's storescp is not installed");
        const QTemporaryDir source;
        const QTemporaryDir target;
        const int port = freePort();
        const Server server(program("storescp"), {"-od", target.path(), QString::number(port)});
        const pacs::Node node = localNode(port, "STORESCP");
        QVERIFY(server.answers(node));
        const fs::path root = source.path().toStdString();
        const std::vector paths{
            samples::write(root, {.number = 1}), samples::writeLabelled(root, {.number = 2}, samples::kJpegLs)};
        const auto results = pacs::store(node, paths, {}, {});
        QVERIFY2(results[0].ok(), results[0].message.c_str());
        QCOMPARE(results[1].state, pacs::StoreState::Refused);
        QVERIFY2(results[1].message.find("compression") != std::string::npos, results[1].message.c_str());
    }

    void storescu_and_echoscu_are_served()
    {
        if (program("storescu").isEmpty() || program("echoscu").isEmpty())
            QSKIP("DCMTK's storescu and echoscu are not installed");
        const QTemporaryDir source;
        const QTemporaryDir target;
        const pacs::StorageScp archive({.folder = target.path().toStdString()});
        const QString port = QString::number(archive.port());
        int exitCode = -1;
        run(program("echoscu"), {"127.0.0.1", port}, &exitCode);
        QCOMPARE(exitCode, 0);
        const auto path = samples::write(source.path().toStdString(), {.size = 700});
        run(program("storescu"), {"-xe", "127.0.0.1", port, QString::fromStdString(path.string())}, &exitCode);
        QCOMPARE(exitCode, 0);
        const auto received = filesIn(target.path().toStdString());
        QCOMPARE(received.size(), std::size_t{1});
        QVERIFY(samples::haveEqualElements(received.front(), path));
    }

    void storescp_takes_what_is_sent_over_tls()
    {
        if (!hasTls("storescp"))
            QSKIP("DCMTK's storescp with TLS is not installed");
        const Hospital hospital;
        const QTemporaryDir target;
        const int port = freePort();
        const Server server(program("storescp"),
            hospital.optionsOf(hospital.archive)
                + QStringList{"--bit-preserving", "-od", target.path(), QString::number(port)});
        pacs::Node node = localNode(port, "STORESCP");
        node.tls = hospital.settingsOf(hospital.caller);
        QVERIFY(server.answers(node));
        const auto path = samples::write(hospital.root / "source", {.size = 700});
        const auto result = pacs::store(node, std::vector{path}, {}, {}).front();
        QVERIFY2(result.ok(), result.message.c_str());
        const auto received = filesIn(target.path().toStdString());
        QCOMPARE(received.size(), std::size_t{1});
        QVERIFY(samples::dataSetOf(received.front()) == samples::dataSetOf(path));
    }

    void storescu_and_echoscu_are_served_over_tls_data()
    {
        QTest::addColumn<bool>("isCallerVerified");
        QTest::newRow("anonymous") << false;
        QTest::newRow("with a certificate") << true;
    }
    void storescu_and_echoscu_are_served_over_tls()
    {
        QFETCH(bool, isCallerVerified);
        if (!hasTls("storescu") || !hasTls("echoscu"))
            QSKIP("DCMTK's storescu and echoscu with TLS are not installed");
        const Hospital hospital;
        const QTemporaryDir target;
        pacs::TlsSettings settings = hospital.settingsOf(hospital.archive);
        QStringList options = hospital.optionsOf(hospital.caller);
        if (!isCallerVerified) {
            settings.authorities.clear();
            options = QStringList{"+tla"} + options.mid(3);
        }
        const pacs::StorageScp archive({.folder = target.path().toStdString(), .tls = settings});
        const QString port = QString::number(archive.port());
        int exitCode = -1;
        run(program("echoscu"), options + QStringList{"127.0.0.1", port}, &exitCode);
        QCOMPARE(exitCode, 0);
        const auto path = samples::write(hospital.root / "source", {.size = 700});
        run(program("storescu"), options + QStringList{"-xe", "127.0.0.1", port, QString::fromStdString(path.string())},
            &exitCode);
        QCOMPARE(exitCode, 0);
        const auto received = filesIn(target.path().toStdString());
        QCOMPARE(received.size(), std::size_t{1});
        QVERIFY(samples::haveEqualElements(received.front(), path));
        if (isCallerVerified) {
            run(program("echoscu"), QStringList{"+tla"} + options.mid(3) + QStringList{"127.0.0.1", port}, &exitCode);
            QVERIFY(exitCode != 0);
        }
    }

    void orthanc_returns_the_same_segmentation()
    {
        if (program("Orthanc").isEmpty() || program("curl").isEmpty())
            QSKIP("Orthanc and curl are not installed");
        const QTemporaryDir folder;
        const int dicomPort = freePort();
        const int httpPort = freePort();
        QFile settings(folder.filePath("orthanc.json"));
        QVERIFY(settings.open(QIODevice::WriteOnly));
        settings.write(QJsonDocument(
            QJsonObject{{"Name", "Test"}, {"StorageDirectory", folder.filePath("storage")},
                {"IndexDirectory", folder.filePath("storage")}, {"DicomPort", dicomPort}, {"HttpPort", httpPort},
                {"DicomAet", "ORTHANC"}, {"DicomCheckCalledAet", false}, {"RemoteAccessAllowed", false},
                {"AuthenticationEnabled", false}, {"Plugins", QJsonArray()}})
                           .toJson());
        settings.close();
        const Server server(program("Orthanc"), {settings.fileName()});
        const pacs::Node node = localNode(dicomPort, "ORTHANC");
        QVERIFY(server.answers(node));

        const fs::path root = folder.filePath("source").toStdString();
        const std::vector paths{samples::write(root, {.sopClassUid = samples::kSegmentation, .number = 1, .size = 61}),
            samples::write(root, {.number = 2, .size = 301})};
        for (const auto& result : pacs::store(node, paths, {}, {}))
            QVERIFY2(result.ok(), result.message.c_str());

        const QString base = "http://127.0.0.1:" + QString::number(httpPort);
        for (std::size_t i = 0; i < paths.size(); ++i) {
            const std::string uid = samples::Object{.number = static_cast<int>(i) + 1}.sopInstanceUid();
            const QByteArray found = run(program("curl"),
                {"-s", "--noproxy", "*", base + "/tools/lookup", "--data-binary", QString::fromStdString(uid)});
            const QString id = QJsonDocument::fromJson(found).array().at(0).toObject().value("ID").toString();
            QVERIFY2(!id.isEmpty(), found.constData());
            const fs::path returned = folder.filePath("returned.dcm").toStdString();
            run(program("curl"),
                {"-s", "--noproxy", "*", "-o", QString::fromStdString(returned.string()),
                    base + "/instances/" + id + "/file"});
            QVERIFY(samples::pixelDataOf(returned) == samples::pixelDataOf(paths[i]));
            QVERIFY(samples::haveEqualElements(returned, paths[i]));
        }
    }
};

QTEST_GUILESS_MAIN(TestInterop)
#include "tst_pacs_interop.moc"
