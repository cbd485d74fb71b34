#include "imaging/error.h"
#include "models/clip/classifier.h"
#include "models/clip/load_clip.h"
#include "models/clip/siglip.h"
#include "models/clip/siglip_folder.h"
#include "models/text/siglip_tokenizer.h"
#include "models/weights/safetensors.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/clip/clip_goldens.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <fstream>

namespace {

using imaging::ErrorKind;
using nlohmann::json;

const std::filesystem::path kGoldens("tests/data/vlm/siglip");

json goldens()
{
    return vlm_goldens::readJson(kGoldens / "golden.json");
}

/// A folder as Hugging Face lays it out, of a golden case.
class Folder
{
public:
    explicit Folder(const json& one)
        : config(one["config"])
    {
        for (const auto& [key, shape] : one["shapes"].items())
            weights[key] = key == "logit_scale" ? torch::tensor({2.0F})
                : key == "logit_bias"
                ? torch::tensor({-3.0F})
                : fill::weight(key, one["seed"].get<std::uint64_t>(), clip_goldens::shapeOf(shape));
    }

    std::filesystem::path path() const { return m_home.path().toStdString(); }

    void write() const
    {
        std::ofstream(path() / "config.json") << config.dump();
        if (!preparation.is_null())
            std::ofstream(path() / "preprocessor_config.json") << preparation.dump();
        models::weights::writeSafetensors(path() / "model.safetensors", weights);
        std::filesystem::copy_file(
            kGoldens / "spiece.model", path() / "spiece.model", std::filesystem::copy_options::overwrite_existing);
    }

    models::clip::Clip open(at::ScalarType type = at::kFloat) const
    {
        write();
        return models::clip::openClip(path(), type);
    }

    json config;
    json preparation;
    models::weights::StateDict weights;

private:
    QTemporaryDir m_home;
};

json caseOf(const char* name)
{
    const auto all = goldens();
    for (const auto& one : all["cases"])
        if (one["name"] == name)
            return one;
    return {};
}

imaging::Slice slope(int columns, int rows)
{
    imaging::Slice slice;
    slice.columns = columns;
    slice.rows = rows;
    slice.window = {50, 100};
    for (int i = 0; i < columns * rows; ++i)
        slice.values.push_back(static_cast<float>(11 * i % 103));
    return slice;
}

} // namespace

