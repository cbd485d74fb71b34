#include "models/clip/classifier.h"
#include "models/clip/probe.h"
#include "models/clip/training/adapter.h"
#include "models/facade/adapt_settings.h"
#include "models/weights/safetensors.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/clip/coloured_shapes.h"

#include <QTest>

namespace {

using imaging::ErrorKind;
using models::AdaptMethod;

bool isSame(const models::weights::StateDict& first, const models::weights::StateDict& second)
{
    return !first.empty() && first.size() == second.size()
        && std::all_of(first.begin(), first.end(), [&](const auto& entry) {
               const auto found = second.find(entry.first);
               return found != second.end() && found->second.equal(entry.second);
           });
}

} // namespace

/// Prompts and probes learnt over the CLIP of the golden numbers.
class TestClipAdapt : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!shapes::writeModel(m_model))
            QSKIP("The goldens or CLIP's vocabulary (LIMN_TEST_DATA/tokenizers) are not here.");
        m_adapter = open();
    }

    void probes_tell_coloured_discs_apart_data()
    {
        QTest::addColumn<QString>("method");
        QTest::newRow("plain") << "probe";
        QTest::newRow("with the classes' texts") << "text-probe";
    }

    void probes_tell_coloured_discs_apart()
    {
        QFETCH(QString, method);
        auto task = taskFor(method);
        const auto result = m_adapter->adapt(task, {}, {});
        QCOMPARE(result.bestScore, 1.0);
        QCOMPARE(accuracyOf(task.options.output), 1.0);
    }

    void maple_learns_coloured_discs()
    {
        auto task = taskFor("maple");
        task.options.epochs = 12;
        task.options.variation = models::PictureVariation::None;
        const double before = accuracyOf({});
        const auto result = m_adapter->adapt(task, {}, {});
        QCOMPARE(result.epochs, 12);
        QCOMPARE(result.bestEpoch, 12); // The last one is what comes out.
        const double after = accuracyOf(task.options.output);
        QVERIFY2(after >= 0.95 && after > before, qPrintable(QString("%1 from %2").arg(after).arg(before)));
    }

    void what_every_method_learnt_answers_in_the_classifier_data()
    {
        QTest::addColumn<QString>("method");
        for (const auto& [method, word] : models::wordsOf<AdaptMethod>())
            QTest::newRow(word.c_str()) << QString::fromStdString(word);
    }

    void what_every_method_learnt_answers_in_the_classifier()
    {
        QFETCH(QString, method);
        auto task = taskFor(method);
        task.options.epochs = 2;
        task.options.learningRate = 0.02;
        task.training = shapes::pictures(3, 0, 4);
        m_adapter->adapt(task, {}, {});
        auto classifier = models::clip::openClassifier(
            m_model.path().toStdString(), task.options.output / "prompts.safetensors", "cpu");
        QCOMPARE(classifier->learntClasses(), shapes::kClasses);
        classifier->ask({classifier->learntClasses()});
        const auto pictures = shapes::pictures(3, 200, 2);
        const auto answers = m_adapter->answer({task.options.output, shapes::kClasses, {}, pictures}, {}, {});
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const auto scores = classifier->classify(shapes::read(pictures[i])).scores;
            const auto best = std::max_element(scores.begin(), scores.end(),
                [](const auto& a, const auto& b) { return a.probability < b.probability; });
            QCOMPARE(answers.labels[i], int(best - scores.begin()));
        }
        QVERIFY(std::filesystem::file_size(task.options.output / "prompts.safetensors") < 14'500'000);
    }

    void a_resumed_adaptation_ends_as_one_that_was_never_stopped_data()
    {
        QTest::addColumn<QString>("method");
        for (const char* method : {"maple", "coop", "ivlp"})
            QTest::newRow(method) << method;
    }

    void a_resumed_adaptation_ends_as_one_that_was_never_stopped()
    {
        QFETCH(QString, method);
        auto task = taskFor(method);
        task.options.epochs = 3;
        task.options.batchSize = 4;
        task.training = shapes::pictures(3, 0, 6);
        m_adapter->adapt(task, {}, {});
        const auto whole = models::weights::readSafetensors(task.options.output / "prompts.safetensors");

        auto again = taskFor(method);
        again.options.epochs = 3;
        again.options.batchSize = 4;
        again.training = task.training;
        std::stop_source stop;
        int reports = 0;
        const imaging::Progress progress([&](double, std::string_view stage) {
            if (stage.starts_with("epoch") && ++reports == 10)
                stop.request_stop();
        });
        const auto stopped = m_adapter->adapt(again, stop.get_token(), progress);
        QVERIFY(stopped.cancelled);
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] { m_adapter->adapt(again, {}, {}); }).contains("resume it"));
        again.options.resume = true;
        QVERIFY(!m_adapter->adapt(again, {}, {}).cancelled);
        QVERIFY(isSame(whole, models::weights::readSafetensors(again.options.output / "prompts.safetensors")));
        again.options.learningRate = 0.5;
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
            m_adapter->adapt(again, {}, {});
        }).contains("learningRate"));
    }

    void vectors_of_pictures_are_kept_for_the_next_run()
    {
        QTemporaryDir cache;
        const std::filesystem::path folder = cache.path().toStdString();
        auto task = taskFor("probe");
        open(folder)->adapt(task, {}, {});
        const auto first = models::weights::readSafetensors(task.options.output / "prompts.safetensors");
        QCOMPARE(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
        auto again = taskFor("probe");
        open(folder)->adapt(again, {}, {});
        QVERIFY(isSame(first, models::weights::readSafetensors(again.options.output / "prompts.safetensors")));
        // A file that is no cache does not matter.
        const auto file = std::filesystem::directory_iterator(folder)->path();
        std::filesystem::resize_file(file, 100);
        auto third = taskFor("probe");
        open(folder)->adapt(third, {}, {});
        QVERIFY(isSame(first, models::weights::readSafetensors(third.options.output / "prompts.safetensors")));
    }

    void pictures_that_cannot_be_read_are_left_out_and_said()
    {
        auto task = taskFor("probe");
        task.training.push_back({"broken.png", 0, 1});
        const auto result = m_adapter->adapt(task, {}, {});
        QCOMPARE(result.warnings.size(), std::size_t(1));
        QVERIFY(QString::fromStdString(result.warnings[0]).contains("broken.png"));
        const auto answers = m_adapter->answer(
            {{}, shapes::kClasses, {"a {}."}, {{"broken.png", 0, 1}, {"disc-0-1.png", 0, 0}}}, {}, {});
        QCOMPARE(answers.labels[0], -1);
        QVERIFY(answers.labels[1] >= 0);

        auto only = taskFor("maple");
        std::erase_if(only.training, [](const auto& one) { return one.label == 2; });
        only.training.push_back({"broken.png", 0, 2});
        const auto refused = support::sentence(ErrorKind::InvalidInput, [&] { m_adapter->adapt(only, {}, {}); });
        QVERIFY2(refused.contains("red disc") && refused.contains("no picture"), qPrintable(refused));
    }

    void one_picture_of_a_class_and_none_to_validate_are_enough()
    {
        for (const char* method : {"probe", "text-probe", "maple"}) {
            auto task = taskFor(method);
            task.training = shapes::pictures(3, 0, 1);
            task.validation.clear();
            task.options.epochs = 1;
            QVERIFY(!m_adapter->adapt(task, {}, {}).cancelled);
        }
    }

    void three_hundred_classes_are_learnt()
    {
        auto task = taskFor("text-probe");
        task.classes.clear();
        for (int i = 0; i < 300; ++i)
            task.classes.push_back("kind " + std::to_string(i));
        task.training = shapes::pictures(300, 0, 1);
        task.validation.clear();
        m_adapter->adapt(task, {}, {});
        QCOMPARE(models::clip::readProbe(task.options.output)->classes.size(), std::size_t(300));
        auto prompts = task;
        prompts.options = models::recipeFor(taskFor("maple").options);
        prompts.options.variation = models::PictureVariation::None;
        prompts.options.epochs = 1;
        prompts.options.stepsPerEpoch = 1;
        QVERIFY(!m_adapter->adapt(prompts, {}, {}).cancelled);
    }

    void a_probe_answers_only_for_its_classes_and_its_model()
    {
        auto task = taskFor("probe");
        m_adapter->adapt(task, {}, {});
        const auto file = task.options.output / "prompts.safetensors";
        const auto open = [&] { return models::clip::openClassifier(m_model.path().toStdString(), file, "cpu"); };
        auto classifier = open();
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            classifier->ask({{"red disc", "square"}});
        }).contains("knows no class"));
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            classifier->ask({shapes::kClasses, {}, true});
        }).contains("not findings"));
        auto probe = *models::clip::readProbe(file);
        probe.backboneSha256 = std::string(64, 'a');
        models::clip::writeProbe(file, probe);
        QVERIFY(support::sentence(ErrorKind::Model, open).contains("another CLIP"));
        probe.weight = probe.weight.narrow(0, 0, 2).clone();
        models::clip::writeProbe(file, probe);
        QVERIFY(support::sentence(ErrorKind::Model, open).contains("not those of its 3 classes"));
        QVERIFY(
            support::sentence(ErrorKind::WrongUse, [&] { m_adapter->adapt(task, {}, {}); }).contains("already holds"));
    }

    void settings_without_sense_are_refused_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("said");
        QTest::newRow("words too short") << R"({"contextTokens": 9})" << "tokens";
        QTest::newRow("per class") << R"({"perClass": true})" << "for coop only";
        QTest::newRow("position") << R"({"classPosition": "front"})" << "for coop only";
        QTest::newRow("a position that is none") << R"({"method": "coop", "classPosition": "side"})" << "end, middle";
        QTest::newRow("epochs") << R"({"epochs": -1})" << "epochs";
    }

    void settings_without_sense_are_refused()
    {
        QFETCH(QString, json);
        QFETCH(QString, said);
        auto task = taskFor("maple");
        auto options = taskFor("maple").options;
        options.contextTokens = options.depth = options.epochs = options.batchSize = 0;
        options.learningRate = 0;
        options.contextWords.clear();
        task.options = models::recipeFor(models::optionsFromJson(json.toStdString(), options, "x.json"));
        task.options.variation = models::PictureVariation::None;
        const auto sentence = support::sentence(ErrorKind::WrongUse, [&] { m_adapter->adapt(task, {}, {}); });
        QVERIFY2(sentence.contains(said), qPrintable(sentence));
    }

