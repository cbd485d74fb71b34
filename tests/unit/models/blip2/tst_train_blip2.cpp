#include "models/blip/training/train.h"
#include "models/blip2/load_blip2.h"
#include "models/blip2/reporter.h"
#include "models/blip2/training/blip2_folder.h"
#include "models/blip2/training/compare_losses.h"
#include "models/blip2/training/train.h"
#include "models/blip2/training/write_losses.h"
#include "models/clip/training/train.h"
#include "models/data/csv.h"
#include "models/language/load_language.h"
#include "models/weights/load_report.h"
#include "tests/support/cli_fixture.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/blip2/made_blip2.h"
#include "tests/unit/models/tiny_pairs.h"
#include "tests/unit/models/vlm_goldens.h"

#include <torch/types.h>

#include <cmath>
#include <functional>
#include <memory>

namespace fs = std::filesystem;
using imaging::ErrorKind;
using models::Blip2Objective;
using models::blip2::trainBlip2;

/// Trainings on a made-up folder, in front of a BLIP of seconds and language models that are made up, too.
class TestTrainBlip2 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void stage_one_learns_and_leaves_a_folder_that_compares();
    void a_clip_lends_its_picture_tower();
    void stage_two_learns_and_leaves_a_folder_that_writes_data();
    void stage_two_learns_and_leaves_a_folder_that_writes();
    void interrupted_training_ends_with_the_same_weights_data();
    void interrupted_training_ends_with_the_same_weights();
    void queries_never_see_the_text_that_is_written();
    void cosines_are_learnt_by_what_belongs_together();
    void losses_of_language_models_are_the_originals_data();
    void losses_of_language_models_are_the_originals();
    void names_go_to_hugging_face_and_back_data();
    void names_go_to_hugging_face_and_back();
    void wrong_settings_are_refused_data();
    void wrong_settings_are_refused();

private:
    models::Blip2TrainOptions options(const char* output) const;
    models::Blip2TrainOptions writing(const char* output, const QString& kind) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_path;
};

namespace {

/// The language model of a made BLIP-2, in a folder of its own.
void writeLanguageModel(const QString& kind, const fs::path& folder)
{
    const made_blip2::Folder made(kind);
    fs::create_directories(folder);
    for (const auto& entry : fs::directory_iterator(made.path()))
        if (entry.is_regular_file() && entry.path().extension() != ".safetensors")
            fs::copy_file(entry.path(), folder / entry.path().filename());
    std::ofstream(folder / "config.json") << made.config().at("text_config");
    models::weights::writeSafetensors(
        folder / "model.safetensors", models::language::withoutPrefix(made.weights(), "language_model."));
}

double lastOf(const fs::path& output, const char* column, bool first = false)
{
    const auto log = models::data::readCsv(output / "training" / "log.csv");
    const auto& row = first ? log.rows.front() : log.rows.back();
    return std::stod(row.fields[std::size_t(log.column(column))]);
}

models::blip2::Blip2Config smallConfig()
{
    models::blip2::Blip2Config config;
    config.vision = {
        .width = 16, .layers = 1, .heads = 1, .mlpWidth = 32, .imageSize = 16, .patchSize = 8, .finalNorm = false};
    auto& bert = config.qformer.bert;
    bert.vocabularySize = 20;
    bert.hiddenSize = 16;
    bert.layers = 2;
    bert.heads = 2;
    bert.intermediateSize = 32;
    bert.maxPositions = 12;
    bert.typeVocabularySize = 0;
    bert.encoderWidth = 16;
    config.qformer.readsText = true;
    config.queries = 3;
    config.projection = 8;
    config.match = true;
    return config;
}

} // namespace

void TestTrainBlip2::initTestCase()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->path().toStdString();
    support::writeTrainingFolder(QString::fromStdString((m_path / "data").string()), 24);
    tiny::rewriteForPairs(m_path);
    models::BlipTrainOptions blip;
    tiny::fillPairs(blip, m_path, "blip");
    blip.textWidth = 32;
    blip.textLayers = 1;
    blip.projection = 16;
    blip.queueSize = 16;
    blip.vocabularySize = 200;
    blip.epochs = 12;
    tiny::trainPairs(blip, models::blip::trainBlip);
    for (const char* kind : {"opt", "t5"})
        writeLanguageModel(QString::fromLatin1(kind), m_path / kind);
}

models::Blip2TrainOptions TestTrainBlip2::options(const char* output) const
{
    models::Blip2TrainOptions options;
    tiny::fillPairs(options, m_path, output);
    options.initialWeights = m_path / "blip";
    options.textWidth = 32;
    options.textLayers = 2;
    options.queries = 4;
    options.projection = 16;
    options.dropout = 0;
    return options;
}

