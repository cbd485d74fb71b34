#include "imaging/error.h"
#include "models/clip/classifier.h"
#include "models/clip/load_clip.h"
#include "models/weights/safetensors.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/clip/clip_goldens.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <fstream>

using imaging::ErrorKind;
using models::weights::StateDict;
using nlohmann::json;

namespace {

/// open_clip's folder of one of the cases of tests/data/vlm/open_clip, whose weights follow from their rule.
class Folder
{
public:
    explicit Folder(const json& one)
        : config(one["config"])
    {
        for (const auto& [key, shape] : one["shapes"].items())
            weights[key] = key == "logit_scale"
                ? torch::tensor(2.0F)
                : fill::weight(key, one["seed"].get<std::uint64_t>(), clip_goldens::shapeOf(shape));
        weights["text.transformer.embeddings.position_ids"] = torch::arange(8); // As older files have it.
        if (!weights.contains("visual.trunk.pos_embed"))
            weights.erase("text.transformer.embeddings.position_ids");
    }

    std::filesystem::path path() const { return m_home.path().toStdString(); }

    models::clip::Clip open()
    {
        write();
        return models::clip::openClip(path());
    }

    QString refusal()
    {
        write();
        return support::sentence(ErrorKind::Model, [&] { models::clip::openClip(path()); });
    }

    void write() const
    {
        std::ofstream(path() / "open_clip_config.json") << config.dump();
        models::weights::writeSafetensors(path() / "open_clip_model.safetensors", weights);
    }

    json config;
    StateDict weights;

private:
    QTemporaryDir m_home;
};

json goldenCase(const std::string& name)
{
    const auto golden = vlm_goldens::readJson("tests/data/vlm/open_clip/golden.json");
    for (const auto& one : golden["cases"])
        if (one["name"] == name)
            return one;
    return {};
}

} // namespace

class TestOpenClip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void towers_give_the_reference_s_numbers_data();
    void towers_give_the_reference_s_numbers();
    void a_folder_with_its_vocabulary_classifies();
    void what_does_not_fit_is_refused_data();
    void what_does_not_fit_is_refused();
    void missing_weights_are_not_found();
    void learnt_prompts_are_refused_by_a_bert();
};

void TestOpenClip::towers_give_the_reference_s_numbers_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"bert", "bert_mean", "plain", "quick_gelu"})
        QTest::newRow(name) << name;
}

void TestOpenClip::towers_give_the_reference_s_numbers()
{
    QFETCH(QString, name);
    const auto golden = goldenCase(name.toStdString());
    Folder folder(golden);
    auto clip = folder.open();
    const at::InferenceMode inference;
    const auto size = clip->config().imageSize;
    const auto pixels = fill::image(golden["seed"].get<std::uint64_t>(), 2, 3, size);
    const auto ids = clip_goldens::idsOf(golden["ids"], clip->config().contextLength);
    const auto image = clip->encodeImage(pixels), text = clip->encodeText(ids);
    QVERIFY(torch::allclose(image, clip_goldens::tensorOf(golden["image"]), 1e-4, 1e-5));
    QVERIFY(torch::allclose(text, clip_goldens::tensorOf(golden["text"]), 1e-4, 1e-5));
    QVERIFY(torch::allclose(clip->logits(image, text), clip_goldens::tensorOf(golden["logits"]), 1e-4, 1e-4));
}

void TestOpenClip::a_folder_with_its_vocabulary_classifies()
{
    Folder folder(goldenCase("bert"));
    folder.write();
    std::ofstream vocabulary(folder.path() / "vocab.txt");
    vocabulary << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n";
    for (const char* word : {"a", "chest", "x", "ray", "of", "lung", "heart", "pneumonia", ".", "-"})
        vocabulary << word << '\n';
    vocabulary.close();
    const auto classifier = models::clip::openClassifier(folder.path(), {}, "cpu");
    classifier->ask({{"lung", "heart"}, {"a chest x-ray of {}."}});
    imaging::Slice slice;
    slice.columns = slice.rows = 40;
    slice.window = {50, 100};
    for (int i = 0; i < 1600; ++i)
        slice.values.push_back(static_cast<float>(i % 97));
    const auto answer = classifier->classify(slice);
    QCOMPARE(answer.size, 32);
    QVERIFY(std::abs(answer.scores[0].probability + answer.scores[1].probability - 1) < 1e-6);
    QVERIFY(answer.warnings.empty());
    const auto heat = classifier->explain(slice, "heart");
    QVERIFY(std::abs(heat.score - answer.scores[1].logit) < 1e-3 * std::max(1.0, std::abs(heat.score)));
    QCOMPARE(heat.heat.size(), slice.values.size());
}