/// SigLIP against transformers' numbers (tests/data/vlm/siglip).
class TestSiglip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void towers_give_the_reference_s_numbers_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("even") << "even";
        QTest::newRow("a picture that is no multiple of the patch") << "uneven";
    }

    void towers_give_the_reference_s_numbers()
    {
        QFETCH(QString, name);
        const auto golden = caseOf(qPrintable(name));
        auto clip = Folder(golden).open();
        QVERIFY(clip->eachForItself());
        const at::InferenceMode inference;
        const auto pixels = fill::image(golden["seed"].get<std::uint64_t>(), 2, 3, clip->config().imageSize);
        const auto ids = clip_goldens::idsOf(golden["ids"], clip->config().contextLength);
        const auto image = clip->encodeImage(pixels), text = clip->encodeText(ids);
        QVERIFY(torch::allclose(image, clip_goldens::tensorOf(golden["image"]), 1e-4, 1e-4));
        QVERIFY(torch::allclose(text, clip_goldens::tensorOf(golden["text"]), 1e-4, 1e-4));
        QVERIFY(torch::allclose(clip->logits(image, text), clip_goldens::tensorOf(golden["logits"]), 1e-4, 1e-4));
    }

    void texts_become_the_reference_s_ids()
    {
        const models::text::SiglipTokenizer tokenizer(kGoldens / "spiece.model");
        const auto all = goldens();
        for (const auto& one : all["tokenizer"]) {
            const auto text = one["text"].get<std::string>();
            const auto ids = tokenizer.encodePadded(text, one["ids"].size()).ids;
            QVERIFY2(ids == one["ids"].get<models::text::TokenIds>(), text.c_str());
        }
        QCOMPARE(models::text::cleanedForSiglip(" \tIt's a\nX-ray. "), std::string("its a xray"));
    }

    void the_heat_of_a_class_is_of_all_that_the_pooling_head_looks_at()
    {
        const auto golden = caseOf("even");
        const Folder folder(golden);
        auto clip = folder.open();
        models::vision::TokenTrace trace;
        const auto pixels = fill::image(golden["seed"].get<std::uint64_t>(), 1, 3, clip->config().imageSize);
        const auto vector = clip->encodeImage(pixels, {}, &trace);
        QCOMPARE(trace.firstPatch, std::int64_t(0)); // There is no class token,
        QCOMPARE(trace.tokens.size(1), clip->config().imageTokens() - 1);
        QVERIFY(torch::allclose(vector, clip->encodeImage(pixels), 1e-5, 1e-5)); // and nothing changes by the trace.
        const auto classifier = models::clip::openClassifier(folder.path(), {}, "cpu");
        classifier->ask({{"lung", "pneumonia"}, {"a photo of {}."}});
        const auto slice = slope(40, 30);
        const auto answer = classifier->classify(slice);
        for (const auto& score : answer.scores) {
            const auto heat = classifier->explain(slice, score.name);
            QCOMPARE(heat.heat.size(), std::size_t(40 * 30));
            QVERIFY(std::abs(heat.score - score.logit) < 1e-3 * std::max(1.0, std::abs(score.logit)));
            const float most = *std::max_element(heat.heat.begin(), heat.heat.end());
            QVERIFY(most == 0.0F || most == 1.0F);
        }
    }

    void each_class_has_a_probability_of_its_own()
    {
        const Folder folder(caseOf("even"));
        auto clip = folder.open();
        const auto classifier = models::clip::openClassifier(folder.path(), {}, "cpu");
        const models::ClassQuestion question{{"lung", "no effusion", "pneumonia"}, {"a photo of {}."}};
        classifier->ask(question);
        const auto answer = classifier->classify(slope(40, 30));
        QCOMPARE(answer.size, 32);
        for (const auto& score : answer.scores)
            QVERIFY(std::abs(score.probability - 1 / (1 + std::exp(-score.logit))) < 1e-9);
        // By hand: squashed, from -1 to 1, the ids padded to the whole context.
        const at::InferenceMode inference;
        const auto seen = torch::tensor(at::ArrayRef<std::uint8_t>(answer.seen), torch::kByte).view({1, 1, 32, 32});
        const auto pixels = (seen.to(torch::kFloat) / 255 - 0.5) / 0.5;
        const models::text::SiglipTokenizer tokenizer(folder.path() / "spiece.model");
        const auto ids = tokenizer.encodePadded("a photo of lung.", 10).ids;
        const auto wanted = clip->logits(
            clip->encodeImage(pixels.expand({1, 3, 32, 32})), clip->encodeText(torch::tensor(ids).unsqueeze(0)));
        QVERIFY(std::abs(answer.scores[0].logit - wanted.item<double>()) < 1e-4);
    }

    void bfloat16_is_rounding()
    {
        const Folder folder(caseOf("even"));
        auto exact = folder.open(), rounded = folder.open(at::kBFloat16);
        const at::InferenceMode inference;
        const auto pixels = fill::image(1, 2, 3, 32);
        const auto ids = torch::ones({1, 10}, torch::kLong);
        const auto logits = [&](models::clip::Clip& clip) {
            return clip->logits(clip->encodeImage(pixels), clip->encodeText(ids));
        };
        QVERIFY((logits(exact) - logits(rounded)).abs().max().item<double>() < 0.2); // Of 2 * e^2 at most.
        QCOMPARE(rounded->logitScale(), exact->logitScale());
    }

    void what_does_not_fit_is_refused_data()
    {
        QTest::addColumn<QString>("damage");
        QTest::addColumn<QString>("reason");
        QTest::newRow("a tensor less") << "probe" << "visual.head.probe";
        QTest::newRow("another activation") << "activation" << "gelu_pytorch_tanh";
        QTest::newRow("another filter") << "filter" << "resample";
        QTest::newRow("another size") << "size" << "\"size\" is not";
        QTest::newRow("values that are not made smaller") << "rescale" << "do_rescale";
        QTest::newRow("vectors of other lengths") << "projection" << "not as long";
        QTest::newRow("no head") << "head" << "no head";
        QTest::newRow("numbers that are none") << "nan" << "logit_bias";
    }

    void what_does_not_fit_is_refused()
    {
        QFETCH(QString, damage);
        QFETCH(QString, reason);
        Folder folder(caseOf("even"));
        if (damage == "probe")
            folder.weights.erase("vision_model.head.probe");
        else if (damage == "activation")
            folder.config["text_config"]["hidden_act"] = "gelu";
        else if (damage == "filter")
            folder.preparation = {{"resample", 1}};
        else if (damage == "size")
            folder.preparation = {{"size", {{"height", 64}, {"width", 64}}}};
        else if (damage == "rescale")
            folder.preparation = {{"do_rescale", false}};
        else if (damage == "projection")
            folder.config["text_config"]["projection_size"] = 24;
        else if (damage == "head")
            folder.config["vision_config"]["vision_use_head"] = false;
        else
            folder.weights["logit_bias"].fill_(std::nan(""));
        const auto message = support::sentence(ErrorKind::Model, [&] { folder.open(); });
        QVERIFY2(message.contains(reason), qPrintable(message));
    }

    void pictures_are_prepared_as_the_folder_says()
    {
        Folder folder(caseOf("even"));
        QVERIFY(folder.open()->pictureFit().filter == models::vision::ResizeFilter::Bicubic);
        folder.preparation = {{"resample", 2}, {"image_mean", {0.4, 0.5, 0.6}}, {"image_std", {0.2, 0.2, 0.2}},
            {"size", {{"height", 32}, {"width", 32}}}};
        const auto fit = folder.open()->pictureFit(); // As MedSigLIP's.
        QVERIFY(fit.filter == models::vision::ResizeFilter::Bilinear);
        QCOMPARE(fit.mean[2], 0.6F);
        QVERIFY(fit.fit == models::vision::SquareFit::Squash);
    }

    void a_folder_without_its_vocabulary_is_told()
    {
        const Folder folder(caseOf("even"));
        folder.write();
        std::filesystem::remove(folder.path() / "spiece.model");
        const auto message =
            support::sentence(ErrorKind::NotFound, [&] { models::clip::openClassifier(folder.path(), {}, "cpu"); });
        QVERIFY2(message.contains("spiece.model"), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestSiglip)
#include "tst_siglip.moc"
