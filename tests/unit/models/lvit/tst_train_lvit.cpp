#include "imaging/error.h"
#include "models/data/csv.h"
#include "models/facade/lvit_settings.h"
#include "models/lvit/training/evaluate.h"
#include "models/lvit/training/train.h"
#include "models/scoring/pixel_counts.h"
#include "models/training/folder_lock.h"
#include "tests/support/cli_fixture.h"
#include "tests/support/error_sentence.h"
#include "tests/support/training_pictures.h"
#include "tests/unit/models/tiny_lvit.h"
#include "tests/unit/models/tiny_training.h"

#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <iterator>
#include <memory>

namespace {

using support::sentence;
using tiny::equal;
using tiny::train;

namespace fs = std::filesystem;

/// Mean Dice over the four validation pictures of a package that a training left.
double packageDice(const models::LvitTrainOptions& settings)
{
    models::EvaluateOptions opened;
    opened.model = settings.output;
    opened.data = settings.data;
    opened.device = "cpu";
    const auto evaluation = models::lvit::openLvitEvaluation(opened, {}, {});
    models::EvaluationRun run;
    run.texts.resize(1);
    for (const auto& entry : evaluation->cases()) {
        run.cases.push_back(run.cases.size());
        run.texts[0].push_back(entry.text);
    }
    std::vector<models::scoring::PixelCounts> counts;
    const auto count = [&](const models::CasePrediction& one) {
        counts.push_back(models::scoring::countPixels(one.probabilities, one.truth, 0.5));
    };
    evaluation->run(run, count, {}, {});
    return counts.size() == 4 ? models::scoring::summarize(counts).perImageDice : -1;
}

} // namespace

class TestTrainLvit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void training_learns_and_leaves_a_package();
    void interrupted_training_ends_with_the_same_weights_data();
    void interrupted_training_ends_with_the_same_weights();
    void finished_training_is_not_repeated();
    void resume_with_other_settings_is_refused();
    void folder_in_use_or_already_trained_is_refused();
    void package_of_another_is_not_overwritten();
    void what_a_kill_left_half_written_is_removed();
    void log_that_was_edited_does_not_keep_a_training_from_going_on();
    void stop_while_the_best_epoch_is_scored_is_made_good_later();
    void package_that_is_not_the_trained_network_is_refused();
    void half_precision_leaves_a_package_of_its_figure_data();
    void half_precision_leaves_a_package_of_its_figure();
    void loss_that_explodes_stops_with_a_sentence();
    void early_stop_ends_when_nothing_improves();
    void wrong_settings_are_refused_data();
    void wrong_settings_are_refused();
    void evaluation_agrees_with_the_training();
    void several_classes_are_learnt_and_scored_each();
    void pictures_in_colour_are_learnt_as_tiles();
    void settings_of_pictures_that_are_wrong_are_refused_data();
    void settings_of_pictures_that_are_wrong_are_refused();
    void kept_pictures_give_the_same_training();

private:
    models::LvitTrainOptions options(const char* output) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_path;
};

void TestTrainLvit::initTestCase()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->path().toStdString();
    support::writeTrainingFolder(QString::fromStdString((m_path / "data").string()), 16);
    tiny::writeEncoder(m_path / "tiny-bert");
}

models::LvitTrainOptions TestTrainLvit::options(const char* output) const
{
    models::LvitTrainOptions options;
    options.data = m_path / "data";
    options.output = m_path / output;
    options.textEncoder = (m_path / "tiny-bert").string();
    options.width = 8;
    options.pictureSize = 32;
    options.channels = 1;
    options.textTokens = 12;
    options.textUnits = models::TextUnits::Pieces;
    options.loss = models::MaskLoss::DiceBce;
    options.optimizer = models::Optimizer::AdamW;
    options.weightDecay = 0.01;
    options.learningRate = 5e-3;
    options.schedule = models::Schedule::OneCycle;
    options.batchSize = 4;
    options.epochs = 3;
    options.averageDecay = 0.9;
    options.augmentation.rotateDegrees = 5;
    options.threads = 1;
    options.device = "cpu";
    options.saveMinutes = 1000;
    return options;
}