models::Blip2TrainOptions TestTrainBlip2::writing(const char* output, const QString& kind) const
{
    auto settings = options(output);
    const bool instructs = kind.startsWith(QStringLiteral("instruct"));
    settings.objective = instructs ? Blip2Objective::Instruct : Blip2Objective::Write;
    settings.languageModel = m_path / (kind.endsWith(QStringLiteral("t5")) ? "t5" : "opt");
    settings.prompt = instructs ? "what is there" : "";
    settings.textTokens = 24;
    return settings;
}

void TestTrainBlip2::stage_one_learns_and_leaves_a_folder_that_compares()
{
    auto settings = options("stage1");
    settings.epochs = 60;
    settings.batchSize = 8;
    const auto run = tiny::trainPairs(settings, trainBlip2);
    QVERIFY(!run.result.cancelled);
    QVERIFY2(run.result.bestScore < 0.3, qPrintable(QString::number(run.result.bestScore)));
    QVERIFY(lastOf(settings.output, "valid_retrieval") > 0.99);
    for (const char* column : {"compared_loss", "matched_loss", "written_loss"})
        QVERIFY2(lastOf(settings.output, column) < lastOf(settings.output, column, /*first=*/true), column);
    const auto tower = models::weights::readWeights(settings.initialWeights);
    for (const auto& [key, tensor] : run.weights)
        if (key.starts_with("vision_model.")) // Frozen, but for the norm behind it.
            QVERIFY2(tensor.equal(tower.at(key)) != key.starts_with("vision_model.post_layernorm."), key.c_str());
    auto reporter = models::blip2::openReporter(settings.output, "cpu", models::Precision::Float32);
    QVERIFY(reporter->canMatch() && !reporter->canWrite());
    QVERIFY(reporter->textSides() == imaging::Sides::Picture);
    reporter->look(tiny::disc(/*left=*/true));
    const auto match = reporter->match("unilateral pulmonary infection, one infected area, lower left lung.");
    QVERIFY(match.probability >= 0 && match.probability <= 1 && std::abs(match.cosine) <= 1 + 1e-6);
    QFile card(QString::fromStdString((settings.output / "README.md").string()));
    QVERIFY(card.open(QIODevice::ReadOnly));
    const auto text = card.readAll();
    for (const char* words : {"| the nearest of all texts", "| another picture's report |", "limn train blip2"})
        QVERIFY2(text.contains(words), words);
    QVERIFY(!text.contains(m_folder->path().toUtf8()));
}

void TestTrainBlip2::a_clip_lends_its_picture_tower()
{
    models::ClipTrainOptions clip;
    tiny::fillPairs(clip, m_path, "clip");
    clip.tower.visionLayers = 3;
    clip.textWidth = 32;
    clip.textLayers = 1;
    clip.embedDim = 16;
    clip.vocabularySize = 600;
    clip.epochs = 1;
    tiny::trainPairs(clip, models::clip::trainClip);
    auto settings = options("over-clip");
    settings.initialWeights = clip.output;
    settings.epochs = 2;
    const auto run = tiny::trainPairs(settings, trainBlip2);
    QVERIFY(!run.result.cancelled);
    const auto opened = models::blip2::openBlip2(models::blip2::placesOf(settings.output));
    const auto& tower = opened.blip2->config().vision;
    QVERIFY(tower.layers == 2 && tower.inputNorm && tower.quickGelu && !tower.finalNorm);
    const auto own = models::weights::readWeights(clip.output);
    for (const char* key : {"vision_model.pre_layrnorm.weight", "vision_model.encoder.layers.1.mlp.fc1.weight"})
        QVERIFY2(run.weights.at(key).equal(own.at(key)), key);
    auto second = writing("over-clip-writes", QStringLiteral("opt"));
    second.initialWeights = settings.output;
    second.epochs = 1;
    tiny::trainPairs(second, trainBlip2);
    auto reporter = models::blip2::openReporter(second.output, "cpu", models::Precision::Float32);
    reporter->look(tiny::disc(/*left=*/true));
    QVERIFY(!reporter->write(models::DraftRequest{}, {}, {}).texts.empty());
}

