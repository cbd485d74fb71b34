#include "imaging/error.h"
#include "models/clip/classifier.h"
#include "models/clip/load_clip.h"
#include "models/clip/side_accuracy.h"
#include "models/clip/training/clip_folder.h"
#include "models/clip/training/contrastive_loss.h"
#include "models/clip/training/evaluate.h"
#include "models/clip/training/train.h"
#include "models/clip/training/zero_shot.h"
#include "models/data/csv.h"
#include "models/facade/text_evaluation.h"
#include "models/layers/unit_length.h"
#include "models/weights/load_report.h"
#include "tests/support/cli_fixture.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/tiny_pairs.h"

#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>

namespace fs = std::filesystem;
using imaging::ErrorKind;
using models::clip::trainClip;

class TestTrainClip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void training_learns_and_leaves_a_folder_that_classifies();
    void interrupted_training_ends_with_the_same_weights_data();
    void interrupted_training_ends_with_the_same_weights();
    void training_goes_on_from_another_model();
    void pictures_are_told_apart_by_the_words_alone();
    void what_a_clip_says_of_sides_is_read_and_said();
    void half_precision_files_open();
    void equal_texts_are_no_negatives();
    void names_go_to_hugging_face_and_back();
    void masks_teach_the_picture_tower_and_leave_no_trace();
    void wrong_settings_are_refused_data();
    void wrong_settings_are_refused();
    void pictures_without_text_are_left_out_and_counted();

private:
    models::ClipTrainOptions options(const char* output) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_path;
};

void TestTrainClip::initTestCase()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->path().toStdString();
    support::writeTrainingFolder(QString::fromStdString((m_path / "data").string()), 24);
    tiny::rewriteForPairs(m_path);
}

models::ClipTrainOptions TestTrainClip::options(const char* output) const
{
    models::ClipTrainOptions options;
    tiny::fillPairs(options, m_path, output);
    options.textWidth = 32;
    options.textLayers = 1;
    options.contextLength = 40;
    options.embedDim = 16;
    options.vocabularySize = 560;
    return options;
}

void TestTrainClip::training_learns_and_leaves_a_folder_that_classifies()
{
    auto settings = options("learns");
    settings.epochs = 80;
    settings.batchSize = 8;
    const auto run = tiny::trainPairs(settings, trainClip);
    QVERIFY(!run.result.cancelled);
    const auto log = models::data::readCsv(settings.output / "training" / "log.csv");
    double retrieval = 0, least = std::numeric_limits<double>::max();
    for (const auto& row : log.rows) {
        const double own = std::stod(row.fields[std::size_t(log.column("valid_loss"))]);
        if (own >= least)
            continue;
        least = own;
        retrieval = std::stod(row.fields[std::size_t(log.column("valid_retrieval"))]);
    }
    QVERIFY(std::abs(run.result.bestScore - least) < 1e-4); // The log rounds.
    QVERIFY2(retrieval > 0.99, qPrintable(QString::number(retrieval)));
    const auto loss = std::size_t(log.column("loss"));
    QVERIFY(std::stod(log.rows.back().fields[loss]) < std::stod(log.rows.front().fields[loss]));
    QVERIFY(log.column("valid_side_accuracy") > 0 && log.column("scale") > 0);
    auto classifier = models::clip::openClassifier(settings.output, {}, "cpu");
    models::ClassQuestion question;
    question.classes = {std::string("lower left lung"), std::string("lower right lung")};
    question.templates = {std::string("unilateral pulmonary infection, one infected area, {}.")};
    classifier->ask(question);
    const auto scores = classifier->classify(tiny::disc(/*left=*/true)).scores;
    QVERIFY(std::abs(scores.at(0).probability + scores.at(1).probability - 1) < 1e-6);
    QVERIFY(classifier->textSides() == imaging::Sides::Picture);
    QCOMPARE(classifier->unknownWords("One effusion, lower left lung"), std::vector<std::string>{"effusion"});
    QFile card(QString::fromStdString((settings.output / "README.md").string()));
    QVERIFY(card.open(QIODevice::ReadOnly));
    const auto text = card.readAll();
    for (const char* words : {"| the nearest of all texts", "| the report of the most alike training picture |",
             "| always the most frequent report |", "Data and terms", "not taken for each other's negatives",
             "limn train clip"})
        QVERIFY2(text.contains(words), words);
    QVERIFY(!text.contains(m_folder->path().toUtf8()));
    models::TextEvaluateOptions scored;
    scored.model = settings.output;
    scored.data = settings.data;
    const auto figures = models::clip::evaluateClip(scored, {}, {});
    QCOMPARE(figures.tables.size(), std::size_t(2));
    QVERIFY(std::abs(*figures.tables[0].rows.at(0).values.at(0) - retrieval) < 1e-4); // As in training; the log rounds.
    QCOMPARE(figures.tables[0].rows.size(), std::size_t(4));
    QCOMPARE(figures.cases.size(), figures.pictures);
    QCOMPARE(figures.cases.at(0).size(), figures.caseColumns.size());
    scored.limit = 1;
    QCOMPARE(models::clip::evaluateClip(scored, {}, {}).pictures, std::size_t(1));
    scored.neighbours = settings.output;
    QCOMPARE(models::clip::neighbourTexts(scored, {}, {}).size(), std::size_t(1));
}