void TestTrainLvit::training_learns_and_leaves_a_package()
{
    auto settings = options("learns");
    settings.epochs = 25;
    settings.learningRate = 1e-2;
    settings.averageDecay = 0.8;
    const auto run = train(settings, 0);
    QVERIFY(!run.result.cancelled);
    QCOMPARE(run.result.epochs, 25);
    QVERIFY2(run.result.bestScore > 0.8, qPrintable(QString::number(run.result.bestScore)));
    const auto package = models::lvit::readLViTPackage(settings.output);
    QCOMPARE(package.network.width, 8);
    QCOMPARE(package.network.textWidth, tiny::kTextWidth);
    QCOMPARE(package.network.textTokens, 12);
    QCOMPARE(QString::fromStdString(package.info.textEncoder), "tiny-bert");
    models::lvit::LViT net(package.network);
    models::weights::loadWeights(*net, run.weights, "x");

    const auto log = models::data::readCsv(settings.output / "training" / "log.csv");
    QCOMPARE(log.rows.size(), std::size_t(25));
    const auto loss = std::size_t(log.column("loss"));
    QVERIFY(std::stod(log.rows.back().fields[loss]) < 0.7 * std::stod(log.rows.front().fields[loss]));
    QFile card(QString::fromStdString((settings.output / "README.md").string()));
    QVERIFY(card.open(QIODevice::ReadOnly));
    const auto text = card.readAll();
    for (const char* word : {"| given |", "| none |", "| shuffled |", "\"epochs\": 25", "Data and terms",
             "hours of training", "not to be set beside published figures", "limn train lvit"})
        QVERIFY2(text.contains(word), word);
    QVERIFY(!text.contains(m_folder->path().toUtf8()));
}

void TestTrainLvit::interrupted_training_ends_with_the_same_weights_data()
{
    QTest::addColumn<QString>("optimizer");
    QTest::addColumn<int>("stopAfter");
    QTest::newRow("within the first epoch") << "adamw" << 1;
    QTest::newRow("within the second epoch") << "adamw" << 5;
    QTest::newRow("at the end of an epoch") << "adamw" << 3;
    QTest::newRow("adam") << "adam" << 4;
}

void TestTrainLvit::interrupted_training_ends_with_the_same_weights()
{
    QFETCH(QString, optimizer);
    QFETCH(int, stopAfter);
    auto settings = options("whole");
    settings.optimizer = models::choiceOf<models::Optimizer>("optimizer", optimizer.toStdString());
    fs::remove_all(settings.output);
    const auto whole = train(settings, 0);

    settings.output = m_path / "parts";
    fs::remove_all(settings.output);
    const auto first = train(settings, stopAfter);
    QVERIFY(first.result.cancelled);
    QVERIFY(first.reports <= stopAfter);
    settings.resume = true;
    const auto second = train(settings, 0);
    QVERIFY(!second.result.cancelled);
    QCOMPARE(second.reports + first.reports, whole.reports);
    QCOMPARE(second.result.bestEpoch, whole.result.bestEpoch);
    QVERIFY(second.result.bestScore == whole.result.bestScore);
    QVERIFY(equal(second.weights, whole.weights));
    const auto log = models::data::readCsv(settings.output / "training" / "log.csv");
    QCOMPARE(log.rows.size(), std::size_t(3));
}

void TestTrainLvit::finished_training_is_not_repeated()
{
    auto settings = options("finished");
    settings.epochs = 1;
    const auto first = train(settings, 0);
    settings.resume = true;
    const auto again = train(settings, 0);
    QCOMPARE(again.reports, 0);
    QCOMPARE(again.result.epochs, 1);
    QVERIFY(again.result.bestScore == first.result.bestScore);
}

