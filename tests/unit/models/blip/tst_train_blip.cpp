#include "models/blip/load_blip.h"
#include "models/blip/reporter.h"
#include "models/blip/training/blip_losses.h"
#include "models/blip/training/evaluate.h"
#include "models/blip/training/train.h"
#include "models/data/csv.h"
#include "models/package/package_json.h"
#include "models/text/known_words.h"
#include "models/training/hard_negatives.h"
#include "models/weights/load_report.h"
#include "tests/support/cli_fixture.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/tiny_pairs.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <functional>
#include <memory>

namespace fs = std::filesystem;
using imaging::ErrorKind;
using models::blip::PairVectors;
using models::blip::trainBlip;

class TestTrainBlip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void training_learns_to_write_and_to_match();
    void caption_training_learns_what_stands_behind_the_prompt();
    void interrupted_training_ends_with_the_same_weights_data();
    void interrupted_training_ends_with_the_same_weights();
    void encoder_and_decoder_share_all_but_self_attention();
    void what_belongs_together_is_no_negative();
    void queue_keeps_the_newest();
    void masks_teach_the_picture_tower_and_leave_no_trace();
    void wrong_settings_are_refused_data();
    void wrong_settings_are_refused();

private:
    models::BlipTrainOptions options(const char* output) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_path;
};

void TestTrainBlip::initTestCase()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->path().toStdString();
    support::writeTrainingFolder(QString::fromStdString((m_path / "data").string()), 24);
    tiny::rewriteForPairs(m_path);
}

models::BlipTrainOptions TestTrainBlip::options(const char* output) const
{
    models::BlipTrainOptions options;
    tiny::fillPairs(options, m_path, output);
    options.textWidth = 32;
    options.textLayers = 2;
    options.textTokens = 24;
    options.projection = 16;
    options.vocabularySize = 200;
    options.queueSize = 10;
    options.dropout = 0;
    options.momentum = 0.9;
    return options;
}

void TestTrainBlip::training_learns_to_write_and_to_match()
{
    auto settings = options("learns");
    settings.epochs = 40;
    const auto run = tiny::trainPairs(settings, trainBlip);
    QVERIFY(!run.result.cancelled);
    QVERIFY2(run.result.bestScore > 0.99, qPrintable(QString::number(run.result.bestScore)));
    const auto log = models::data::readCsv(settings.output / "training" / "log.csv");
    const auto last = [&](const char* column) {
        return std::stod(log.rows.back().fields[std::size_t(log.column(column))]);
    };
    const auto first = [&](const char* column) {
        return std::stod(log.rows.front().fields[std::size_t(log.column(column))]);
    };
    QVERIFY(last("loss") < first("loss") && last("written_loss") < first("written_loss"));
    auto reporter = models::blip::openReporter(settings.output, "cpu");
    QVERIFY(reporter->canWrite() && reporter->canMatch() && !reporter->canAnswer());
    reporter->look(tiny::disc(/*left=*/true));
    const auto text = reporter->write({}, {}, {}).texts.at(0).text;
    QVERIFY2(text.starts_with("unilateral pulmonary infection, one infected area, lower "), text.c_str());
    const auto match = reporter->match(text);
    QVERIFY(reporter->textSides() == imaging::Sides::Picture);
    QVERIFY(match.probability >= 0 && match.probability <= 1 && std::abs(match.cosine) <= 1 + 1e-6);
    const auto calibration = models::readConfigJson(settings.output).at("match_calibration");
    QVERIFY(models::text::knownWordsIn(settings.output)->contains("unilateral"));
    QVERIFY(calibration.at("threshold") >= 0 && calibration.at("threshold") <= 1);
    QVERIFY(!calibration.at("points").empty() && calibration.at("points").at(0).size() == 2);
    QVERIFY(calibration.at("not_told_apart").is_array());
    QFile curve(QString::fromStdString((settings.output / "reliability.svg").string()));
    QVERIFY(curve.open(QIODevice::ReadOnly) && curve.readAll().startsWith("<svg"));
    QFile card(QString::fromStdString((settings.output / "README.md").string()));
    QVERIFY(card.open(QIODevice::ReadOnly));
    const auto written = card.readAll();
    for (const char* words :
        {"| this model |", "| always the most frequent report |", "| side only |", "| share that fits |", "limn train blip"})
        QVERIFY2(written.contains(words), words);
    models::TextEvaluateOptions scored;
    scored.model = settings.output;
    scored.data = settings.data;
    const auto figures = models::blip::evaluateBlip(scored, {}, {}, {});
    QCOMPARE(figures.tables.size(), std::size_t(2));
    const auto& columns = figures.tables[0].columns;
    QCOMPARE(columns.at(4).key, std::string("bleu4"));
    QVERIFY(std::abs(*figures.tables[0].rows.at(0).values.at(4) - run.result.bestScore) < 1e-9); // As in training.
    const std::vector<std::string> neighbours(figures.pictures, figures.cases.at(0).at(1));
    QCOMPARE(models::blip::evaluateBlip(scored, neighbours, {}, {}).tables[0].rows.size(), std::size_t(3));
    QCOMPARE(figures.cases.at(0).size(), figures.caseColumns.size());
}

