#include "models/weights/read_weights.h"
#include "tests/unit/models/clip/clip_goldens.h"
#include "models/layers/unit_length.h"

#include <torch/nn/functional/loss.h>
#include <torch/optim/sgd.h>
#include <torch/types.h>

#include <QtTest>

namespace {

using clip_goldens::idsOf;
using clip_goldens::tensorOf;
using models::clip::Clip;
using nlohmann::json;

/// As many values as the golden file keeps: large tensors are sampled.
at::Tensor sampled(const at::Tensor& tensor)
{
    constexpr std::int64_t kWhole = 4096, kSamples = 256;
    const auto flat = tensor.detach().flatten();
    if (flat.numel() <= kWhole)
        return flat;
    return flat.index_select(0, torch::floor_divide(torch::arange(kSamples, torch::kLong) * flat.numel(), kSamples));
}

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return a.numel() == b.numel() ? (a.flatten() - b.flatten()).abs().max().item<double>() : 1e9;
}

} // namespace

class TestClipPrompts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto file = vlm_goldens::find("prompt_learning/golden.json");
        if (file.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        m_golden = vlm_goldens::readJson(file);
        m_numbers = models::weights::readWeights(file.parent_path() / "golden.safetensors");
        m_clip = clip_goldens::filledClip(m_golden);
        for (const auto& [key, spot] : m_golden["fill_spot_values"].items())
            if (const auto* own = m_clip->named_parameters().find(key))
                QVERIFY2(std::abs(own->sum(torch::kDouble).item<double>() - spot["sum64"].get<double>()) < 1e-3,
                    key.c_str());
    }

    void zero_shot_logits_are_the_originals()
    {
        const at::InferenceMode inference;
        for (const auto& one : m_golden["zero_shot"]) {
            at::Tensor texts;
            for (const auto& rows : one["prompt_ids"]) {
                const auto features = models::layers::unitLength(m_clip->encodeText(idsOf(rows, 77)));
                texts = texts.defined() ? texts + features : features;
            }
            const auto logits = m_clip->logits(m_clip->encodeImage(m_numbers.at("images")), texts);
            QVERIFY(worst(logits, tensorOf(one["logits"])) < 2e-4);
        }
    }

    void prompts_learn_as_the_originals_do_data()
    {
        clip_goldens::addCases(m_golden);
    }

    void prompts_learn_as_the_originals_do()
    {
        QFETCH(QString, name);
        const auto& one = clip_goldens::caseOf(m_golden, name.toStdString());
        auto prompts = clip_goldens::promptsOf(m_golden, one, m_clip);
        const auto labels = torch::tensor(m_golden["labels"].get<std::vector<std::int64_t>>());
        auto options = torch::optim::SGDOptions(one["lr"].get<double>());
        options.momentum(m_golden["sgd"]["momentum"].get<double>());
        options.weight_decay(m_golden["sgd"]["weight_decay"].get<double>());
        torch::optim::SGD sgd(prompts->parameters(), options);
        for (const char* step : {"1", "2"}) {
            const auto logits = prompts->logits(m_numbers.at("images"));
            if (*step == '1')
                QVERIFY2(worst(logits, tensorOf(one["logits"])) < 2e-4, "logits");
            const auto loss = torch::nn::functional::cross_entropy(logits, labels);
            const auto wanted = one[std::string("loss_step") + step].get<double>();
            QVERIFY2(std::abs(loss.item<double>() - wanted) < 5e-5 * std::max(1.0, wanted), step);
            sgd.zero_grad();
            loss.backward();
            if (*step == '1')
                compare(one, *prompts, "grad");
            sgd.step();
            compare(one, *prompts, (std::string("after") + step).c_str());
        }
        const auto logits = prompts->logits(m_numbers.at("images"));
        QVERIFY2(worst(logits, tensorOf(one["logits_after_step2"])) < 2e-3, "logits after two steps");
    }

private:
    /// Gradients or parameters against the golden file's.
    void compare(const json& one, models::clip::PromptsImpl& prompts, const char* what)
    {
        const bool gradients = QByteArray(what) == "grad";
        for (const auto& parameter : prompts.named_parameters()) {
            const auto found = m_numbers.find(one["name"].get<std::string>() + "/" + what + "/" + parameter.key());
            if (found == m_numbers.end())
                continue;
            const auto own = sampled(gradients ? parameter.value().grad() : parameter.value());
            const double largest = gradients ? found->second.abs().max().item<double>() : 1;
            // Where gradients pass through float16, last bits of them fall the other way on another processor, whose sums
            // have another order: each copy's gradient has one, 2^-10 of it, and the copies are added.
            const bool half = one["half_rounding"].get<bool>();
            const double tolerance = gradients ? (half ? 4e-3 : 1e-4) * largest : half ? 4e-5 : 1e-5;
            QVERIFY2(worst(own, found->second) <= tolerance,
                qPrintable(QString("%1 %2: %3").arg(what, parameter.key().c_str()).arg(worst(own, found->second))));
        }
    }

    json m_golden;
    models::weights::StateDict m_numbers;
    Clip m_clip{nullptr};
};

QTEST_GUILESS_MAIN(TestClipPrompts)
#include "tst_clip_prompts.moc"