void TestTrainLvit::resume_with_other_settings_is_refused()
{
    auto settings = options("changed");
    QVERIFY(train(settings, 2).result.cancelled);
    settings.resume = true;
    settings.learningRate = 1e-3;
    settings.width = 16;
    const auto said = sentence(imaging::ErrorKind::InvalidInput, [&] { train(settings, 0); });
    QVERIFY2(said.contains("learningRate") && said.contains("width") && !said.contains("epochs"), qPrintable(said));
}

void TestTrainLvit::folder_in_use_or_already_trained_is_refused()
{
    auto settings = options("used");
    {
        const models::training::FolderLock lock(settings.output / "training");
        QVERIFY(sentence(imaging::ErrorKind::WrongUse, [&] { train(settings, 0); }).contains("Another training"));
    }
    QVERIFY(train(settings, 1).result.cancelled);
    QVERIFY(sentence(imaging::ErrorKind::WrongUse, [&] { train(settings, 0); }).contains("resume"));
}

void TestTrainLvit::package_of_another_is_not_overwritten()
{
    auto settings = options("other");
    tiny::writePackage(m_path / "foreign");
    settings.output = m_path / "foreign" / "tiny";
    for (const bool resume : {false, true}) {
        settings.resume = resume;
        QVERIFY(sentence(imaging::ErrorKind::WrongUse, [&] { train(settings, 0); }).contains("model package"));
    }
    QVERIFY(!fs::exists(settings.output / "training"));
}

void TestTrainLvit::what_a_kill_left_half_written_is_removed()
{
    auto settings = options("remains");
    settings.epochs = 1;
    QVERIFY(train(settings, 1).result.cancelled);
    const auto half = settings.output / "model.safetensors.1.0.part";
    const auto other = settings.output / "training" / "state.safetensors.1.1.part";
    for (const auto& file : {half, other})
        std::ofstream(file) << "x";
    settings.resume = true;
    train(settings, 0);
    QVERIFY(!fs::exists(half) && !fs::exists(other));
}

void TestTrainLvit::log_that_was_edited_does_not_keep_a_training_from_going_on()
{
    auto settings = options("edited");
    QVERIFY(train(settings, 4).result.cancelled); // In the second epoch
    const auto file = settings.output / "training" / "log.csv";
    std::ofstream(file, std::ios::app) << "2,0.1\nmy notes\n";
    settings.resume = true;
    QVERIFY(!train(settings, 0).result.cancelled);
    const auto log = models::data::readCsv(file);
    QCOMPARE(log.rows.size(), std::size_t(3));
    for (std::size_t row = 0; row < log.rows.size(); ++row)
        QCOMPARE(std::stoi(log.rows[row].fields[0]), int(row) + 1);
}

