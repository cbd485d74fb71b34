// Semi-supervised trainings of seconds, and the network's variants.

#include "imaging/error.h"
#include "models/data/csv.h"
#include "models/facade/lvit_settings.h"
#include "models/lvit/import.h"
#include "models/lvit/load_network.h"
#include "models/lvit/segmenter.h"
#include "models/lvit/training/train.h"
#include "tests/support/cli_fixture.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/tiny_lvit.h"
#include "tests/unit/models/tiny_training.h"

#include <torch/types.h>

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>

namespace {

using support::sentence;
using tiny::equal;
using tiny::train;

namespace fs = std::filesystem;

/// A column of a training's log; empty cells are NaN.
std::vector<double> logColumn(const fs::path& output, const char* name)
{
    const auto log = models::data::readCsv(output / "training" / "log.csv");
    std::vector<double> values;
    for (const auto& row : log.rows) {
        const auto& field = row.fields.at(std::size_t(log.column(name)));
        values.push_back(field.empty() ? std::nan("") : std::stod(field));
    }
    return values;
}

QByteArray bytesOf(const fs::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestTrainSemi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void log_tells_what_the_unlabelled_pictures_did_data();
    void log_tells_what_the_unlabelled_pictures_did();
    void interrupted_training_ends_with_the_same_weights_data();
    void interrupted_training_ends_with_the_same_weights();
    void masks_of_unlabelled_pictures_are_never_looked_at();
    void rows_without_a_mask_are_unlabelled_pictures();
    void row_without_a_mask_cannot_be_scored();
    void lost_pseudo_labels_are_refused();
    void loss_that_explodes_names_the_batch_and_keeps_the_last_good_state();
    void wrong_settings_are_refused_data();
    void wrong_settings_are_refused();
    void log_of_an_earlier_version_goes_on();
    void every_variant_of_the_network_trains_and_opens_data();
    void every_variant_of_the_network_trains_and_opens();
    void lvit_begins_from_the_weights_of_a_unet();
    void checkpoint_of_a_variant_is_imported();

private:
    models::LvitTrainOptions options(const char* output) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_path;
};

void TestTrainSemi::initTestCase()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->path().toStdString();
    support::writeTrainingFolder(QString::fromStdString((m_path / "data").string()), 24);
    tiny::writeEncoder(m_path / "tiny-bert");
}

models::LvitTrainOptions TestTrainSemi::options(const char* output) const
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
    options.learningRate = 5e-3;
    options.schedule = models::Schedule::OneCycle;
    options.batchSize = 4;
    options.epochs = 4;
    options.stepsPerEpoch = 3;
    options.averageDecay = 0.8;
    options.augmentation.rotateDegrees = 5;
    options.labelledFraction = 0.34;
    options.unlabelled = models::UnlabelledUse::Epi;
    options.unlabelledPlan.prototypeEpochs = 2;
    options.unlabelledPlan.rampEpochs = 1;
    options.epiDecay = 0.7;
    options.threads = 1;
    options.device = "cpu";
    options.saveMinutes = 1000;
    return options;
}

void TestTrainSemi::log_tells_what_the_unlabelled_pictures_did_data()
{
    QTest::addColumn<QString>("unlabelled");
    QTest::addColumn<QString>("update");
    QTest::addColumn<double>("alpha");
    QTest::newRow("none") << "none"
                          << "step" << 0.1;
    QTest::newRow("pseudo") << "pseudo"
                            << "step" << 0.0;
    QTest::newRow("epi") << "epi"
                         << "step" << 0.0;
    QTest::newRow("epi by epochs, LV") << "epi"
                                       << "epoch" << 0.1;
}