void TestTrainClip::pictures_are_told_apart_by_the_words_alone()
{
    const std::vector<std::string> known{"lower left lung.", "upper left lung.", "lower right lung.",
        "lower left lung and upper right lung."};
    // Texts and pictures along the axes left-right and upper-lower.
    const auto texts = torch::tensor({{1.F, -1.F}, {1.F, 1.F}, {-1.F, -1.F}, {0.2F, 1.F}});
    const auto pictures = torch::tensor({{0.9F, -0.2F}, {-0.8F, -0.9F}, {0.1F, 0.9F}});
    const auto table = models::clip::zeroShotByPlace(models::layers::unitLength(pictures),
        {"lower left lung.", "lower right lung.", "upper left lung."}, models::layers::unitLength(texts), known);
    const auto valueOf = [&](const char* name, std::size_t column) {
        for (const auto& row : table.rows)
            if (row.name == name)
                return row.values.at(column).value_or(-1);
        return -2.0;
    };
    QCOMPARE(valueOf("side (left, right, both)", 0), 3.0);
    QCOMPARE(valueOf("side (left, right, both)", 4), 1.0 / 3);
    QCOMPARE(valueOf("lower right", 5), 1.0); // The only one of the right lung is the nearest to it.
    QCOMPARE(valueOf("middle left", 0), -2.0); // No text names it: no class.
}

void TestTrainClip::interrupted_training_ends_with_the_same_weights_data()
{
    QTest::addColumn<int>("stopAfter");
    QTest::newRow("within the first epoch") << 2;
    QTest::newRow("within the second epoch") << 6;
    QTest::newRow("at the end of an epoch") << 4;
}

void TestTrainClip::interrupted_training_ends_with_the_same_weights()
{
    QFETCH(int, stopAfter);
    auto settings = options("whole");
    fs::remove_all(settings.output);
    const auto whole = tiny::trainPairs(settings, trainClip);
    settings.output = m_path / "parts";
    fs::remove_all(settings.output);
    const auto first = tiny::trainPairs(settings, trainClip, stopAfter);
    QVERIFY(first.result.cancelled);
    settings.resume = true;
    settings.loaderThreads = 3;
    const auto second = tiny::trainPairs(settings, trainClip);
    QVERIFY(!second.result.cancelled);
    QCOMPARE(first.reports + second.reports, whole.reports);
    QVERIFY(tiny::sameWeights(second.weights, whole.weights));
    for (const auto& entry : fs::recursive_directory_iterator(settings.output))
        QVERIFY2(entry.path().extension() != ".part", entry.path().c_str());
    settings.textLayers = 2;
    QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
        tiny::trainPairs(settings, trainClip);
    }).contains("textLayers"));
}

void TestTrainClip::training_goes_on_from_another_model()
{
    auto settings = options("first");
    fs::remove_all(settings.output);
    tiny::trainPairs(settings, trainClip);
    auto next = options("next");
    next.initialWeights = settings.output;
    next.tower = {64, 16, 64, 5}; // Not read: the model brings its own.
    next.epochs = 1;
    next.learningRate = 1e-9;
    next.averageDecay = 0;
    const auto run = tiny::trainPairs(next, trainClip);
    const auto before = models::weights::readSafetensors(settings.output / "model.safetensors");
    for (const auto& [key, tensor] : run.weights)
        QVERIFY2(torch::allclose(tensor, before.at(key), 1e-4, 1e-6), key.c_str());
}

