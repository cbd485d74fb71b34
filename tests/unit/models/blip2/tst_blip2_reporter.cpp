#include "models/blip2/load_blip2.h"
#include "models/blip2/reporter.h"
#include "models/vision/seen_pixels.h"
#include "models/weights/read_weights.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/vlm_goldens.h"

#include <torch/types.h>

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

namespace {

using imaging::ErrorKind;

imaging::Slice gradient(int columns, int rows)
{
    imaging::Slice slice;
    slice.columns = columns;
    slice.rows = rows;
    slice.window = {50, 100};
    for (int i = 0; i < columns * rows; ++i)
        slice.values.push_back(static_cast<float>(13 * i % 101));
    return slice;
}

/// A golden model with a vocabulary of made-up words; empty where the goldens are not here.
std::filesystem::path modelWithWords(const char* golden, const QTemporaryDir& home, int words)
{
    const auto folder = vlm_goldens::find(golden);
    const std::filesystem::path path = home.path().toStdString();
    if (folder.empty())
        return {};
    for (const char* name : {"config.json", "model.safetensors"})
        std::filesystem::copy_file(folder / name, path / name);
    std::ofstream vocabulary(path / "vocab.txt");
    vocabulary << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nlung\nclear\n";
    for (int i = 7; i < words; ++i)
        vocabulary << "word" << i << '\n';
    return path;
}

} // namespace

class TestBlip2Reporter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_match_is_what_the_two_heads_say()
    {
        QTemporaryDir home;
        const auto model = modelWithWords("blip2_itm", home, 69);
        if (model.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        auto reporter = models::blip2::openReporter(model, "cpu");
        QVERIFY(reporter->canMatch() && !reporter->canWrite() && !reporter->canAnswer());
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] { reporter->match("lung"); }).contains("no picture"));
        const auto slice = gradient(40, 20);
        const auto view = reporter->look(slice);
        const auto match = reporter->match("clear lung");
        const at::InferenceMode inference;
        auto network = models::blip2::loadBlip2(
            models::blip2::placesOf(model), models::blip2::withLavisNames(models::weights::readWeights(model), model).own);
        models::vision::PictureFit fit;
        fit.size = static_cast<int>(network->config().vision.imageSize);
        fit.fit = models::vision::SquareFit::Squash;
        QCOMPARE(view.size, fit.size);
        const auto picture = network->pictureTokens(models::vision::seenPixels(slice, fit).pixels);
        const auto ids = torch::tensor(std::vector<std::int64_t>{2, 6, 5, 3}).unsqueeze(0);
        const auto mask = torch::ones_like(ids);
        QCOMPARE(match.probability, torch::softmax(network->matchLogits(ids, mask, picture), 1)[0][1].item<double>());
        const double cosine = models::blip2::bestCosines(
            network->pictureDirections(picture), network->textDirections(ids, mask)).item<double>();
        QVERIFY(std::abs(match.cosine - cosine) < 1e-6);
        std::string longText;
        for (int i = 0; i < 60; ++i)
            longText += "lung ";
        QCOMPARE(reporter->match(longText).warnings.size(), std::size_t(1));
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] { reporter->write({}, {}, {}); }).contains("writes none"));
    }

    void it_compares_in_bfloat16_and_says_so()
    {
        QTemporaryDir home;
        const auto model = modelWithWords("blip2_itm", home, 69);
        if (model.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const auto exact = models::blip2::openReporter(model, "cpu");
        QCOMPARE(exact->precision(), models::Precision::Float32);
        const auto rounded = models::blip2::openReporter(model, "cpu", models::Precision::BFloat16);
        QCOMPARE(rounded->precision(), models::Precision::BFloat16);
        for (const auto& one : {exact.get(), rounded.get()})
            one->look(gradient(40, 20));
        const auto wanted = exact->match("clear lung"), near = rounded->match("clear lung");
        QVERIFY(std::abs(wanted.probability - near.probability) < 0.05);
        QVERIFY(std::abs(wanted.cosine - near.cosine) < 0.05);
        for (const auto bytes : {models::Precision::Int8, models::Precision::Int8BFloat16})
            QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
                models::blip2::openReporter(model, "cpu", bytes);
            }).contains("language model"));
    }

    void a_vocabulary_of_another_model_is_refused()
    {
        QTemporaryDir home;
        const auto model = modelWithWords("blip2_itm", home, 80);
        if (model.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const auto message =
            support::sentence(ErrorKind::Model, [&] { models::blip2::openReporter(model, "cpu"); });
        QVERIFY2(message.contains("do not belong together"), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestBlip2Reporter)
#include "tst_blip2_reporter.moc"