void TestTrainBlip::caption_training_learns_what_stands_behind_the_prompt()
{
    auto settings = options("captions");
    settings.objective = models::BlipObjective::Caption;
    settings.prompt = "a radiograph of ";
    settings.epochs = 12;
    settings.labelSmoothing = 0;
    const auto run = tiny::trainPairs(settings, trainBlip);
    QVERIFY2(run.result.bestScore > 0.5, qPrintable(QString::number(run.result.bestScore)));
    auto reporter = models::blip::openReporter(settings.output, "cpu");
    QVERIFY(reporter->canWrite() && !reporter->canMatch());
    auto next = options("captions2"); // From one model to the next.
    next.objective = models::BlipObjective::Caption;
    next.initialWeights = settings.output;
    next.epochs = 1;
    next.learningRate = 1e-9;
    next.averageDecay = 0;
    const auto again = tiny::trainPairs(next, trainBlip);
    for (const auto& [key, tensor] : again.weights)
        QVERIFY2(torch::allclose(tensor, run.weights.at(key), 1e-4, 1e-6), key.c_str());
}

void TestTrainBlip::interrupted_training_ends_with_the_same_weights_data()
{
    QTest::addColumn<bool>("compares");
    QTest::addColumn<int>("stopAfter");
    QTest::newRow("within the first epoch") << true << 2;
    QTest::newRow("within the second epoch") << true << 6;
    QTest::newRow("captions") << false << 6;
}

void TestTrainBlip::interrupted_training_ends_with_the_same_weights()
{
    QFETCH(bool, compares);
    QFETCH(int, stopAfter);
    auto settings = options("whole");
    settings.dropout = 0.1;
    settings.objective = compares ? models::BlipObjective::Pretrain : models::BlipObjective::Caption;
    fs::remove_all(settings.output);
    const auto whole = tiny::trainPairs(settings, trainBlip);
    settings.output = m_path / "parts";
    fs::remove_all(settings.output);
    const auto first = tiny::trainPairs(settings, trainBlip, stopAfter);
    QVERIFY(first.result.cancelled);
    settings.resume = true;
    settings.loaderThreads = 3;
    const auto second = tiny::trainPairs(settings, trainBlip);
    QCOMPARE(first.reports + second.reports, whole.reports);
    QVERIFY(tiny::sameWeights(second.weights, whole.weights));
    settings.queueSize = 11;
    QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
        tiny::trainPairs(settings, trainBlip);
    }).contains("queueSize"));
}

void TestTrainBlip::encoder_and_decoder_share_all_but_self_attention()
{
    auto settings = options("shared");
    settings.epochs = 1;
    const auto run = tiny::trainPairs(settings, trainBlip);
    const auto weights = models::weights::weightsOf(*models::blip::openBlip(settings.output));
    const auto pair = [&](const std::string& key) {
        return weights.at("text_encoder." + key).equal(weights.at("text_decoder.bert." + key));
    };
    for (const char* key : {"embeddings.word_embeddings.weight", "encoder.layer.1.crossattention.self.key.weight",
             "encoder.layer.0.intermediate.dense.bias", "encoder.layer.1.output.LayerNorm.weight"})
        QVERIFY2(pair(key), key);
    QVERIFY(!pair("encoder.layer.0.attention.self.query.weight"));
}

void TestTrainBlip::what_belongs_together_is_no_negative()
{
    const auto weights = torch::tensor({{0.0, 0.0, 0.7}, {0.0, 0.0, 0.0}, {0.2, 0.0, 0.0}});
    const auto drawn = models::training::drawnNegatives(weights);
    QVERIFY(drawn.equal(torch::tensor({2, -1, 0})));
    const auto vectors = torch::eye(2);
    const PairVectors own{vectors, vectors, torch::tensor({7, 7}), torch::tensor({1, 2})};
    const auto temp = torch::tensor(0.5);
    // Both texts are equal: the target is spread over both, whatever the cosines.
    const double same = models::blip::contrastTerm(own, own, own, temp, 0).item<double>();
    const auto logs = torch::log_softmax(vectors / 0.5, 1);
    QVERIFY(std::abs(same + logs.mean().item<double>()) < 1e-6);
    auto apart = own;
    apart.textIds = torch::tensor({7, 8});
    const double own1 = models::blip::contrastTerm(apart, apart, apart, temp, 0).item<double>();
    QVERIFY(std::abs(own1 + logs.diagonal().mean().item<double>()) < 1e-6);
}

