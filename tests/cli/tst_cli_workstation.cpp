#include "tests/support/cli_fixture.h"

#include <QFile>

/// What `limn-workstation` does with its options, without a window to look at.
class CliWorkstationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QImage image(60, 50, QImage::Format_Grayscale8);
        image.fill(90);
        QVERIFY(image.save(m_home.filePath(QStringLiteral("x.png"))));
        QVERIFY(QDir().mkpath(m_home.filePath(QStringLiteral("models"))));
    }

    void a_demonstration_without_a_model_says_so_and_ends_data()
    {
        QTest::addColumn<QString>("tab");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("classify") << "classify" << QByteArray("Choose the folder of a CLIP");
        QTest::newRow("report") << "report" << QByteArray("Choose the folder of a BLIP");
    }

    void a_demonstration_without_a_model_says_so_and_ends()
    {
        QFETCH(QString, tab);
        QFETCH(QByteArray, said);
        const auto result = run({m_home.filePath(QStringLiteral("x.png")), QStringLiteral("--demo-run"),
            QStringLiteral("--tab"), tab, QStringLiteral("--text"), QStringLiteral("a node"),
            QStringLiteral("--screenshot"), m_home.filePath(QStringLiteral("no.png"))});
        QCOMPARE(result.code, 1);
        QVERIFY2(result.err.contains(said), result.err.constData());
        QVERIFY(!QFile::exists(m_home.filePath(QStringLiteral("no.png"))));
    }

    void tabs_are_shown_data()
    {
        QTest::addColumn<QString>("tab");
        for (const char* tab : {"segment", "classify", "report"})
            QTest::newRow(tab) << tab;
    }

    void tabs_are_shown()
    {
        QFETCH(QString, tab);
        const QString picture = m_home.filePath(tab + QStringLiteral(".png"));
        const auto result = run({QStringLiteral("--tab"), tab, QStringLiteral("--size"), QStringLiteral("900x700"),
            QStringLiteral("--screenshot"), picture});
        QVERIFY2(result.code == 0, result.err.constData());
        QCOMPARE(QImage(picture).isNull(), false);
    }

    void what_an_option_cannot_mean_is_said_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const QString& option, const QString& value, const char* said) {
            QTest::addRow("%s %s", qPrintable(option), qPrintable(value))
                << QStringList{option, value} << QByteArray(said);
        };
        row(QStringLiteral("--tab"), QStringLiteral("bogus"), "segment, labels, classify or report, not \"bogus\"");
        row(QStringLiteral("--tab"), QString(), "segment, labels, classify or report");
        row(QStringLiteral("--layout"), QStringLiteral("cube"), "single, planes, planes-and-3d or 3d");
        row(QStringLiteral("--slice"), QStringLiteral("0"), "a number from 1, not");
        row(QStringLiteral("--slice"), QStringLiteral("two"), "a number from 1, not");
        row(QStringLiteral("--preset"), QStringLiteral("10"), "a number from 1 to 9");
        row(QStringLiteral("--text-size"), QStringLiteral("99"), "a number from 100 to 200");
        row(QStringLiteral("--size"), QStringLiteral("900"), "as 1600x1000");
        row(QStringLiteral("--size"), QStringLiteral("0x700"), "as 1600x1000");
        row(QStringLiteral("--size"), QStringLiteral("900x99999"), "as 1600x1000");
        row(QStringLiteral("first"), QStringLiteral("second"), "not also \"second\"");
    }

    void what_an_option_cannot_mean_is_said()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, said);
        const auto result =
            run(arguments + QStringList{QStringLiteral("--screenshot"), m_home.filePath(QStringLiteral("no.png"))});
        QCOMPARE(result.code, 1);
        QVERIFY2(result.err.contains(said), result.err.constData());
    }

private:
    /// Without an installed model.
    support::Outcome run(const QStringList& arguments) const
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        environment.insert(QStringLiteral("LIMN_MODELS"), m_home.filePath(QStringLiteral("models")));
        environment.insert(QStringLiteral("HOME"), m_home.path());
        return support::runProgram(support::programAlone(QStringLiteral("limn-workstation"), m_home.path()),
            arguments + QStringList{QStringLiteral("--data-folder"), m_home.filePath(QStringLiteral("data"))},
            environment);
    }

    QTemporaryDir m_home;
};

QTEST_GUILESS_MAIN(CliWorkstationTest)
#include "tst_cli_workstation.moc"
