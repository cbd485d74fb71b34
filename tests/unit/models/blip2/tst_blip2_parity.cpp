#include "models/blip2/load_blip2.h"
#include "models/generate/generate.h"
#include "models/layers/token_loss.h"
#include "models/weights/read_weights.h"
#include "tests/unit/models/generate/generate_goldens.h"
#include "tests/unit/models/vlm_goldens.h"

#include <torch/types.h>

#include <QtTest>

namespace {

using models::weights::StateDict;
using nlohmann::json;

const std::vector<std::string> kModels = {"blip2_opt", "blip2_t5", "instructblip_t5", "instructblip_llama"};

/// How a prompt is laid out: newer Hugging Face folders have places for the picture's tokens, older ones put them in
/// front.
enum class Layout { Places, Front };

/// A folder of goldens, its model, and what the model makes of its pictures.
struct Golden
{
    std::filesystem::path folder;
    json golden;
    StateDict numbers;
    models::blip2::OpenedBlip2 opened;
    at::Tensor soft;

    explicit Golden(const std::string& name)
        : folder(vlm_goldens::find(name))
        , golden(vlm_goldens::readJson(folder / "golden.json"))
        , numbers(models::weights::readWeights(folder / "golden.safetensors"))
        , opened(models::blip2::openBlip2(models::blip2::placesOf(folder)))
    {
        auto& blip2 = *opened.blip2;
        const auto picture = blip2.pictureTokens(numbers.at("pixel_values"));
        soft = blip2.softTokens(blip2.config().instructed
                ? blip2.queried(picture, numbers.at("qformer_input_ids"), numbers.at("qformer_attention_mask"))
                : blip2.queried(picture));
    }

    std::int64_t imageTokenId() const { return opened.blip2->config().imageTokenId; }

    at::Tensor vectors(const at::Tensor& ids) const
    {
        return opened.language->promptVectors(ids, soft, imageTokenId());
    }

    at::Tensor prompt(Layout layout) const
    {
        return vectors(numbers.at(layout == Layout::Places ? "input_ids" : "text_input_ids"));
    }

    at::Tensor mask(Layout layout) const
    {
        if (layout == Layout::Places)
            return numbers.at("attention_mask");
        const auto& mask = numbers.at("text_attention_mask");
        return torch::cat({torch::ones({mask.size(0), soft.size(1)}, mask.options()), mask}, 1);
    }

    std::vector<models::generate::GeneratedText> write(Layout layout, models::generate::GenerateOptions options) const
    {
        const auto& language = *opened.language;
        options.penalizePrompt = language.penalizesPrompt();
        const auto decoder = language.decoder(prompt(layout), mask(layout));
        return models::generate::generate(*decoder, language.firstIds(soft.size(0)), options);
    }

    std::int64_t endId() const { return opened.blip2->config().endId; }
};

void addModels()
{
    QTest::addColumn<QString>("model");
    for (const auto& model : kModels)
        if (!vlm_goldens::find(model).empty())
            QTest::newRow(model.c_str()) << QString::fromStdString(model);
}

bool areThere()
{
    return std::any_of(kModels.begin(), kModels.end(), [](const auto& one) { return !vlm_goldens::find(one).empty(); });
}

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return a.sizes() == b.sizes() ? (a - b).abs().max().item<double>() : 1e9;
}

} // namespace