void TestTrainBlip::queue_keeps_the_newest()
{
    models::blip::BlipConfig config;
    config.vision = {.width = 32, .layers = 1, .heads = 1, .mlpWidth = 64, .imageSize = 16, .patchSize = 8};
    config.text.vocabularySize = 20;
    config.text.hiddenSize = 32;
    config.text.layers = 1;
    config.text.heads = 1;
    config.text.intermediateSize = 64;
    config.text.maxPositions = 12;
    config.text.typeVocabularySize = 0;
    config.text.encoderWidth = 32;
    config.projection = 4;
    config.parts = {true, true, true};
    const models::blip::Blip blip(config);
    models::blip::Momentum momentum(blip, 0.5, 3);
    const auto some = [](std::int64_t id) {
        return PairVectors{torch::full({2, 4}, double(id)), torch::full({2, 4}, double(id)),
            torch::tensor({id, id + 1}), torch::tensor({id, id + 1})};
    };
    momentum.push(some(10));
    momentum.push(some(20));
    const auto all = momentum.withQueue(some(30));
    QVERIFY(all.textIds.equal(torch::tensor({30, 31, 20, 21, 10})));
    models::weights::StateDict kept;
    momentum.keep(kept);
    models::blip::Momentum other(blip, 0.5, 3);
    other.restore(kept);
    QVERIFY(other.withQueue(some(30)).pictures.equal(all.pictures));
    kept.erase("queue.texts");
    QVERIFY(support::sentence(ErrorKind::Model, [&] { other.restore(kept); }).contains("queue.texts"));
}

void TestTrainBlip::masks_teach_the_picture_tower_and_leave_no_trace()
{
    QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    support::writeTrainingFolder(QString::fromStdString((path / "data").string()), 24);
    auto settings = options("masks");
    settings.data = path / "data";
    settings.output = path / "masks";
    settings.maskWeight = 2;
    settings.gradientNorm = 1;
    settings.epochs = 6;
    tiny::rewriteForPairs(path); // Without the column of masks.
    QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
        tiny::trainPairs(settings, trainBlip);
    }).contains("mask"));
    support::writeTrainingFolder(QString::fromStdString((path / "data").string()), 24);
    tiny::rewriteForPairs(path, tiny::Masks::Keep);
    const auto run = tiny::trainPairs(settings, trainBlip);
    const auto log = models::data::readCsv(settings.output / "training" / "log.csv");
    const auto lost = std::size_t(log.column("mask_loss"));
    QVERIFY(std::stod(log.rows.back().fields[lost]) < 0.9 * std::stod(log.rows.front().fields[lost]));
    auto plain = settings;
    plain.maskWeight = 0;
    plain.output = path / "plain";
    plain.epochs = 1;
    const auto other = tiny::trainPairs(plain, trainBlip);
    QCOMPARE(run.weights.size(), other.weights.size()); // The head belongs to no model.
    for (const auto& [key, tensor] : other.weights)
        QVERIFY2(run.weights.contains(key), key.c_str());
    auto parts = settings;
    parts.output = path / "parts";
    QVERIFY(tiny::trainPairs(parts, trainBlip, 7).result.cancelled);
    parts.resume = true;
    QVERIFY(tiny::sameWeights(tiny::trainPairs(parts, trainBlip).weights, run.weights));
}

void TestTrainBlip::wrong_settings_are_refused_data()
{
    using Options = models::BlipTrainOptions;
    QTest::addColumn<std::function<void(Options&)>>("change");
    QTest::addColumn<QString>("name");
    const auto row = [](const char* name, std::function<void(Options&)> change) {
        QTest::newRow(name) << std::move(change) << QString(name);
    };
    row("maskWeight", [](Options& options) { options.maskWeight = -1; });
    row("textWidth", [](Options& options) { options.textWidth = 65; });
    row("textTokens", [](Options& options) { options.textTokens = 3; });
    row("projection", [](Options& options) { options.projection = 0; });
    row("momentum", [](Options& options) { options.momentum = 1; });
    row("softTargets", [](Options& options) { options.softTargets = -0.1; });
    row("labelSmoothing", [](Options& options) { options.labelSmoothing = 1; });
    row("queueSize", [](Options& options) { options.queueSize = -1; });
    row("vocabularySize", [](Options& options) { options.vocabularySize = 5; });
    row("oneSideProbability", [](Options& options) { options.augmentation.oneSideProbability = 0.5; });
}

void TestTrainBlip::wrong_settings_are_refused()
{
    QFETCH(std::function<void(models::BlipTrainOptions&)>, change);
    QFETCH(QString, name);
    auto settings = options("refused");
    change(settings);
    const auto said = support::sentence(ErrorKind::WrongUse, [&] { tiny::trainPairs(settings, trainBlip); });
    QVERIFY2(said.contains(name), qPrintable(said));
    QVERIFY(!fs::exists(settings.output / "config.json"));
}

QTEST_GUILESS_MAIN(TestTrainBlip)
#include "tst_train_blip.moc"