void TestTrainLvit::stop_while_the_best_epoch_is_scored_is_made_good_later()
{
    auto settings = options("scoring");
    settings.epochs = 1;
    std::stop_source stop;
    const imaging::Progress progress([&](double, std::string_view stage) {
        if (stage.starts_with("scoring"))
            stop.request_stop();
    });
    QVERIFY(models::lvit::trainLvit(settings, stop.get_token(), progress).cancelled);
    const auto card = [&] {
        QFile file(QString::fromStdString((settings.output / "README.md").string()));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(!card().contains("| shuffled |"));
    settings.resume = true;
    const auto rest = train(settings, 0);
    QVERIFY(!rest.result.cancelled);
    QCOMPARE(rest.reports, 0);
    QVERIFY(card().contains("| shuffled |"));
}

/// A file that does not hold what was trained, by whatever fault of writing.
void TestTrainLvit::package_that_is_not_the_trained_network_is_refused()
{
    auto settings = options("other-file");
    settings.epochs = 8;
    settings.learningRate = 1e-2;
    std::stop_source stop;
    const imaging::Progress progress([&](double, std::string_view stage) {
        if (stage.starts_with("scoring"))
            stop.request_stop();
    });
    QVERIFY(models::lvit::trainLvit(settings, stop.get_token(), progress).cancelled);
    auto weights = models::weights::readSafetensors(settings.output / "model.safetensors");
    weights.at("outc.bias").fill_(-50); // Nothing is drawn any more.
    models::weights::writeSafetensors(settings.output / "model.safetensors", weights);
    settings.resume = true;
    const auto said = sentence(imaging::ErrorKind::Model, [&] { train(settings, 0); });
    QVERIFY2(said.contains("does not count as done") && said.contains("in memory gave"), qPrintable(said));
}

void TestTrainLvit::half_precision_leaves_a_package_of_its_figure_data()
{
    QTest::addColumn<int>("width");
    QTest::newRow("width 8") << 8;
    QTest::newRow("width 16") << 16;
}

/// At these widths the first level's patch embedding was wrong in bfloat16 on processors with AMX.
void TestTrainLvit::half_precision_leaves_a_package_of_its_figure()
{
    QFETCH(int, width);
    auto settings = options(qPrintable(QString("half-%1").arg(width)));
    settings.width = width;
    settings.halfPrecision = true;
    settings.saveHalf = true;
    settings.epochs = 12;
    settings.learningRate = 1e-2;
    const auto run = train(settings, 0);
    QVERIFY(!run.result.cancelled);
    const double package = packageDice(settings);
    QVERIFY2(std::abs(package - run.result.bestScore) < 0.02,
        qPrintable(QString("%1 in the training, %2 of the package").arg(run.result.bestScore).arg(package)));
    QVERIFY2(package > 0.3, qPrintable(QString::number(package)));
}

void TestTrainLvit::loss_that_explodes_stops_with_a_sentence()
{
    auto settings = options("explodes");
    settings.learningRate = 1e30;
    settings.averageDecay = 0;
    settings.schedule = models::Schedule::CosineRestarts;
    const auto said = sentence(imaging::ErrorKind::Model, [&] { train(settings, 0); });
    QVERIFY2(said.contains("lower the learning rate"), qPrintable(said));
    const auto state = settings.output / "training" / "state.safetensors";
    if (fs::exists(state))
        for (const auto& [key, tensor] : models::weights::readSafetensors(state))
            if (key.starts_with("net.") && key.ends_with("weight"))
                QVERIFY2(tensor.isfinite().all().item<bool>(), key.c_str());
}

void TestTrainLvit::early_stop_ends_when_nothing_improves()
{
    auto settings = options("early");
    settings.learningRate = 0;
    settings.schedule = models::Schedule::CosineRestarts;
    settings.averageDecay = 0;
    settings.weightDecay = 0;
    settings.epochs = 50;
    settings.earlyStopEpochs = 2;
    const auto run = train(settings, 0);
    QVERIFY(run.result.epochs < 50);
    QVERIFY(run.result.epochs - run.result.bestEpoch == 2);
}

void TestTrainLvit::wrong_settings_are_refused_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("words");
    QTest::newRow("loss") << "{\"loss\": \"mse\"}"
                          << "weighted_dice_bce";
    QTest::newRow("optimizer") << "{\"optimizer\": \"rmsprop\"}"
                               << "adamw";
    QTest::newRow("schedule") << "{\"schedule\": \"step\"}"
                              << "one_cycle";
    QTest::newRow("batch size") << "{\"batchSize\": 0}"
                                << "batchSize";
    QTest::newRow("rate") << "{\"learningRate\": -1}"
                          << "learningRate";
    QTest::newRow("average") << "{\"averageDecay\": 1}"
                             << "averageDecay";
    QTest::newRow("fraction") << "{\"labelledFraction\": 0}"
                              << "labelledFraction";
    QTest::newRow("channels") << "{\"channels\": 2}"
                              << "channels";
    QTest::newRow("splits") << "{\"validationSplit\": \"train\"}"
                            << "different splits";
    QTest::newRow("device") << "{\"device\": \"tpu\"}"
                            << "no device 'tpu'";
    QTest::newRow("text column") << "{\"textColumn\": \"+\"}"
                                 << "textColumn";
}

