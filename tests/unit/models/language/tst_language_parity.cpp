#include "models/generate/generate.h"
#include "models/language/causal_decoder.h"
#include "models/language/load_language.h"
#include "models/layers/token_loss.h"
#include "models/weights/read_weights.h"
#include "tests/unit/models/generate/generate_goldens.h"
#include "tests/unit/models/vlm_goldens.h"

#include <torch/types.h>

#include <QtTest>

namespace {

using models::weights::StateDict;
using nlohmann::json;
namespace language = models::language;

const std::vector<std::string> kModels = {"blip2_opt", "blip2_t5", "instructblip_t5", "instructblip_llama"};

/// A folder of goldens with the language model in it.
struct Golden
{
    std::filesystem::path folder;
    json golden, config;
    StateDict numbers;
    std::shared_ptr<language::CausalModel> causal; // or
    std::shared_ptr<language::T5> t5;

    explicit Golden(const std::string& name, at::ScalarType type = at::kFloat)
        : folder(vlm_goldens::find(name))
        , golden(vlm_goldens::readJson(folder / "golden.json"))
        , config(vlm_goldens::readJson(folder / "config.json"))
        , numbers(models::weights::readWeights(folder / "golden.safetensors"))
    {
        const models::weights::ModelSettings settings(config, "The settings of the model", folder / "config.json");
        const auto text = settings.part("text_config");
        const auto weights = language::withoutPrefix(models::weights::readWeights(folder), "language_model.");
        if (language::languageKind(text) == language::LanguageKind::T5)
            t5 = language::makeT5(text, weights, folder.string(), type);
        else
            causal = language::makeCausalModel(text, weights, folder.string(), type);
    }

    /// In single precision, whatever the model's: the models take any.
    at::Tensor embed(const at::Tensor& ids) const { return (t5 ? t5->embed(ids) : causal->embed(ids)).to(at::kFloat); }

    const at::Tensor& soft() const { return numbers.at("language_model_inputs"); }

    /// Soft tokens in the places of their placeholders.
    at::Tensor placed(const at::Tensor& ids) const
    {
        const auto places = ids.eq(golden["image_token_index"].get<std::int64_t>()).unsqueeze(-1);
        return embed(ids).masked_scatter(places, soft());
    }

    /// Soft tokens in front of the text, as older files have it.
    at::Tensor prepended(const at::Tensor& ids) const { return torch::cat({soft(), embed(ids)}, 1); }

    at::Tensor prependedMask() const
    {
        const auto& mask = numbers.at("text_attention_mask");
        return torch::cat({torch::ones({mask.size(0), soft().size(1)}, mask.options()), mask}, 1);
    }

    std::vector<models::generate::GeneratedText> write(const at::Tensor& embeddings, const at::Tensor& mask,
        models::generate::GenerateOptions options) const
    {
        const auto rows = embeddings.size(0);
        if (t5) {
            language::T5Decoder decoder(t5, t5->encode(embeddings, mask), mask);
            return models::generate::generate(
                decoder, torch::full({rows, 1}, t5->config().startId, torch::kLong), options);
        }
        options.penalizePrompt = false;
        language::CausalDecoder decoder(causal, embeddings, mask);
        return models::generate::generate(decoder, torch::full({rows, 1}, causal->beginId(), torch::kLong), options);
    }

    std::int64_t endId() const { return golden["eos_token_id"].get<std::int64_t>(); }
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

/// Against Hugging Face's language models inside BLIP-2 and InstructBLIP with the same weights; tolerances as the
/// goldens' page says.
class TestLanguageParity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fewer_bits_stay_near_the_originals_data()
    {
        if (!areThere())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("type");
        for (const auto& model : kModels)
            for (const auto type : {at::kBFloat16, at::kChar})
                if (!vlm_goldens::find(model).empty())
                    QTest::addRow("%s %s", model.c_str(), c10::toString(type))
                        << QString::fromStdString(model) << static_cast<int>(type);
    }

