#include "tests/support/cli_fixture.h"

#include <QFile>
#include <QJsonArray>

using support::limn;
using support::Outcome;

/// `limn caption` and `limn match` with BLIP-2s that tests/support/make_blip2.py makes.
class CliCaptionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (const char* kind : {"opt", "instruct-llama"}) {
            QProcess script;
            script.start(qEnvironmentVariable("LIMN_PYTHON", QStringLiteral("python3")),
                {QStringLiteral("tests/support/make_blip2.py"), QLatin1String(kind),
                    m_home.filePath(QLatin1String(kind))});
            QVERIFY(script.waitForFinished() && script.exitCode() == 0);
        }
        m_picture = qEnvironmentVariable("LIMN_TEST_DATA", QStringLiteral("../shared/data"))
            + QStringLiteral("/cxr/dx-canon-2128x2000-j2k.dcm"); // A real one.
        if (QFile::exists(m_picture))
            return;
        m_picture = m_home.filePath(QStringLiteral("x.png"));
        QImage image(60, 50, QImage::Format_Grayscale8);
        for (int row = 0; row < 50; ++row)
            for (int column = 0; column < 60; ++column)
                image.setPixel(column, row, qRgb(4 * column, 4 * column, 4 * column));
        QVERIFY(image.save(m_picture));
    }

    void a_model_writes_about_a_radiograph_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("prompt");
        QTest::newRow("BLIP-2 with OPT, a caption") << "opt" << "";
        QTest::newRow("BLIP-2 with OPT, a question") << "opt" << "is there opacity?";
        QTest::newRow("InstructBLIP with Llama") << "instruct-llama" << "what is there";
    }

    void a_model_writes_about_a_radiograph()
    {
        QFETCH(QString, model);
        QFETCH(QString, prompt);
        const QStringList arguments{QStringLiteral("caption"), QStringLiteral("--model"), m_home.filePath(model),
            QStringLiteral("--input"), m_picture, QStringLiteral("--prompt"), prompt, QStringLiteral("--beams"),
            QStringLiteral("2"), QStringLiteral("--texts"), QStringLiteral("2"), QStringLiteral("--min-tokens"),
            QStringLiteral("4"), QStringLiteral("--max-tokens"), QStringLiteral("12"), QStringLiteral("--json")};
        const Outcome result = limn(arguments);
        QVERIFY2(result.code == 0, result.err.constData());
        const auto texts = result.json()["texts"].toArray();
        QCOMPARE(texts.size(), 2);
        QVERIFY(texts[0].toObject()["score"].toDouble() >= texts[1].toObject()["score"].toDouble());
        QVERIFY(result.json()["tokens"].toInt() >= 4 && result.json()["seconds"].toDouble() > 0);
        QCOMPARE(limn(arguments).json()["texts"].toArray(), texts);
    }

    void what_a_model_cannot_do_is_said()
    {
        const QStringList about{QStringLiteral("--input"), m_picture};
        const QStringList opt{QStringLiteral("--model"), m_home.filePath(QStringLiteral("opt"))};
        const QStringList told{QStringLiteral("--model"), m_home.filePath(QStringLiteral("instruct-llama"))};
        const Outcome match = limn(
            QStringList{QStringLiteral("match"), QStringLiteral("--text"), QStringLiteral("a lung")} + opt + about);
        QCOMPARE(match.code, 2);
        QVERIFY2(match.err.contains("does not compare"), match.err.constData());
        const Outcome silent = limn(QStringList{QStringLiteral("caption")} + told + about);
        QCOMPARE(silent.code, 2);
        QVERIFY2(silent.err.contains("answers questions"), silent.err.constData());
        const Outcome wordy = limn(
            QStringList{QStringLiteral("caption"), QStringLiteral("--prompt"), QStringLiteral("lung ").repeated(200)}
            + opt + about);
        QCOMPARE(wordy.code, 3);
        QVERIFY2(wordy.err.contains("shorter"), wordy.err.constData());
    }

private:
    QTemporaryDir m_home;
    QString m_picture;
};

QTEST_GUILESS_MAIN(CliCaptionTest)
#include "tst_cli_caption.moc"