void TestOpenClip::what_does_not_fit_is_refused_data()
{
    using Change = std::function<void(Folder&)>;
    QTest::addColumn<QString>("name");
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* called, const char* name, const Change& change, const char* said) {
        QTest::newRow(called) << QString(name) << change << QString(said);
    };
    row("a missing tensor", "bert", [](Folder& one) { one.weights.erase("text.proj.2.weight"); }, "text.proj.2.weight");
    row(
        "a tensor too many", "plain", [](Folder& one) { one.weights["visual.extra"] = torch::ones({1}); },
        "visual.extra");
    row("no towers", "bert", [](Folder& one) { one.weights = {{"logit_scale", torch::ones({})}}; }, "names");
    row(
        "another pooling", "bert",
        [](Folder& one) { one.config["model_cfg"]["text_cfg"]["hf_pooler_type"] = "max_pooler"; }, "max_pooler");
    row(
        "another pooling of pictures", "bert",
        [](Folder& one) { one.config["model_cfg"]["vision_cfg"]["timm_pool"] = "map"; }, "timm_pool");
    row(
        "another size", "bert", [](Folder& one) { one.config["model_cfg"]["vision_cfg"]["image_size"] = 64; },
        "image_size");
    row(
        "texts too long", "bert", [](Folder& one) { one.config["model_cfg"]["text_cfg"]["context_length"] = 65; },
        "context_length");
    row(
        "other colours", "bert", [](Folder& one) { one.config["preprocess_cfg"]["mean"] = {0.5, 0.5, 0.5}; },
        "preprocess_cfg");
    row(
        "heads that do not divide", "plain", [](Folder& one) { one.config["model_cfg"]["text_cfg"]["heads"] = 7; },
        "heads");
    row("settings that are no object", "plain", [](Folder& one) { one.config["model_cfg"] = 3; }, "model_cfg");
    row(
        "another shape", "bert", [](Folder& one) { one.weights["visual.trunk.pos_embed"] = torch::ones({1, 4, 128}); },
        "square");
    row(
        "a rank too few", "bert", [](Folder& one) { one.weights["visual.trunk.pos_embed"] = torch::ones({4}); },
        "pos_embed");
}

void TestOpenClip::what_does_not_fit_is_refused()
{
    QFETCH(QString, name);
    QFETCH(std::function<void(Folder&)>, change);
    QFETCH(QString, said);
    Folder folder(goldenCase(name.toStdString()));
    change(folder);
    const auto message = folder.refusal();
    QVERIFY2(message.contains(said), qPrintable(message));
}

void TestOpenClip::missing_weights_are_not_found()
{
    Folder folder(goldenCase("bert"));
    folder.write();
    std::filesystem::remove(folder.path() / "open_clip_model.safetensors");
    const auto message = support::sentence(ErrorKind::NotFound, [&] { models::clip::openClip(folder.path()); });
    QVERIFY2(message.contains("open_clip_pytorch_model.bin"), qPrintable(message));
}

void TestOpenClip::learnt_prompts_are_refused_by_a_bert()
{
    Folder folder(goldenCase("bert"));
    auto clip = folder.open();
    const auto ids = torch::ones({1, 4}, torch::kLong);
    QVERIFY(support::sentence(ErrorKind::Model, [&] { clip->embedTokens(ids); }).contains("prompts"));
    QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
        clip->encodeText(torch::ones({1, 13}, torch::kLong));
    }).contains("12 tokens"));
}

QTEST_GUILESS_MAIN(TestOpenClip)
#include "tst_open_clip.moc"