void TestTrainLvit::wrong_settings_are_refused()
{
    QFETCH(QString, json);
    QFETCH(QString, words);
    const auto said = sentence(imaging::ErrorKind::WrongUse,
        [&] { train(models::optionsFromJson(json.toStdString(), options("wrong"), "x.json"), 0); });
    QVERIFY2(said.contains(words), qPrintable(said));
}

void TestTrainLvit::evaluation_agrees_with_the_training()
{
    auto settings = options("evaluated");
    const auto trained = train(settings, 0);
    QVERIFY(std::abs(packageDice(settings) - trained.result.bestScore) < 1e-6);
}

/// Bright discs are class 1, dark squares class 2.
void TestTrainLvit::several_classes_are_learnt_and_scored_each()
{
    const auto folder = QString::fromStdString((m_path / "classes").string());
    QByteArray rows = "split,image,mask,text\n";
    for (int i = 0; i < 16; ++i) {
        const int x = 6 + 5 * (i % 4), y = 8 + 4 * (i / 4);
        const auto label = [&](int column, int row) {
            const bool disc = std::hypot(column - x, row - y) < 5;
            const bool square = std::abs(column - (30 - x)) < 3 && std::abs(row - y) < 4;
            return disc ? 1 : square ? 2 : 0;
        };
        const auto name = QByteArray::number(i) + ".png";
        support::writePicture(folder + "/i" + name, 32, 32, [&](int column, int row) {
            return support::grey(label(column, row) == 1 ? 250 : label(column, row) == 2 ? 10 : 120);
        });
        support::writePicture(
            folder + "/m" + name, 32, 32, [&](int column, int row) { return support::grey(label(column, row)); });
        rows += QByteArray(i % 4 == 3 ? "valid" : "train") + ",i" + name + ",m" + name + ",one area\n";
    }
    support::writeText(folder + "/manifest.csv", rows);
    auto settings = options("classes-out");
    settings.data = m_path / "classes";
    settings.classes = {"disc", "square"};
    settings.epochs = 60;
    settings.learningRate = 1e-2;
    settings.averageDecay = 0;
    const auto run = train(settings, 0);
    QVERIFY2(run.result.bestScore > 0.6, qPrintable(QString::number(run.result.bestScore)));
    const auto package = models::lvit::readLViTPackage(settings.output);
    QCOMPARE(package.network.classes, 3);
    QVERIFY((package.info.classes == std::vector<std::string>{"disc", "square"}));

    models::EvaluateOptions evaluate;
    evaluate.model = settings.output;
    evaluate.data = settings.data;
    const auto evaluation = models::lvit::openLvitEvaluation(evaluate, {}, {});
    QCOMPARE(evaluation->cases().size(), std::size_t(4));
    models::EvaluationRun each{{0, 1, 2, 3}, {{}}};
    for (const auto& one : evaluation->cases())
        each.texts[0].push_back(one.text);
    std::vector<std::vector<models::scoring::PixelCounts>> classes(2);
    evaluation->run(each,
        [&](const models::CasePrediction& prediction) {
            QCOMPARE(prediction.classes.size(), std::size_t(2));
            for (std::size_t label = 0; label < 2; ++label)
                classes[label].push_back(prediction.classes[label]);
        },
        {}, {});
    const double mean = models::scoring::meanOf(
        {models::scoring::summarizeClass(classes[0]), models::scoring::summarizeClass(classes[1])})
                            .perImageDice;
    QVERIFY2(std::abs(mean - run.result.bestScore) < 1e-4, qPrintable(QString::number(mean)));
}