void TestTrainClip::what_a_clip_says_of_sides_is_read_and_said()
{
    QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    for (const char* said : {"{}", R"({"side_accuracy": 0.5})", R"({"side_accuracy": {"accuracy": 0.5}})",
             R"({"side_accuracy": {"accuracy": 2, "most_frequent": 0.5}})"}) {
        std::ofstream(path / "config.json") << said;
        QVERIFY2(!models::clip::readSideAccuracy(path), said);
    }
    models::clip::writeSideAccuracy(path, {0.51, 0.71, "zero-shot"});
    const auto read = models::clip::readSideAccuracy(path);
    QVERIFY(read && read->accuracy == 0.51 && read->made == "zero-shot");
    const auto doubt = QString::fromStdString(models::clip::sideDoubtOf(*read).value_or(""));
    QVERIFY2(doubt.contains("51 %") && doubt.contains("71 %"), qPrintable(doubt));
    QVERIFY(!models::clip::sideDoubtOf({0.8, 0.71, {}}));
    QVERIFY(!models::clip::readSideAccuracy(path / "nowhere"));
}

void TestTrainClip::half_precision_files_open()
{
    auto settings = options("half");
    settings.epochs = 1;
    settings.saveHalf = true;
    const auto run = tiny::trainPairs(settings, trainClip);
    QVERIFY(run.weights.at("visual_projection.weight").scalar_type() == torch::kHalf);
    QVERIFY(models::clip::openClip(settings.output)->config().imageSize == 32);
}

void TestTrainClip::equal_texts_are_no_negatives()
{
    const auto logits = torch::tensor({{3.0, 3.0, -2.0}, {3.0, 3.0, -1.0}, {0.0, 0.5, 4.0}});
    const auto own = torch::eye(3, torch::kBool);
    auto together = own.clone();
    together[0][1] = together[1][0] = true; // The first two texts are equal.
    const auto labels = torch::arange(3);
    const auto plain = (torch::cross_entropy_loss(logits, labels) + torch::cross_entropy_loss(logits.t(), labels)) / 2;
    QVERIFY(torch::allclose(models::clip::contrastiveLoss(logits, own), plain));
    // The target is spread over both; by hand.
    const auto logs = torch::log_softmax(logits, 1), back = torch::log_softmax(logits.t(), 1);
    const auto half = [](const at::Tensor& rows) {
        return -((rows[0][0] + rows[0][1]) / 2 + (rows[1][0] + rows[1][1]) / 2 + rows[2][2]) / 3;
    };
    QVERIFY(torch::allclose(models::clip::contrastiveLoss(logits, together), (half(logs) + half(back)) / 2));
}

void TestTrainClip::names_go_to_hugging_face_and_back()
{
    models::clip::ClipConfig config;
    config.vision = {64, 2, 1, 128};
    config.text = {64, 2, 1, 128};
    config.imageSize = 32;
    config.patchSize = 8;
    config.contextLength = 12;
    config.vocabularySize = 20;
    config.embedDim = 16;
    const models::clip::Clip clip(config);
    const auto weights = models::weights::weightsOf(*clip);
    const auto named = models::clip::withHuggingFaceNames(weights);
    for (const char* key : {"vision_model.pre_layrnorm.weight", "vision_model.encoder.layers.1.self_attn.q_proj.bias",
             "text_model.encoder.layers.0.mlp.fc2.weight", "text_model.embeddings.position_embedding.weight",
             "visual_projection.weight", "logit_scale"})
        QVERIFY2(named.contains(key), key);
    QVERIFY(tiny::sameWeights(models::clip::withOriginalNames(named, "x"), weights));
}

