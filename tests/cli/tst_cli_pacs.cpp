#include "tests/support/cli_fixture.h"
#include "tests/unit/imaging/pacs/certificates.h"

using support::limn;
using support::Outcome;
using support::runProgram;

/// `limn pacs` between two processes.
class CliPacsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_is_sent_over_tls_is_received();
    void half_of_the_tls_options_is_wrong_usage_data();
    void half_of_the_tls_options_is_wrong_usage();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
};

void CliPacsTest::what_is_sent_over_tls_is_received()
{
    const std::filesystem::path root = m_folder.path().toStdString();
    const Certificate authority(root, {"authority", ""});
    const Certificate certificate(root, {"archive", "IP:127.0.0.1"}, &authority);
    const Certificate other(root, {"other", ""});
    const QString xray = path("cxr.dcm");
    QCOMPARE(runProgram("limn-phantom", {"xray", xray, "--columns", "64", "--rows", "60"}).code, 0);
    QProcess archive;
    archive.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"),
        {"pacs", "serve", "--folder", path("archive"), "--tls-cert", path("archive.pem"), "--tls-key",
            path("archive.key")});
    QTRY_VERIFY_WITH_TIMEOUT(archive.canReadLine(), 20'000);
    const QString node = "LIMN@127.0.0.1:" + archive.readLine().trimmed().split(':').last();
    QCOMPARE(limn({"pacs", "echo", node, "--tls-ca", path("authority.pem")}).code, 0);
    const Outcome sent = limn({"pacs", "send", node, xray, "--tls-ca", path("authority.pem"), "--json"});
    QVERIFY2(sent.code == 0, sent.out + sent.err);
    QCOMPARE(sent.json()["stored"].toInt(), 1);
    const Outcome distrusted = limn({"pacs", "echo", node, "--tls-ca", path("other.pem")});
    QCOMPARE(distrusted.code, 1);
    QVERIFY2(distrusted.err.contains("no authority in"), distrusted.err);
    QCOMPARE(limn({"pacs", "echo", node, "--timeout", "5"}).code, 1);
    archive.terminate();
    QVERIFY(archive.waitForFinished(10'000));
    QCOMPARE(archive.exitCode(), 0);
}

void CliPacsTest::half_of_the_tls_options_is_wrong_usage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("certificate without its key")
        << QStringList{"echo", "A@127.0.0.1:1", "--tls-ca", "ca.pem", "--tls-cert", "own.pem"};
    QTest::newRow("no authority") << QStringList{
        "echo", "A@127.0.0.1:1", "--tls-cert", "own.pem", "--tls-key", "own.key"};
    QTest::newRow("archive without a certificate") << QStringList{
        "serve", "--folder", path("none"), "--tls-ca", "ca.pem"};
}

void CliPacsTest::half_of_the_tls_options_is_wrong_usage()
{
    QFETCH(QStringList, arguments);
    const Outcome outcome = limn(QStringList{"pacs"} + arguments);
    QCOMPARE(outcome.code, 2);
    QVERIFY2(!outcome.err.isEmpty(), outcome.err);
}

QTEST_GUILESS_MAIN(CliPacsTest)
#include "tst_cli_pacs.moc"