    /// Logits differ by at most 3 % of their range.
    void fewer_bits_stay_near_the_originals()
    {
        QFETCH(QString, model);
        QFETCH(int, type);
        const at::InferenceMode inference;
        const Golden golden(model.toStdString(), static_cast<at::ScalarType>(type));
        const auto& numbers = golden.numbers;
        at::Tensor logits, seen = torch::ones({1});
        if (golden.t5) {
            const auto& mask = numbers.at("attention_mask");
            const auto source = golden.t5->encode(golden.placed(numbers.at("input_ids")), mask);
            const auto ids = golden.t5->decoderIds(numbers.at("labels"));
            logits = golden.t5->logits(golden.t5->decode(ids, {.source = source, .sourceMask = mask}));
        } else {
            const auto& mask = numbers.at("tf_attention_mask");
            logits = golden.causal->forward({golden.placed(numbers.at("tf_input_ids")), mask});
            seen = mask.unsqueeze(-1);
        }
        const auto& exact = numbers.at("logits");
        QCOMPARE(logits.sizes().vec(), exact.sizes().vec());
        const auto range = (exact.max() - exact.min()).item<double>();
        const auto share = worst(logits * seen, exact * seen) / range;
        QVERIFY2(share < 0.03, qPrintable(QString::number(share)));
    }

    void teacher_forced_logits_and_loss_are_the_originals_data()
    {
        if (!areThere())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        addModels();
    }

    void teacher_forced_logits_and_loss_are_the_originals()
    {
        QFETCH(QString, model);
        const at::InferenceMode inference;
        const Golden golden(model.toStdString());
        const auto& numbers = golden.numbers;
        const auto& labels = numbers.at("labels");
        at::Tensor logits, loss;
        if (golden.t5) {
            const auto& mask = numbers.at("attention_mask");
            const auto ids = golden.t5->decoderIds(labels);
            QVERIFY(torch::equal(ids, numbers.at("decoder_input_ids")));
            const auto source = golden.t5->encode(golden.placed(numbers.at("input_ids")), mask);
            logits = golden.t5->logits(golden.t5->decode(ids, {.source = source, .sourceMask = mask}));
            loss = models::layers::tokenLoss(logits, labels);
            QVERIFY2(worst(logits, numbers.at("logits")) < 1e-4, "logits");
        } else {
            const auto& mask = numbers.at("tf_attention_mask");
            logits = golden.causal->forward({golden.placed(numbers.at("tf_input_ids")), mask});
            loss = models::layers::nextTokenLoss(logits, labels);
            const auto seen = mask.unsqueeze(-1);
            QVERIFY2(worst(logits * seen, numbers.at("logits") * seen) < 1e-4, "logits");
        }
        QVERIFY(std::abs(loss.item<double>() - golden.golden["loss"].get<double>()) < 5e-5);
        QVERIFY(std::abs(loss.item<double>() - golden.golden["loss_legacy_prepend"].get<double>()) < 5e-5);
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
        // One id stands in front of the sequences: the start id or the begin.
        const auto texts = golden.write(golden.placed(golden.numbers.at("input_ids")), golden.numbers.at("attention_mask"),
            generate_goldens::optionsOf(one["args"], golden.endId(), 1));
        const auto problem = generate_goldens::difference(one, texts, 1);
        QVERIFY2(problem.empty(), problem.c_str());
    }

    void texts_behind_prepended_vectors_are_the_originals_data()
    {
        teacher_forced_logits_and_loss_are_the_originals_data();
    }

    void texts_behind_prepended_vectors_are_the_originals()
    {
        QFETCH(QString, model);
        const at::InferenceMode inference;
        const Golden golden(model.toStdString());
        const auto& one = golden.golden["generate_legacy_prepend"];
        const auto& ids = golden.numbers.at("text_input_ids");
        const auto options = golden.t5 ? generate_goldens::optionsOf(one["args"], golden.endId(), 1)
                                       : generate_goldens::legacyOptionsOf(one["args"], golden.endId(), ids.size(1));
        const auto texts = golden.write(golden.prepended(ids), golden.prependedMask(), options);
        const auto problem = generate_goldens::difference(one, texts, 1);
        QVERIFY2(problem.empty(), problem.c_str());
    }
};

QTEST_GUILESS_MAIN(TestLanguageParity)
#include "tst_language_parity.moc"