void TestTrainBlip2::stage_two_learns_and_leaves_a_folder_that_writes_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"opt", "t5", "instruct-opt", "instruct-t5"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestTrainBlip2::stage_two_learns_and_leaves_a_folder_that_writes()
{
    QFETCH(QString, kind);
    auto settings = writing(qPrintable("writes-" + kind), kind);
    settings.epochs = 12;
    if (kind == QStringLiteral("opt")) // From stage 1.
        settings.initialWeights = m_path / "stage1";
    const auto run = tiny::trainPairs(settings, trainBlip2);
    QVERIFY(!run.result.cancelled);
    QVERIFY(lastOf(settings.output, "loss") < 0.98 * lastOf(settings.output, "loss", /*first=*/true));
    const auto language = models::weights::readWeights(settings.languageModel);
    for (const auto& [key, tensor] : language)
        QVERIFY2(tensor.equal(run.weights.at("language_model." + key)), key.c_str()); // Frozen.
    auto reporter = models::blip2::openReporter(settings.output, "cpu", models::Precision::Float32);
    QCOMPARE(reporter->canWrite(), !kind.startsWith(QStringLiteral("instruct")));
    reporter->look(tiny::disc(/*left=*/true));
    models::DraftRequest request;
    request.prompt = settings.prompt;
    request.beams = 1;
    QVERIFY(!reporter->write(request, {}, {}).texts.empty());
}

void TestTrainBlip2::interrupted_training_ends_with_the_same_weights_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("stopAfter");
    for (const char* kind : {"compare", "t5", "instruct-opt"})
        for (const int reports : {1, 4})
            QTest::addRow("%s, after %d", kind, reports) << QString::fromLatin1(kind) << reports;
}

void TestTrainBlip2::interrupted_training_ends_with_the_same_weights()
{
    QFETCH(QString, kind);
    QFETCH(int, stopAfter);
    const auto name = QStringLiteral("%1-%2").arg(kind).arg(stopAfter);
    const auto settingsFor = [&](const QString& output) {
        auto settings =
            kind == QStringLiteral("compare") ? options(qPrintable(output)) : writing(qPrintable(output), kind);
        settings.dropout = 0.1;
        settings.epochs = 2;
        return settings;
    };
    const auto whole = tiny::trainPairs(settingsFor("whole-" + name), trainBlip2);
    auto settings = settingsFor("cut-" + name);
    QVERIFY(tiny::trainPairs(settings, trainBlip2, stopAfter).result.cancelled);
    settings.resume = true;
    const auto resumed = tiny::trainPairs(settings, trainBlip2);
    QVERIFY(!resumed.result.cancelled);
    QVERIFY(tiny::sameWeights(whole.weights, resumed.weights));
}

void TestTrainBlip2::queries_never_see_the_text_that_is_written()
{
    const torch::NoGradGuard noGradients;
    torch::manual_seed(3);
    models::blip2::Blip2 blip2(smallConfig());
    blip2->eval();
    const auto picture = torch::randn({1, 5, 16});
    const auto ids = torch::tensor({{1L, 5L, 6L, 7L, 2L}}), mask = torch::ones_like(ids);
    auto other = ids.clone();
    other[0][3] = 9;
    const auto before = blip2->writtenTokens(picture, ids, mask), after = blip2->writtenTokens(picture, other, mask);
    QVERIFY(torch::allclose(before.narrow(1, 0, 3), after.narrow(1, 0, 3), 0, 1e-6)); // Nor what stands before it.
    QVERIFY(!torch::allclose(before.narrow(1, 3, 2), after.narrow(1, 3, 2), 0, 1e-3));
    const auto elsewhere = blip2->writtenTokens(torch::randn({1, 5, 16}), ids, mask);
    QVERIFY(!torch::allclose(before, elsewhere, 0, 1e-3)); // The text sees the queries.
    auto padded = torch::cat({ids, torch::tensor({{0L, 0L}})}, 1);
    const auto shorter = blip2->writtenTokens(picture, padded, (padded != 0).to(torch::kLong));
    QVERIFY(torch::allclose(before, shorter.narrow(1, 0, 5), 0, 1e-6));
}

void TestTrainBlip2::cosines_are_learnt_by_what_belongs_together()
{
    const auto texts = torch::eye(2), other = torch::tensor({{0.6F, 0.8F}});
    // Each picture has one query that is its text's.
    const auto pictures =
        torch::stack({torch::cat({other, texts.narrow(0, 0, 1)}), torch::cat({other, texts.narrow(0, 1, 1)})});
    const auto temp = torch::tensor(0.5F), own = torch::eye(2).to(torch::kBool);
    // Cosines, the best of each picture's queries: 1 to the own text, 0.8 and 0.6 to the other.
    const double expected = [] {
        const auto of = [](double right, double wrong) {
            return std::log(std::exp(right / 0.5) + std::exp(wrong / 0.5)) - right / 0.5;
        };
        return (of(1, 0.8) + of(1, 0.6) + of(1, 0.6) + of(1, 0.8)) / 4;
    }();
    const auto loss = models::blip2::contrastTerm(pictures, texts, own, temp, 0).item<double>();
    QVERIFY(std::abs(loss - expected) < 1e-5);
    const auto all = torch::ones({2, 2}, torch::kBool); // Nothing is to be told apart.
    const auto even = models::blip2::contrastTerm(pictures, texts, all, temp, 0).item<double>();
    QVERIFY(even > loss);
    const auto smooth = models::blip2::contrastTerm(pictures, texts, own, temp, 1).item<double>();
    QVERIFY(std::abs(smooth - even) < 1e-5);
}