/// From pixels to words against Hugging Face's BLIP-2 and InstructBLIP with the same weights; tolerances as the
/// goldens' page says.
class TestBlip2Parity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void logits_and_loss_are_the_originals_data()
    {
        if (!areThere())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        addModels();
    }

    void logits_and_loss_are_the_originals()
    {
        QFETCH(QString, model);
        const at::InferenceMode inference;
        const Golden golden(model.toStdString());
        const auto& numbers = golden.numbers;
        const auto& labels = numbers.at("labels");
        QVERIFY2(worst(golden.soft, numbers.at("language_model_inputs")) < 1e-4, "soft tokens");
        QCOMPARE(golden.endId(), golden.golden["eos_token_id"].get<std::int64_t>());
        QCOMPARE(golden.imageTokenId(), golden.golden["image_token_index"].get<std::int64_t>());
        at::Tensor logits, loss;
        if (auto* t5 = golden.opened.language->t5()) {
            const auto ids = t5->decoderIds(labels);
            for (const auto layout : {Layout::Places, Layout::Front}) {
                const auto mask = golden.mask(layout);
                const auto source = t5->encode(golden.prompt(layout), mask);
                logits = t5->logits(t5->decode(ids, {.source = source, .sourceMask = mask}));
                QVERIFY2(worst(logits, numbers.at("logits")) < 1e-4, "logits");
            }
            loss = models::layers::tokenLoss(logits, labels);
        } else {
            const auto& mask = numbers.at("tf_attention_mask");
            logits = golden.opened.language->causal()->forward({golden.vectors(numbers.at("tf_input_ids")), mask});
            loss = models::layers::nextTokenLoss(logits, labels);
            const auto seen = mask.unsqueeze(-1);
            QVERIFY2(worst(logits * seen, numbers.at("logits") * seen) < 1e-4, "logits");
        }
        for (const char* name : {"loss", "loss_legacy_prepend"})
            QVERIFY2(std::abs(loss.item<double>() - golden.golden[name].get<double>()) < 5e-5, name);
    }

    void written_texts_are_the_originals_data()
    {
        if (!areThere())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("entry");
        for (const auto& model : kModels) {
            const auto folder = vlm_goldens::find(model);
            const auto golden = folder.empty() ? json::object() : vlm_goldens::readJson(folder / "golden.json");
            const auto entries = golden.value("generate", json::object());
            for (const auto& [name, one] : entries.items())
                QTest::newRow((model + " " + name).c_str())
                    << QString::fromStdString(model) << QString::fromStdString(name);
        }
    }

    void written_texts_are_the_originals()
    {
        QFETCH(QString, model);
        QFETCH(QString, entry);
        const at::InferenceMode inference;
        const Golden golden(model.toStdString());
        const auto& one = golden.golden["generate"][entry.toStdString()];
        const auto texts = golden.write(Layout::Places, generate_goldens::optionsOf(one["args"], golden.endId(), 1));
        const auto problem = generate_goldens::difference(one, texts, 1);
        QVERIFY2(problem.empty(), problem.c_str());
    }

    void texts_with_the_picture_in_front_are_the_originals_data() { logits_and_loss_are_the_originals_data(); }

    void texts_with_the_picture_in_front_are_the_originals()
    {
        QFETCH(QString, model);
        const at::InferenceMode inference;
        const Golden golden(model.toStdString());
        const auto& one = golden.golden["generate_legacy_prepend"];
        const auto words = golden.numbers.at("text_input_ids").size(1);
        const auto options = golden.opened.language->t5()
            ? generate_goldens::optionsOf(one["args"], golden.endId(), 1)
            : generate_goldens::legacyOptionsOf(one["args"], golden.endId(), words);
        const auto problem = generate_goldens::difference(one, golden.write(Layout::Front, options), 1);
        QVERIFY2(problem.empty(), problem.c_str());
    }

    void both_layouts_of_a_prompt_are_the_same_vectors_data() { logits_and_loss_are_the_originals_data(); }

    /// Where nothing pads the words away from the picture.
    void both_layouts_of_a_prompt_are_the_same_vectors()
    {
        QFETCH(QString, model);
        const at::InferenceMode inference;
        const Golden golden(model.toStdString());
        const auto places =
            torch::full({golden.soft.size(0), golden.soft.size(1)}, golden.imageTokenId(), torch::kLong);
        const auto& words = golden.numbers.at("text_input_ids");
        QVERIFY(torch::equal(golden.vectors(torch::cat({places, words}, 1)), golden.vectors(words)));
    }
};

QTEST_GUILESS_MAIN(TestBlip2Parity)
#include "tst_blip2_parity.moc"