void TestTrainSemi::log_tells_what_the_unlabelled_pictures_did()
{
    QFETCH(QString, unlabelled);
    QFETCH(QString, update);
    QFETCH(double, alpha);
    auto settings = options("log");
    fs::remove_all(settings.output);
    settings.unlabelled = models::choiceOf<models::UnlabelledUse>("unlabelled", unlabelled.toStdString());
    settings.epiUpdate = models::choiceOf<models::EpiUpdate>("epiUpdate", update.toStdString());
    settings.lvWeight = alpha;
    const bool semi = settings.unlabelled != models::UnlabelledUse::None,
               epi = settings.unlabelled == models::UnlabelledUse::Epi;
    const bool byEpochs = settings.epiUpdate == models::EpiUpdate::Epoch;
    QCOMPARE(train(settings).result.epochs, 4);
    const auto others = logColumn(settings.output, "unlabelled_loss"), lv = logColumn(settings.output, "lv_loss");
    const auto change = logColumn(settings.output, "epi_change"),
               labelled = logColumn(settings.output, "labelled_loss");
    const auto loss = logColumn(settings.output, "loss");
    for (std::size_t epoch = 0; epoch < 4; ++epoch) {
        const bool shown = semi && epoch >= 2;
        QCOMPARE(!std::isnan(others[epoch]), shown);
        QCOMPARE(!std::isnan(lv[epoch]), shown && alpha > 0);
        // By epochs the averages first move before the epoch after the one that P_0 was made for.
        QCOMPARE(!std::isnan(change[epoch]), shown && epi && (!byEpochs || epoch >= 3));
        if (!std::isnan(change[epoch]))
            QVERIFY(change[epoch] > 0 && change[epoch] < 1);
        if (!shown)
            QCOMPARE(loss[epoch], labelled[epoch]);
    }
    const auto dice = logColumn(settings.output, "labelled_dice");
    QVERIFY(dice.front() > 0 && dice.front() < dice.back() && dice.back() <= 1); // It learns.
    const auto table = models::data::readCsv(settings.output / "training" / "labelled.csv");
    QCOMPARE(table.rows.size(), std::size_t(18));
    QCOMPARE(std::count_if(table.rows.begin(), table.rows.end(), [](const auto& row) { return row.fields[1] == "1"; }),
        std::ptrdiff_t(6));
}

void TestTrainSemi::interrupted_training_ends_with_the_same_weights_data()
{
    QTest::addColumn<QString>("unlabelled");
    QTest::addColumn<QString>("update");
    QTest::addColumn<int>("stopAfter");
    QTest::addColumn<QString>("stage");
    QTest::newRow("in the prototype") << "epi"
                                      << "step" << 4 << "epoch";
    QTest::newRow("at the prototype's end") << "epi"
                                            << "step" << 6 << "epoch";
    QTest::newRow("while the first masks are made") << "epi"
                                                    << "step" << 1 << "predicting";
    QTest::newRow("while averages move") << "epi"
                                         << "step" << 8 << "epoch";
    QTest::newRow("at an epoch's end") << "epi"
                                       << "step" << 9 << "epoch";
    QTest::newRow("while averages are made") << "epi"
                                             << "epoch" << 2 << "predicting";
    QTest::newRow("between averages") << "epi"
                                      << "epoch" << 10 << "epoch";
    QTest::newRow("fixed masks") << "pseudo"
                                 << "step" << 8 << "epoch";
}

void TestTrainSemi::interrupted_training_ends_with_the_same_weights()
{
    QFETCH(QString, unlabelled);
    QFETCH(QString, update);
    QFETCH(int, stopAfter);
    QFETCH(QString, stage);
    auto settings = options("whole");
    settings.unlabelled = models::choiceOf<models::UnlabelledUse>("unlabelled", unlabelled.toStdString());
    settings.epiUpdate = models::choiceOf<models::EpiUpdate>("epiUpdate", update.toStdString());
    fs::remove_all(settings.output);
    const auto whole = train(settings);

    settings.output = m_path / "parts";
    fs::remove_all(settings.output);
    QVERIFY(train(settings, stopAfter, qPrintable(stage)).result.cancelled);
    settings.resume = true;
    const auto second = train(settings);
    QVERIFY(!second.result.cancelled);
    QVERIFY(second.result.bestScore == whole.result.bestScore);
    QVERIFY(equal(second.weights, whole.weights));
    for (const char* column : {"loss", "unlabelled_loss", "lv_loss", "epi_change"})
        for (std::size_t epoch = 0; epoch < 4; ++epoch) {
            const double a = logColumn(m_path / "whole", column)[epoch], b = logColumn(m_path / "parts", column)[epoch];
            QVERIFY2(a == b || (std::isnan(a) && std::isnan(b)), column);
        }
}