void TestTrainBlip2::losses_of_language_models_are_the_originals_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("T5") << "blip2_t5";
    QTest::newRow("T5, instructed") << "instructblip_t5";
}

void TestTrainBlip2::losses_of_language_models_are_the_originals()
{
    QFETCH(QString, name);
    const auto folder = vlm_goldens::find(name.toStdString());
    if (folder.empty())
        QSKIP("The golden numbers are not there (LIMN_GOLDENS).");
    const auto golden = vlm_goldens::readJson(folder / "golden.json");
    const auto numbers = models::weights::readWeights(folder / "golden.safetensors");
    auto opened = models::blip2::openBlip2(models::blip2::placesOf(folder));
    auto& blip2 = opened.blip2;
    for (auto& parameter : blip2->parameters())
        parameter.set_requires_grad(true);
    // Rows without padding only: a training's prompt has none.
    const auto mask = numbers.at("text_attention_mask");
    std::vector<std::int64_t> whole;
    for (std::int64_t row = 0; row < mask.size(0); ++row)
        if (mask[row].all().item<bool>())
            whole.push_back(row);
    QVERIFY(!whole.empty());
    const auto rows = torch::tensor(whole).narrow(0, 0, 1);
    const auto of = [&](const char* key) { return numbers.at(key).index_select(0, rows); };
    const auto picture = blip2->pictureTokens(of("pixel_values"));
    at::Tensor instruction;
    if (blip2->config().instructed) {
        instruction = of("qformer_input_ids");
        QVERIFY(of("qformer_attention_mask").all().item<bool>());
    }
    const auto labels = of("labels");
    const auto loss =
        models::blip2::writtenLoss(blip2, *opened.language, picture, {of("text_input_ids"), instruction, labels});
    // The same from the originals' logits.
    const auto logits = of("logits");
    const auto expected = torch::cross_entropy_loss(
        logits.reshape({-1, logits.size(-1)}), labels.reshape(-1), {}, at::Reduction::Mean, -100);
    QVERIFY(std::abs(loss.item<double>() - expected.item<double>()) < 5e-5);
    loss.backward();
    for (const auto& parameter : blip2->named_parameters())
        if (parameter.key().starts_with("t5_proj"))
            QVERIFY(parameter.value().grad().defined() && parameter.value().grad().abs().sum().item<double>() > 0);
}

void TestTrainBlip2::names_go_to_hugging_face_and_back_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"blip2_itm", "blip2_opt", "instructblip_t5"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestTrainBlip2::names_go_to_hugging_face_and_back()
{
    QFETCH(QString, name);
    const auto folder = vlm_goldens::find(name.toStdString());
    if (folder.empty())
        QSKIP("The golden numbers are not there (LIMN_GOLDENS).");
    const auto weights = models::weights::readWeights(folder / "model.safetensors");
    const auto blip2 =
        models::blip2::loadBlip2(models::blip2::placesOf(folder), models::blip2::withLavisNames(weights, folder).own);
    const auto named =
        models::blip2::withHuggingFaceNames(models::weights::weightsOf(*blip2), blip2->config().instructed);
    for (const auto& [key, tensor] : weights)
        if (!key.starts_with("language_model."))
            QVERIFY2(named.contains(key) && named.at(key).equal(tensor), key.c_str());
}

void TestTrainBlip2::wrong_settings_are_refused_data()
{
    using Change = std::function<void(models::Blip2TrainOptions&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* words, Change change) {
        QTest::newRow(words) << change << QString::fromLatin1(words);
    };
    row("initialWeights", [](auto& options) { options.initialWeights.clear(); });
    row("languageModel", [](auto& options) { options.objective = Blip2Objective::Write; });
    row("queries", [](auto& options) { options.queries = 0; });
    row("dropout", [](auto& options) { options.dropout = 1; });
    row("prompt", [](auto& options) {
        options.objective = Blip2Objective::Instruct;
        options.languageModel = "x";
    });
}

void TestTrainBlip2::wrong_settings_are_refused()
{
    QFETCH(std::function<void(models::Blip2TrainOptions&)>, change);
    QFETCH(QString, words);
    auto settings = options("wrong");
    change(settings);
    const auto sentence =
        support::sentence(ErrorKind::WrongUse, [&] { trainBlip2(settings, {}, imaging::Progress()); });
    QVERIFY2(sentence.contains(words), qPrintable(sentence));
}

QTEST_GUILESS_MAIN(TestTrainBlip2)
#include "tst_train_blip2.moc"