void TestTrainClip::masks_teach_the_picture_tower_and_leave_no_trace()
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
        tiny::trainPairs(settings, trainClip);
    }).contains("mask"));
    support::writeTrainingFolder(QString::fromStdString((path / "data").string()), 24);
    tiny::rewriteForPairs(path, tiny::Masks::Keep);
    const auto run = tiny::trainPairs(settings, trainClip);
    const auto log = models::data::readCsv(settings.output / "training" / "log.csv");
    const auto lost = std::size_t(log.column("mask_loss"));
    QVERIFY(std::stod(log.rows.back().fields[lost]) < 0.9 * std::stod(log.rows.front().fields[lost]));
    auto plain = settings;
    plain.maskWeight = 0;
    plain.output = path / "plain";
    plain.epochs = 1;
    const auto other = tiny::trainPairs(plain, trainClip);
    QCOMPARE(run.weights.size(), other.weights.size()); // The head belongs to no model.
    for (const auto& [key, tensor] : other.weights)
        QVERIFY2(run.weights.contains(key), key.c_str());
    auto parts = settings;
    parts.output = path / "parts";
    QVERIFY(tiny::trainPairs(parts, trainClip, 7).result.cancelled);
    parts.resume = true;
    QVERIFY(tiny::sameWeights(tiny::trainPairs(parts, trainClip).weights, run.weights));
}

void TestTrainClip::wrong_settings_are_refused_data()
{
    using Options = models::ClipTrainOptions;
    QTest::addColumn<std::function<void(Options&)>>("change");
    QTest::addColumn<QString>("name");
    const auto row = [](const char* name, std::function<void(Options&)> change) {
        QTest::newRow(name) << std::move(change) << QString(name);
    };
    row("maskWeight", [](Options& options) { options.maskWeight = -1; });
    row("gradientNorm", [](Options& options) { options.gradientNorm = -1; });
    row("visionWidth", [](Options& options) { options.tower.visionWidth = 100; });
    row("textWidth", [](Options& options) { options.textWidth = 0; });
    row("textLayers", [](Options& options) { options.textLayers = 0; });
    row("pictureSize", [](Options& options) { options.tower.pictureSize = 33; });
    row("contextLength", [](Options& options) { options.contextLength = 2; });
    row("vocabularySize", [](Options& options) { options.vocabularySize = 100; });
    row("batchSize", [](Options& options) { options.batchSize = 1; });
    row("oneSideProbability", [](Options& options) { options.augmentation.oneSideProbability = 0.5; });
    row("textColumn", [](Options& options) { options.textColumn.clear(); });
    row("windowWidth", [](Options& options) { options.windowWidth = -1; });
    row("embedDim", [](Options& options) { options.embedDim = 0; });
}

void TestTrainClip::wrong_settings_are_refused()
{
    QFETCH(std::function<void(models::ClipTrainOptions&)>, change);
    QFETCH(QString, name);
    auto settings = options("refused");
    change(settings);
    const auto said = support::sentence(ErrorKind::WrongUse, [&] { tiny::trainPairs(settings, trainClip); });
    QVERIFY2(said.contains(name), qPrintable(said));
    QVERIFY(!fs::exists(settings.output / "config.json"));
}

void TestTrainClip::pictures_without_text_are_left_out_and_counted()
{
    QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    support::writeTrainingFolder(QString::fromStdString((path / "data").string()), 12);
    QFile manifest(folder.filePath("data/manifest.csv"));
    QVERIFY(manifest.open(QIODevice::ReadWrite));
    const auto rows = QString::fromUtf8(manifest.readAll());
    manifest.resize(0);
    const auto end = rows.indexOf("\"unilateral", rows.indexOf("image0"));
    manifest.write((rows.left(end) + rows.mid(rows.indexOf('\n', end))).toUtf8());
    manifest.close();
    auto settings = options("x");
    settings.data = path / "data";
    settings.output = path / "out";
    settings.epochs = 1;
    const auto run = tiny::trainPairs(settings, trainClip);
    const auto said = std::find_if(run.result.warnings.begin(), run.result.warnings.end(),
        [](const auto& warning) { return warning.find("are left out, since they lack a text") != std::string::npos; });
    QVERIFY(said != run.result.warnings.end() && said->starts_with("1 of"));
    for (const auto& warning : run.result.warnings)
        QVERIFY2(warning.find("without one") == std::string::npos, warning.c_str()); // Nothing sees them.
    settings.textColumn = "nothing";
    settings.output = path / "other";
    QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
        tiny::trainPairs(settings, trainClip);
    }).contains("no column 'nothing'"));
}

QTEST_GUILESS_MAIN(TestTrainClip)
#include "tst_train_clip.moc"
