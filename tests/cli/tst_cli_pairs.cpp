#include "tests/support/cli_fixture.h"

#include <QFile>
#include <QJsonArray>

#include <csignal>

using support::limn;
using support::Outcome;

/// The commands of models of pictures and words, with a CLIP and a BLIP that were trained in seconds: what they say to
/// pictures, models and options that make no sense.
class CliPairsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        support::writeTrainingFolder(path("data"), 16);
        const QStringList tiny{"--data", path("data"), "--picture-size", "32", "--patch-size", "16", "--vision-width",
            "32", "--vision-layers", "2", "--text-width", "32", "--text-layers", "2", "--epochs", "1", "--batch-size",
            "4", "--threads", "1"};
        const Outcome clip = limn(QStringList{"train", "clip", "--output", path("clip")} + tiny);
        QVERIFY2(clip.code == 0, clip.err.constData());
        QVERIFY2(clip.out.contains("1 epoch in"), clip.out.constData());
        const Outcome blip =
            limn(QStringList{"train", "blip", "--output", path("blip"), "--vocabulary-size", "200"} + tiny);
        QVERIFY2(blip.code == 0, blip.err.constData());
        const Outcome words = limn({"train", "language", "--data", path("data"), "--output", path("models/words"),
            "--text-width", "32", "--text-layers", "1", "--vocabulary-size", "300", "--epochs", "1", "--batch-size", "4",
            "--threads", "1"});
        QVERIFY2(words.code == 0, words.err.constData());
        QCOMPARE(
            support::runProgram("limn-phantom", {"ct", path("ct"), "--columns", "40", "--rows", "40", "--slices", "3"})
                .code,
            0);
        QImage grey(40, 40, QImage::Format_Grayscale8);
        grey.fill(90);
        QVERIFY(grey.save(path("grey.png")));
    }

    void a_training_says_whose_sides_its_texts_are_taken_to_mean_unless_it_is_told()
    {
        const QStringList training{"train", "language", "--data", path("data"), "--text-width", "32", "--text-layers", "1",
            "--vocabulary-size", "300", "--epochs", "1", "--threads", "1", "--json"};
        const char* words = "are taken for the sides of the picture";
        const Outcome assumed = limn(training + QStringList{"--output", path("assumed")});
        QVERIFY2(assumed.code == 0 && assumed.err.contains(words), assumed.err.constData());
        QVERIFY(listed(assumed).contains(words));
        const Outcome told = limn(training + QStringList{"--output", path("told"), "--text-sides", "picture"});
        QVERIFY2(told.code == 0 && !told.err.contains(words) && !listed(told).contains(words), told.err.constData());
    }

    void pictures_that_a_model_is_not_for_are_refused_until_confirmed_data()
    {
        QTest::addColumn<QStringList>("command");
        QTest::newRow("classify") << QStringList{"classify", "--model", path("clip"), "--classes", "heart,lung"};
        QTest::newRow("caption") << QStringList{"caption", "--model", path("blip")};
        QTest::newRow("match") << QStringList{"match", "--model", path("blip"), "--text", "a lung"};
    }

    void pictures_that_a_model_is_not_for_are_refused_until_confirmed()
    {
        QFETCH(QStringList, command);
        for (const auto& [input, reason] :
            {std::pair{QStringList{"--input", path("ct"), "--slice", "2"}, "modality is CT"},
                {QStringList{"--input", path("grey.png")}, "nothing to see"}}) {
            const Outcome refused = limn(command + input);
            QCOMPARE(refused.code, 3);
            QVERIFY2(refused.err.contains(reason) && refused.err.contains("--force"), refused.err.constData());
            const Outcome forced = limn(command + input + QStringList{"--force", "--json"});
            QVERIFY2(forced.code == 0 && forced.err.contains(reason), forced.err.constData());
            QVERIFY(listed(forced).contains(reason));
        }
    }

    void what_is_warned_of_is_in_the_document_too()
    {
        const Outcome result = limn({"classify", "--model", path("clip"), "--input", picture(), "--classes",
            " heart , lung", "--precision", "bfloat16", "--json"});
        QVERIFY2(result.code == 0, result.err.constData());
        for (const char* part : {"does not tell its modality", "computed in bfloat16"})
            QVERIFY2(result.err.contains(part) && listed(result).contains(part), result.err.constData());
        QCOMPARE(result.err.count("warning: "), qsizetype(result.json()["warnings"].toArray().size()));
        QCOMPARE(result.json()["scores"].toArray()[0].toObject()["class"].toString(), QString("heart"));
    }

    void documents_tell_what_was_sent_and_by_which_threshold()
    {
        const Outcome match = limn({"match", "--model", path("blip"), "--input", picture(), "--force", "--text",
            "lower left lung. Effusion.", "--json"});
        QVERIFY2(match.code == 0, match.err.constData());
        const auto whole = match.json();
        QCOMPARE(whole["sent"].toString(), QString("lower right lung. Effusion."));
        QCOMPARE(whole["sentences"].toArray()[0].toObject()["sent"].toString(), QString("lower right lung."));
        QCOMPARE(whole["unknown_words"].toArray(), QJsonArray{"effusion"});
        QVERIFY(whole.contains("threshold"));
        const QStringList data{"--data", path("data"), "--json"};
        const auto scored = limn(QStringList{"evaluate", "--model", path("blip")} + data).json();
        QVERIFY(scored["threshold"].toDouble(-1) >= 0);
        QVERIFY(limn(QStringList{"evaluate", "--model", path("clip")} + data).json()["threshold"].isNull());
    }

    void names_without_a_folder_lie_in_the_folder_where_one_is()
    {
        const auto before = QDir::currentPath();
        const auto back = qScopeGuard([&] { QDir::setCurrent(before); });
        QVERIFY(QDir::setCurrent(path("blip")));
        const Outcome beside =
            limn({"capfilt", "--filter", path("blip"), "--data", path("data"), "--output", "kept.csv"});
        QVERIFY2(beside.code == 2 && beside.err.contains("in the folder of a model"), beside.err.constData());
    }

    void a_vocabulary_that_was_cut_is_refused()
    {
        const QString cut = copied("blip", "cut");
        QFile words(cut + "/vocab.txt");
        QVERIFY(words.open(QIODevice::ReadWrite));
        auto lines = words.readAll().split('\n');
        lines.resize(lines.size() - 5);
        QVERIFY(words.resize(0) && words.write(lines.join('\n') + "\n") > 0);
        words.close();
        const Outcome refused = limn({"caption", "--model", cut, "--input", picture(), "--force"});
        QVERIFY2(refused.code == 3 && refused.err.contains("vocabulary is not whole"), refused.err.constData());
    }

    void another_models_vocabulary_is_refused()
    {
        const QString other = copied("clip", "other");
        for (const char* name : {"vocab.json", "merges.txt"}) {
            QFile::remove(other + "/" + name);
            QVERIFY(QFile::copy(path("models/words/") + name, other + "/" + name));
        }
        const Outcome refused = limn({"classify", "--model", other, "--input", picture(), "--classes", "a,b"});
        QVERIFY2(refused.code == 3 && refused.err.contains("vocabulary is not whole"), refused.err.constData());
    }

    void of_a_text_that_is_not_understood_no_share_is_told()
    {
        const QStringList match{"match", "--model", "resources/models/blip-qata", "--input", picture(), "--side", "picture", "--force", "--json", "--text"};
        const Outcome understood = limn(match + QStringList{"a lung"});
        QVERIFY2(understood.code == 0, understood.err.constData());
        QVERIFY(understood.json()["fits"].isBool());
        const Outcome whose = limn(match + QStringList{"infection of the picture's left lung"});
        QVERIFY2(whose.code == 0 && whose.json()["unknown_words"].toArray().isEmpty(), whose.err.constData());
        QCOMPARE(whose.json()["sent"].toString(), QStringLiteral("infection of the left lung"));
        const Outcome odd = limn(match + QStringList{"\U0001F600"});
        QVERIFY2(odd.code == 0 && odd.err.contains("does not know the word"), odd.err.constData());
        QVERIFY(!odd.json()["fits"].isBool());
    }

    void pictures_that_cannot_be_prepared_are_refused()
    {
        for (const char* name : {"clip", "blip"}) {
            const QString model = copied(name, QString(name) + "-black");
            QFile preparation(model + "/preprocessor_config.json");
            QVERIFY(preparation.open(QIODevice::WriteOnly | QIODevice::Truncate));
            preparation.write(R"({"image_mean": [0.5, 0.5, 0.5], "image_std": [0, 0, 0]})");
            preparation.close();
            const Outcome refused = limn({"models", "verify", model});
            QVERIFY2(refused.code == 3 && refused.err.contains("\"image_std\" is [0,0,0]"), refused.err.constData());
        }
    }

    void a_stopped_training_tells_of_resuming_where_something_was_saved()
    {
        QProcess training;
        training.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"),
            {"train", "blip", "--data", path("data"), "--output", path("stopped"), "--vocabulary-size", "200",
                "--picture-size", "32", "--patch-size", "16", "--epochs", "100000", "--threads", "1"});
        QVERIFY(training.waitForStarted());
        const QString maps = QString("/proc/%1/maps").arg(training.processId());
        const auto modelsAreOpen = [&] {
            QFile file(maps);
            return file.open(QIODevice::ReadOnly) && file.readAll().contains("limn-models");
        };
        QTRY_VERIFY_WITH_TIMEOUT(modelsAreOpen(), 60'000);
        ::kill(static_cast<pid_t>(training.processId()), SIGINT);
        QVERIFY(training.waitForFinished(60'000));
        QCOMPARE(training.exitCode(), 130);
        const auto said = training.readAllStandardOutput();
        const bool saved = QFile::exists(path("stopped/training/state.safetensors"));
        QVERIFY2(said.contains(saved ? "with --resume" : "before anything was saved"), said.constData());
    }

    void what_makes_no_sense_is_said_with_what_does_data()
    {
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<int>("code");
        QTest::addColumn<QStringList>("said");
        const QStringList classify{"classify", "--model", path("clip"), "--input", picture(), "--classes", "a,b"};
        const QStringList caption{"caption", "--model", path("blip"), "--input", picture()};
        const QStringList evaluate{"evaluate", "--data", path("data")};
        const QStringList ofBlip = evaluate + QStringList{"--model", path("blip")};
        const QStringList ofClip = evaluate + QStringList{"--model", path("clip")};
        const auto row = [](const char* name, const QStringList& command, int code, const QStringList& said) {
            QTest::newRow(name) << command << code << said;
        };
        row("precision", classify + QStringList{"--precision", "int4"}, 2, {"int4", "int8+bfloat16"});
        for (const char* list : {"a,,b", "a,b,", "a, ,b", ""})
            row(qPrintable(QString("an empty class: ") + list),
                {"classify", "--model", path("clip"), "--input", picture(), "--classes", list}, 2, {"empty name", list});
        row("equal classes but for case", {"classify", "--model", path("clip"), "--input", picture(), "--classes",
            "the lung,The  Lung "}, 2, {"named twice", "case or spaces"});
        row("a setting of a training", {"train", "blip", "--data", path("data"), "--output", path("o"),
            "--batch-size", "1"}, 2, {"batchSize must be 2", "(The option is --batch-size.)"});
        row("a small vocabulary", {"train", "blip", "--data", path("data"), "--output", path("o"),
            "--vocabulary-size", "5"}, 2, {"set vocabularySize to", "(The option is --vocabulary-size.)"});
        row("a limit below 0", evaluate + QStringList{"--limit", "-1"}, 2, {"\"-1\" is no number from 0 up"});
        row("more tokens than its texts had", caption + QStringList{"--side", "picture", "--max-tokens", "60"}, 2,
            {"60 tokens does not fit", "room for 38", "--max-tokens"});
        row("slice", classify + QStringList{"--slice", "276"}, 2, {"no slice \"276\"", "only slice 1", "--slice"});
        row("slice of several", {"classify", "--model", path("clip"), "--input", path("ct"), "--slice", "4"}, 2,
            {"no slice \"4\"", "from 1 to 3"});
        row("no slice of what it is not for", {"classify", "--model", path("clip"), "--input", path("ct"), "--classes", "a,b"},
            3, {"modality is CT", "--force"});
        row("beams of what is drawn by chance", caption + QStringList{"--side", "picture", "--sample", "--beams", "3"}, 2,
            {"excludes"});
        row("no texts", caption + QStringList{"--side", "picture", "--texts", "0"}, 2, {"--texts"});
        row("a temperature of what is not drawn by chance",
            caption + QStringList{"--side", "picture", "--temperature", "2"}, 2, {"--temperature requires --sample"});
        row("tokens", caption + QStringList{"--side", "picture", "--max-tokens", "100000"}, 2,
            {"100000 tokens does not fit", "--max-tokens"});
        row("a BLIP classifies", {"classify", "--model", path("blip"), "--input", picture(), "--classes", "a,b"}, 3,
            {"is a BLIP, which writes", "`limn caption`"});
        row("a CLIP writes", {"caption", "--model", path("clip"), "--input", picture()}, 3,
            {"is a CLIP, which tells classes apart", "`limn classify`"});
        row("a CLIP matches", {"match", "--model", path("clip"), "--input", picture(), "--text", "a"}, 3,
            {"is a CLIP"});
        row("a CLIP draws",
            {"segment", "--model", path("clip"), "--input", picture(), "--text", "a", "--output", path("m.png")}, 3,
            {"is a CLIP"});
        row("a BLIP is adapted", {"adapt", "--model", path("blip"), "--data", path("data"), "--output", path("a")}, 3,
            {"is a BLIP"});
        row("a CLIP filters",
            {"capfilt", "--filter", path("clip"), "--data", path("data"), "--output", path("kept.csv")}, 3,
            {"is a CLIP"});
        row("a BLIP finds neighbours", ofBlip + QStringList{"--neighbours", path("blip")}, 3, {"is a BLIP"});
        row("texts of a BLIP", ofBlip + QStringList{"--text", "none"}, 2, {"--text means nothing here", "is a BLIP"});
        row("captioner of a BLIP", ofBlip + QStringList{"--captioner", path("blip")}, 2, {"--captioner means nothing"});
        row("sheet of a BLIP", ofBlip + QStringList{"--sheet", path("s.png")}, 2, {"--sheet means", "draws no masks"});
        row("neighbours of a CLIP", ofClip + QStringList{"--neighbours", path("clip")}, 2, {"writes nothing"});
        row("neighbours of an LViT", evaluate + QStringList{"--neighbours", path("clip")}, 2, {"--neighbours means"});
        row("captioner without captions", evaluate + QStringList{"--captioner", path("blip")}, 2,
            {"--captioner means", "--text caption"});
        row("split", ofBlip + QStringList{"--split", "x"}, 3, {"has the split 'x'", "'valid'"});
        row("the manifest as output", ofBlip + QStringList{"--output", path("data") + "/manifest.csv"}, 2,
            {"is the input"});
        row("a BLIP trained on as a CLIP",
            {"train", "clip", "--data", path("data"), "--output", path("blip"), "--resume"}, 2,
            {"holds a BLIP", "choose another output folder"});
        const QStringList words{"--model", path("models/words")};
        const QStringList said{"is an OPT, a language model, which sees no pictures", "`limn train blip2"};
        row("a language model writes", QStringList{"caption", "--input", picture()} + words, 3, said);
        row("a language model matches", QStringList{"match", "--input", picture(), "--text", "a"} + words, 3, said);
        row("a language model is scored", evaluate + words, 3, said);
        row("depth", {"adapt", "--model", path("clip"), "--data", path("data"), "--output", path("a"), "--depth", "3"},
            2, {"A depth of 3", "from 1 to 2", "--depth"});
        for (const char* family : {"lvit", "clip", "blip", "blip2", "language"})
            row(family, {"train", family, "--data", path("data"), "--output", path("data")}, 2,
                {"is the folder of the data", "--output"});
    }

    void what_makes_no_sense_is_said_with_what_does()
    {
        QFETCH(QStringList, command);
        QFETCH(int, code);
        QFETCH(QStringList, said);
        const Outcome result = limn(command);
        QVERIFY2(result.code == code, result.err.constData());
        for (const auto& part : said)
            QVERIFY2(result.err.contains(part.toUtf8()), result.err.constData());
    }

    void a_language_model_is_listed_and_verified()
    {
        auto beside = QProcessEnvironment::systemEnvironment();
        beside.insert("LIMN_MODELS", path("models"));
        const Outcome listed = support::runProgram("limn", {"models", "list"}, beside);
        QVERIFY2(listed.out.contains("  opt  ") && listed.out.contains("language model"), listed.out.constData());
        const Outcome verified = limn({"models", "verify", path("models/words")});
        QVERIFY2(verified.code == 0 && verified.out.contains("language model, with which a BLIP-2 writes"),
            (verified.err + verified.out).constData());
        QVERIFY(QFile::resize(path("models/words/model.safetensors"), 100));
        QCOMPARE(limn({"models", "verify", path("models/words")}).code, 3);
    }

    void bytes_that_are_no_text_are_refused()
    {
        const QString broken = path("broken.sh"); // A QString holds no such bytes.
        QFile script(broken);
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("\"$LIMN_BIN/limn\" \"$@\" \"$(printf 'a \\351,b')\"\n");
        script.close();
        for (const auto& [command, option] : {std::pair{QStringList{"match", "--model", path("blip")}, "--text"},
                 {QStringList{"caption", "--model", path("blip")}, "--prompt"},
                 {QStringList{"classify", "--model", path("clip")}, "--classes"},
                 {QStringList{"classify", "--model", path("clip"), "--classes", "a,b"}, "--template"}}) {
            QProcess shell;
            shell.start("bash", QStringList{broken} + command + QStringList{"--input", picture(), option});
            QVERIFY(shell.waitForFinished(60'000));
            const auto err = shell.readAllStandardError();
            QVERIFY2(shell.exitCode() == 3 && err.contains("is not UTF-8"), err.constData());
        }
    }

private:
    QString path(const QString& name) const { return m_home.filePath(name); }
    QString picture() const { return path("data/image1.png"); }

    /// A model's folder once more, to be broken.
    QString copied(const QString& model, const QString& name) const
    {
        QDir().mkpath(path(name));
        for (const auto& file : QDir(path(model)).entryList(QDir::Files))
            QFile::copy(path(model) + "/" + file, path(name) + "/" + file);
        return path(name);
    }

    static QByteArray listed(const Outcome& result)
    {
        return QJsonDocument(result.json()["warnings"].toArray()).toJson();
    }

    QTemporaryDir m_home;
};

QTEST_GUILESS_MAIN(CliPairsTest)
#include "tst_cli_pairs.moc"