/// With the masks of the unlabelled pictures blackened the same network must come out.
void TestTrainSemi::masks_of_unlabelled_pictures_are_never_looked_at()
{
    auto settings = options("seen");
    settings.augmentation.oneSideProbability = 0.5;
    const auto seen = train(settings);
    const auto blind = m_path / "blind";
    fs::copy(m_path / "data", blind, fs::copy_options::recursive);
    const auto table = models::data::readCsv(settings.output / "training" / "labelled.csv");
    int blackened = 0;
    for (const auto& row : table.rows) {
        if (row.fields[1] == "1")
            continue;
        auto name = QString::fromStdString(row.fields[0]).replace("image", "mask");
        QImage black(32, 32, QImage::Format_Grayscale8);
        black.fill(0);
        QVERIFY(black.save(QString::fromStdString(blind.string()) + "/" + name));
        ++blackened;
    }
    QCOMPARE(blackened, 12);
    settings.data = blind;
    settings.output = m_path / "unseen";
    QVERIFY(equal(train(settings).weights, seen.weights));
}

void TestTrainSemi::rows_without_a_mask_are_unlabelled_pictures()
{
    const auto folder = m_path / "some";
    fs::copy(m_path / "data", folder, fs::copy_options::recursive);
    auto manifest = QString::fromUtf8(bytesOf(folder / "manifest.csv"));
    for (const int picture : {0, 1, 5, 9})
        manifest.replace(QStringLiteral(",mask%1.png,").arg(picture), ",,");
    std::ofstream(folder / "manifest.csv") << manifest.toStdString();
    auto settings = options("some-out");
    settings.data = folder;
    settings.labelledFraction = 1;
    QVERIFY(!train(settings).result.cancelled);
    for (const auto& row : models::data::readCsv(settings.output / "training" / "labelled.csv").rows) {
        const bool without = row.fields[0] == "image0.png" || row.fields[0] == "image1.png"
            || row.fields[0] == "image5.png" || row.fields[0] == "image9.png";
        QCOMPARE(row.fields[1], std::string(without ? "0" : "1"));
    }
    QVERIFY(!std::isnan(logColumn(settings.output, "unlabelled_loss").back()));
}

void TestTrainSemi::row_without_a_mask_cannot_be_scored()
{
    const auto folder = m_path / "unscored";
    fs::copy(m_path / "data", folder, fs::copy_options::recursive);
    auto manifest = QString::fromUtf8(bytesOf(folder / "manifest.csv"));
    manifest.replace(",mask7.png,", ",,");
    std::ofstream(folder / "manifest.csv") << manifest.toStdString();
    auto settings = options("unscored-out");
    settings.data = folder;
    const auto said = sentence(imaging::ErrorKind::InvalidInput, [&] { train(settings); });
    QVERIFY2(said.contains("image7.png") && said.contains("no mask") && said.contains("line"), qPrintable(said));
}

void TestTrainSemi::lost_pseudo_labels_are_refused()
{
    auto settings = options("lost");
    QVERIFY(train(settings, 8).result.cancelled);
    fs::remove(settings.output / "training" / "pseudo_labels.u16");
    settings.resume = true;
    const auto said = sentence(imaging::ErrorKind::Model, [&] { train(settings); });
    QVERIFY2(said.contains("pseudo_labels.u16") && said.contains("begin again"), qPrintable(said));
}

void TestTrainSemi::loss_that_explodes_names_the_batch_and_keeps_the_last_good_state()
{
    auto settings = options("explodes");
    settings.unlabelled = models::UnlabelledUse::None;
    settings.saveMinutes = 0;
    settings.averageDecay = 0;
    settings.learningRate = 1e30;
    settings.schedule = models::Schedule::CosineRestarts;
    const auto said = sentence(imaging::ErrorKind::Model, [&] { train(settings); });
    QVERIFY2(said.contains("lower the learning rate") && said.contains("epoch 1, step"), qPrintable(said));
    QVERIFY2(said.contains(QRegularExpression("'image\\d+\\.png', 'image\\d+\\.png', 'image\\d+\\.png' and 1 more")),
        qPrintable(said));
    const auto state = settings.output / "training" / "state.safetensors";
    QCOMPARE(said.contains("last good state"), fs::exists(state));
    if (fs::exists(state))
        for (const auto& [key, tensor] : models::weights::readSafetensors(state))
            if (key.starts_with("net.") && key.ends_with("weight"))
                QVERIFY2(tensor.isfinite().all().item<bool>(), key.c_str());
}

