#include "imaging/error.h"
#include "models/data/csv.h"
#include "models/language/training/initial_language.h"
#include "models/language/training/train.h"
#include "models/text/open_tokenizer.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"
#include "tests/support/cli_fixture.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/tiny_pairs.h"

#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>

namespace fs = std::filesystem;
using imaging::ErrorKind;
using models::language::trainLanguage;

/// A language model that learns from the texts of a training folder.
class TestTrainLanguage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void training_learns_what_texts_say_without_a_picture();
    void interrupted_training_ends_with_the_same_weights();
    void training_goes_on_from_another_model();
    void wrong_settings_are_refused_data();
    void wrong_settings_are_refused();

private:
    models::LanguageTrainOptions options(const char* output) const;

    QTemporaryDir m_folder;
    fs::path m_path;
};

void TestTrainLanguage::initTestCase()
{
    m_path = m_folder.path().toStdString();
    support::writeTrainingFolder(m_folder.filePath("data"), 24);
    tiny::rewriteForPairs(m_path);
    for (const auto& entry : fs::recursive_directory_iterator(m_path / "data"))
        if (entry.path().extension() == ".png")
            fs::resize_file(entry.path(), 0); // Nobody looks at them.
}

models::LanguageTrainOptions TestTrainLanguage::options(const char* output) const
{
    models::LanguageTrainOptions options;
    tiny::fillPairs(options, m_path, output);
    options.textWidth = 32;
    options.textLayers = 2;
    options.vocabularySize = 320;
    options.dropout = 0;
    return options;
}

void TestTrainLanguage::training_learns_what_texts_say_without_a_picture()
{
    auto settings = options("learns");
    settings.epochs = 60;
    const auto run = tiny::trainPairs(settings, trainLanguage);
    QVERIFY(!run.result.cancelled);
    const auto log = models::data::readCsv(settings.output / "training" / "log.csv");
    const auto loss = std::size_t(log.column("valid_loss"));
    const double first = std::stod(log.rows.front().fields[loss]);
    QVERIFY2(run.result.bestScore < 0.3 * first, qPrintable(QString::number(run.result.bestScore)));
    // Its likeliest text is one of those that it has read.
    const auto config = models::language::optConfigIn(settings.output);
    models::language::Opt network(config);
    models::weights::loadWeights(network, models::weights::readWeights(settings.output), "x");
    network.eval();
    const torch::NoGradGuard noGradients;
    auto ids = torch::full({1, 1}, config.beginId, torch::kLong);
    for (int token = 0; token < 60; ++token) {
        const auto next = network.forward({.embeddings = network.embed(ids)}).select(1, -1).argmax(1, true);
        if (next.item<std::int64_t>() == config.endId)
            break;
        ids = torch::cat({ids, next}, 1);
    }
    const auto tokenizer = models::text::openTokenizer(settings.output);
    const std::vector<std::int64_t> written(
        ids.const_data_ptr<std::int64_t>() + 1, ids.const_data_ptr<std::int64_t>() + ids.numel());
    const auto text = tokenizer->decode(written);
    QVERIFY2(text.starts_with("unilateral pulmonary infection, one infected area, lower "), text.c_str());
    QVERIFY2(text.ends_with("lung."), text.c_str());
    QFile card(QString::fromStdString((settings.output / "README.md").string()));
    QVERIFY(card.open(QIODevice::ReadOnly));
    const auto said = card.readAll();
    for (const char* words : {"perplexity", "limn train language", "Data and terms", "It has seen no picture"})
        QVERIFY2(said.contains(words), words);
    QVERIFY(!said.contains(m_folder.path().toUtf8()));
    QVERIFY(!fs::exists(settings.output / "preprocessor_config.json"));
}

void TestTrainLanguage::interrupted_training_ends_with_the_same_weights()
{
    auto settings = options("whole");
    const auto whole = tiny::trainPairs(settings, trainLanguage);
    settings.output = m_path / "parts";
    QVERIFY(tiny::trainPairs(settings, trainLanguage, 5).result.cancelled);
    settings.resume = true;
    QVERIFY(tiny::sameWeights(tiny::trainPairs(settings, trainLanguage).weights, whole.weights));
    settings.textLayers = 3;
    QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
        tiny::trainPairs(settings, trainLanguage);
    }).contains("textLayers"));
}

void TestTrainLanguage::training_goes_on_from_another_model()
{
    auto settings = options("first");
    const auto before = tiny::trainPairs(settings, trainLanguage);
    auto next = options("next");
    next.initialWeights = settings.output;
    next.textWidth = 64; // Not read: the model brings its own.
    next.epochs = 1;
    next.learningRate = 1e-9;
    next.averageDecay = 0;
    const auto run = tiny::trainPairs(next, trainLanguage);
    for (const auto& [key, tensor] : run.weights)
        QVERIFY2(torch::allclose(tensor, before.weights.at(key), 1e-4, 1e-6), key.c_str());
}

void TestTrainLanguage::wrong_settings_are_refused_data()
{
    using Options = models::LanguageTrainOptions;
    QTest::addColumn<std::function<void(Options&)>>("change");
    QTest::addColumn<QString>("name");
    const auto row = [](const char* name, std::function<void(Options&)> change) {
        QTest::newRow(name) << std::move(change) << QString(name);
    };
    row("textWidth", [](Options& options) { options.textWidth = 100; });
    row("textLayers", [](Options& options) { options.textLayers = 0; });
    row("textTokens", [](Options& options) { options.textTokens = 1; });
    row("dropout", [](Options& options) { options.dropout = 1; });
    row("vocabularySize", [](Options& options) { options.vocabularySize = 100; });
    row("textColumn", [](Options& options) { options.textColumn.clear(); });
}

void TestTrainLanguage::wrong_settings_are_refused()
{
    QFETCH(std::function<void(models::LanguageTrainOptions&)>, change);
    QFETCH(QString, name);
    auto settings = options("refused");
    change(settings);
    const auto said = support::sentence(ErrorKind::WrongUse, [&] { tiny::trainPairs(settings, trainLanguage); });
    QVERIFY2(said.contains(name), qPrintable(said));
    QVERIFY(!fs::exists(settings.output / "config.json"));
}

QTEST_GUILESS_MAIN(TestTrainLanguage)
#include "tst_train_language.moc"
