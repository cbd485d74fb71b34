#include "models/clip/prompt_files.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"
#include "tests/support/cli_fixture.h"
#include "tests/unit/models/clip/clip_goldens.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

/// `limn models verify` of a CLIP, and of what was learnt for one, where no config.json says what it is: OpenAI's files
/// and Dassl's, as `limn classify` opens them.
class TestClipVerify : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto golden = vlm_goldens::find("prompt_learning/golden.json");
        const QString vocabulary =
            qEnvironmentVariable("LIMN_TEST_DATA") + "/tokenizers/clip-bpe_simple_vocab_16e6.txt.gz";
        if (golden.empty() || !QFile::exists(vocabulary))
            QSKIP("The goldens or CLIP's vocabulary (LIMN_TEST_DATA/tokenizers) are not here.");
        const auto numbers = vlm_goldens::readJson(golden);
        const auto clip = clip_goldens::filledClip(numbers);
        for (const char* folder : {"named", "folder", "dassl", "other"})
            QVERIFY(QDir(m_home.path()).mkdir(folder));
        QVERIFY(QFile::copy(vocabulary, path("named/bpe_simple_vocab_16e6.txt.gz")));
        QVERIFY(QFile::copy(vocabulary, path("folder/bpe_simple_vocab_16e6.txt.gz")));
        auto weights = models::weights::weightsOf(*clip);
        models::weights::writeSafetensors(path("folder/model.safetensors").toStdString(), weights);
        weights["input_resolution"] = torch::tensor(32); // Beside the weights in OpenAI's file.
        models::weights::writeSafetensors(path("named/ViT-B-16.pt").toStdString(), weights);
        const auto prompts = clip_goldens::promptsOf(numbers, clip_goldens::caseOf(numbers, "maple_deep"), clip);
        models::weights::writeSafetensors(
            path("dassl/model.pth.tar-5").toStdString(), models::weights::weightsOf(*prompts));
        std::ofstream(path("dassl/checkpoint").toStdString()) << "model.pth.tar-5\n";
        models::weights::writeSafetensors(path("other/model.safetensors").toStdString(), {{"a", torch::zeros({1})}});
    }

    void what_nothing_describes_is_told_by_its_names_data()
    {
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("said");
        QTest::newRow("OpenAI's file") << "named/ViT-B-16.pt" << "compares pictures with texts, 32x32 pixels";
        QTest::newRow("weights alone in a folder") << "folder" << "compares pictures with texts, 32x32 pixels";
        QTest::newRow("Dassl's folder") << "dassl" << "learnt for a CLIP (maple)";
        QTest::newRow("Dassl's file") << "dassl/model.pth.tar-5" << "learnt for a CLIP (maple)";
    }

    void what_nothing_describes_is_told_by_its_names()
    {
        QFETCH(QString, place);
        QFETCH(QString, said);
        const auto outcome = support::limn({"models", "verify", path(place)});
        QVERIFY2(outcome.code == 0, outcome.err);
        QVERIFY2(outcome.out.contains(said.toUtf8()), outcome.out);
    }

    void weights_of_nothing_that_is_known_are_refused()
    {
        const auto outcome = support::limn({"models", "verify", path("other")});
        QCOMPARE(outcome.code, 3);
        QVERIFY2(outcome.err.contains("those of no CLIP"), outcome.err);
    }

private:
    QString path(const QString& name) const { return m_home.filePath(name); }

    QTemporaryDir m_home;
};

QTEST_GUILESS_MAIN(TestClipVerify)
#include "tst_clip_verify.moc"