void TestTrainSemi::wrong_settings_are_refused_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* json, const char* words) {
        QTest::newRow(name) << QString(json) << QString(words);
    };
    row("method", R"({"unlabelled": "mean"})", "none, pseudo, epi");
    row("update", R"({"epiUpdate": "day"})", "step, epoch");
    row("contrast", R"({"contrastSet": "x"})", "drawings, labelled");
    row("similarity", R"({"contrastSimilarity": "x"})", "words, pooled");
    row("network", R"({"network": "vit"})", "lvit, unet");
    row("decay", R"({"epiDecay": 1})", "epiDecay");
    row("alpha", R"({"lvWeight": -1})", "lvWeight");
    row("no prototype", R"({"prototypeEpochs": 0})", "prototypeEpochs");
    row("prototype only", R"({"prototypeEpochs": 4})", "less than epochs");
    row("all unlabelled", R"({"unlabelledPerStep": 4})", "less than batchSize");
    row("one a step", R"({"batchSize": 1})", "less than batchSize");
    row("steps", R"({"stepsPerEpoch": -1})", "stepsPerEpoch");
}

void TestTrainSemi::wrong_settings_are_refused()
{
    QFETCH(QString, json);
    QFETCH(QString, words);
    const auto said = sentence(imaging::ErrorKind::WrongUse,
        [&] { train(models::optionsFromJson(json.toStdString(), options("wrong"), "x.json")); });
    QVERIFY2(said.contains(words), qPrintable(said));
}

void TestTrainSemi::log_of_an_earlier_version_goes_on()
{
    auto settings = options("earlier");
    settings.unlabelled = models::UnlabelledUse::None;
    QVERIFY(train(settings, 4).result.cancelled); // In the second epoch
    const auto file = settings.output / "training" / "log.csv";
    auto lines = QString::fromUtf8(bytesOf(file)).split('\n');
    for (auto& line : lines) // As the columns were before unlabelled pictures were used.
        line = line.section(',', 0, 8);
    std::ofstream(file) << lines.join('\n').toStdString();
    settings.resume = true;
    QVERIFY(!train(settings).result.cancelled);
    const auto log = models::data::readCsv(file);
    QCOMPARE(log.rows.size(), std::size_t(4));
    QVERIFY(log.rows[0].fields.at(std::size_t(log.column("labelled_loss"))).empty());
    QVERIFY(!log.rows[1].fields.at(std::size_t(log.column("labelled_loss"))).empty());
}

void TestTrainSemi::every_variant_of_the_network_trains_and_opens_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<bool>("text");
    QTest::newRow("LViT-T") << R"({})" << true;
    QTest::newRow("LViT-S") << R"({"depth": 2})" << true;
    QTest::newRow("LViT-B") << R"({"depth": 3})" << true;
    QTest::newRow("LViT-TW") << R"({"text": false})" << false;
    QTest::newRow("without PLAM") << R"({"plam": false})" << true;
    QTest::newRow("TW without PLAM") << R"({"text": false, "plam": false})" << false;
    QTest::newRow("U-Net") << R"({"network": "unet"})" << false;
    QTest::newRow("LViT-TW, EPI and LV")
        << R"({"text": false, "unlabelled": "epi", "labelledFraction": 0.34, "prototypeEpochs": 1})" << false;
}