void TestTrainLvit::pictures_in_colour_are_learnt_as_tiles()
{
    const auto folder = QString::fromStdString((m_path / "nuclei").string());
    const auto inside = [](int column, int row) { return (column / 8 + row / 8) % 3 == 0; };
    for (const char* split : {"train", "valid"}) {
        support::writePicture(
            folder + "/" + split + ".png", 80, 48,
            [&](int column, int row) { return inside(column, row) ? qRgb(90, 0, 130) : qRgb(230, 180, 200); },
            QImage::Format_RGB888);
        support::writePicture(folder + "/mask_" + split + ".png", 80, 48,
            [&](int column, int row) { return support::grey(inside(column, row) ? 255 : 0); });
    }
    support::writeText(folder + "/manifest.csv",
        "split,image,mask,text\ntrain,train.png,mask_train.png,two areas\nvalid,valid.png,mask_valid.png,two areas\n");
    auto settings = options("nuclei-out");
    settings.data = m_path / "nuclei";
    settings.channels = 3;
    settings.tileSize = 32;
    settings.tileOverlap = 8;
    settings.augmentation.turnProbability = 0.5;
    settings.epochs = 2;
    const auto run = train(settings, 0);
    QCOMPARE(run.result.epochs, 2);
    const auto package = models::lvit::readLViTPackage(settings.output);
    QVERIFY(package.colour && package.tileSize == 32 && package.tileOverlap == 8);
    models::EvaluateOptions evaluate;
    evaluate.model = settings.output;
    evaluate.data = settings.data;
    QCOMPARE(models::lvit::openLvitEvaluation(evaluate, {}, {})->cases().size(), std::size_t(6)); // 3 x 2 tiles
}

void TestTrainLvit::settings_of_pictures_that_are_wrong_are_refused_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("words");
    QTest::newRow("one name twice") << R"({"classes": ["a", "a"]})"
                                    << "classes";
    QTest::newRow("three masks of two classes") << R"({"classes": ["a", "b"], "maskColumn": "x+y+z"})"
                                                << "maskColumn";
    QTest::newRow("two masks of one class") << R"({"maskColumn": "x+y"})"
                                            << "maskColumn";
    QTest::newRow("a side alone") << R"({"classes": ["left lung"]})"
                                  << "flipProbability";
    QTest::newRow("overlap") << R"({"tileSize": 64, "tileOverlap": 40})"
                             << "tileOverlap";
    QTest::newRow("tiny tiles") << R"({"tileSize": 8})"
                                << "tileSize";
    QTest::newRow("window") << R"({"windowWidth": -1})"
                            << "windowWidth";
    QTest::newRow("turns") << R"({"turnProbability": 2})"
                           << "turnProbability";
    QTest::newRow("classes and unlabelled") << R"({"classes": ["a"], "unlabelled": "epi", "prototypeEpochs": 1})"
                                            << "one class";
}

void TestTrainLvit::settings_of_pictures_that_are_wrong_are_refused()
{
    QFETCH(QString, json);
    QFETCH(QString, words);
    const auto said = sentence(imaging::ErrorKind::WrongUse,
        [&] { train(models::optionsFromJson(json.toStdString(), options("wrong"), "x.json"), 0); });
    QVERIFY2(said.contains(words), qPrintable(said));
}

void TestTrainLvit::kept_pictures_give_the_same_training()
{
    auto settings = options("uncached");
    settings.epochs = 1;
    const auto plain = train(settings, 0);
    settings.cache = m_path / "cache";
    for (const char* name : {"first", "second"}) {
        settings.output = m_path / name;
        QVERIFY(equal(train(settings, 0).weights, plain.weights));
    }
    const auto files = fs::directory_iterator(settings.cache);
    QCOMPARE(std::distance(begin(files), end(files)), std::ptrdiff_t(2));
}

QTEST_GUILESS_MAIN(TestTrainLvit)
#include "tst_train_lvit.moc"