private:
    std::unique_ptr<models::Adapter> open(const std::filesystem::path& cache = {})
    {
        return models::clip::openAdapter({m_model.path().toStdString(), "cpu", 1, cache, shapes::read});
    }

    /// 16 pictures of each class and 4 to validate by, into a folder of its own.
    models::AdaptTask taskFor(const QString& method)
    {
        models::ClipAdaptOptions options;
        options.method = models::choiceOf<AdaptMethod>("method", method.toStdString());
        options.model = m_model.path().toStdString();
        options.data = "shapes";
        options.output = m_outputs.filePath("run-" + QString::number(++m_runs)).toStdString();
        options = models::recipeFor(options);
        options.variation = models::PictureVariation::CropsAndFlips;
        return {options, shapes::kClasses, shapes::pictures(3, 0, 16), shapes::pictures(3, 50, 4)};
    }

    /// Of pictures that were not learnt from; an empty path: of zero-shot.
    double accuracyOf(const std::filesystem::path& learnt)
    {
        const auto pictures = shapes::pictures(3, 100, 20);
        const auto answers = m_adapter->answer({learnt, shapes::kClasses, {"a photo of a {}."}, pictures}, {}, {});
        int right = 0;
        for (std::size_t i = 0; i < pictures.size(); ++i)
            right += answers.labels[i] == pictures[i].label;
        return double(right) / double(pictures.size());
    }

    QTemporaryDir m_model;
    QTemporaryDir m_outputs;
    int m_runs = 0;
    std::unique_ptr<models::Adapter> m_adapter;
};

QTEST_GUILESS_MAIN(TestClipAdapt)
#include "tst_clip_adapt.moc"