void TestTrainSemi::every_variant_of_the_network_trains_and_opens()
{
    QFETCH(QString, json);
    QFETCH(bool, text);
    auto settings = options("variant");
    settings.unlabelled = models::UnlabelledUse::None;
    settings.labelledFraction = 1;
    settings.stepsPerEpoch = 0;
    settings.epochs = 3;
    settings = models::optionsFromJson(json.toStdString(), settings, "x.json");
    if (!text)
        settings.textEncoder = "nowhere"; // Not even looked for.
    fs::remove_all(settings.output);
    QCOMPARE(train(settings).result.epochs, 3);
    const auto losses = logColumn(settings.output, "labelled_loss");
    QVERIFY2(losses.back() < losses.front(), qPrintable(QString("%1 %2").arg(losses.front()).arg(losses.back())));

    const auto package = models::lvit::readLViTPackage(settings.output);
    QCOMPARE(package.network.readsText(), text);
    QCOMPARE(package.network.depth, settings.depth);
    QCOMPARE(package.network.hasPlam(), settings.plam && settings.network == models::NetworkKind::LViT);
    QCOMPARE(package.info.textEncoder.empty(), !text);
    const auto segmenter = models::lvit::openLViTSegmenter(settings.output, "cpu");
    const auto prepared = segmenter->prepare(tiny::slice(40, 30));
    const auto left = segmenter->segment(*prepared, "lower left lung"), right = segmenter->segment(*prepared, "right");
    QCOMPARE(left.probabilities.size(), std::size_t(1200));
    QCOMPARE(left.probabilities != right.probabilities, text);
    QVERIFY(QString::fromStdString(models::lvit::verifyLViTPackage(settings.output))
                .contains(text ? "word pieces" : "no text"));
}

/// The authors' pretraining. With a learning rate of nought the LViT still is what it began as.
void TestTrainSemi::lvit_begins_from_the_weights_of_a_unet()
{
    auto settings = options("unet");
    settings.network = models::NetworkKind::UNet;
    settings.unlabelled = models::UnlabelledUse::None;
    settings.epochs = 2;
    const auto unet = train(settings).weights;
    settings.network = models::NetworkKind::LViT;
    settings.initialWeights = settings.output;
    settings.output = m_path / "from-unet";
    settings.learningRate = 0;
    settings.averageDecay = 0;
    settings.epochs = 1;
    const auto lvit = train(settings).weights;
    int common = 0;
    for (const auto& [key, tensor] : unet) {
        const bool statistic = key.find("running_") != std::string::npos || key.ends_with("num_batches_tracked");
        if (statistic || !lvit.contains(key))
            continue;
        ++common;
        QVERIFY2(lvit.at(key).equal(tensor), key.c_str());
    }
    // Weight and bias of 17 convolutions and their norms (inc, and two for each of 4 + 4 levels), and of outc.
    QCOMPARE(common, 17 * 4 + 2);
}

void TestTrainSemi::checkpoint_of_a_variant_is_imported()
{
    for (const auto& [withText, withPlam] : {std::pair{true, false}, std::pair{false, true}, std::pair{false, false}}) {
        auto config = tiny::settings().network;
        config.text = withText;
        config.plam = withPlam;
        config.depth = 2;
        config.keepUnused = true;
        const auto folder = m_path / (std::string("import") + (withText ? "T" : "-") + (withPlam ? "P" : "-"));
        fs::create_directories(folder);
        models::weights::writeSafetensors(
            folder / "checkpoint.safetensors", models::weights::weightsOf(*tiny::network(config)));
        models::lvit::importLViT(
            folder / "checkpoint.safetensors", (m_path / "tiny-bert").string(), folder / "package");
        const auto package = models::lvit::readLViTPackage(folder / "package");
        QCOMPARE(package.network.text, withText);
        QCOMPARE(package.network.plam, withPlam);
        QCOMPARE(package.network.depth, 2);
        QVERIFY(package.network.keepUnused);
        models::lvit::loadNetwork(package, folder / "package");
    }
    auto config = tiny::settings().network;
    config.kind = models::NetworkKind::UNet;
    const auto file = m_path / "unet.safetensors";
    models::weights::writeSafetensors(file, models::weights::weightsOf(*tiny::network(config)));
    QVERIFY(sentence(imaging::ErrorKind::Model, [&] {
        models::lvit::importLViT(file, (m_path / "tiny-bert").string(), m_path / "unet-package");
    }).contains("initialWeights"));
}

QTEST_GUILESS_MAIN(TestTrainSemi)
#include "tst_train_semi.moc"
