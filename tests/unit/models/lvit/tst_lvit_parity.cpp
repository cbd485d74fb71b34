// The authors' network, run in Python with weights made by the fill rule, against ours: every named stage in eval mode.

#include "tests/unit/models/lvit_goldens.h"

#include "models/lvit/infer_config.h"
#include "models/weights/load_report.h"

#include <cstdio>
#include <map>
#include <utility>

using models::lvit::LViT;

namespace {

constexpr double kStageTolerance = 5e-5; // README of the goldens; float32 against float64 measured up to 1.1e-5.
constexpr double kLogitTolerance = 2e-5;
constexpr double kProbabilityTolerance = 5e-6;

models::lvit::EncoderBlock firstBlock(const models::lvit::VisionTransformer& vit)
{
    return models::lvit::EncoderBlock(std::dynamic_pointer_cast<models::lvit::EncoderBlockImpl>(vit->Encoder_blocks->ptr(0)));
}

/// "x", 0, "_fused" -> "x1_fused"
std::string named(const char* stem, std::size_t index, const char* end = "")
{
    return QString("%1%2%3").arg(stem).arg(index + 1).arg(end).toStdString();
}

void addFirstTransformer(
    LViT& net, const torch::Tensor& tokens, const torch::Tensor& text1, std::map<std::string, torch::Tensor>& out)
{
    auto block = firstBlock(net->downVit);
    out["downVit.CTBN3"] = net->downVit->CTBN3->forward(text1);
    const auto x = tokens + out["downVit.CTBN3"];
    out["downVit.Encoder_blocks.0.attn"] = block->attn->forward(block->norm1->forward(x));
    out["downVit.Encoder_blocks.0.mlp"] =
        block->mlp->forward(block->norm2->forward(x + out["downVit.Encoder_blocks.0.attn"]));
}

void addDecoder(
    LViT& net, const std::array<torch::Tensor, 4>& fused, torch::Tensor x, std::map<std::string, torch::Tensor>& out)
{
    const std::array<models::lvit::UpBlock, 4> blocks{net->up1, net->up2, net->up3, net->up4};
    for (int level = 3; level >= 0; --level) {
        const auto i = static_cast<std::size_t>(level);
        const auto name = named("up", i);
        auto block = blocks[i];
        out[name + ".pixModule"] = block->pixModule->forward(fused[i]);
        x = block->forward(x, fused[i]);
        out[name] = x;
    }
}

/// Every stage by the name the goldens give it.
std::map<std::string, torch::Tensor> stagesOf(LViT& net, const torch::Tensor& image, const torch::Tensor& text)
{
    std::map<std::string, torch::Tensor> out;
    const auto prepared = net->prepare(image);
    const auto texts = net->textChain(text);
    const auto branch = net->branch(prepared.tokens, texts);
    const auto fused = net->fuse(prepared, branch.up);
    std::array<models::lvit::Reconstruct, 4> reconstructs{
        net->reconstruct1, net->reconstruct2, net->reconstruct3, net->reconstruct4};
    for (std::size_t i = 0; i < 4; ++i) {
        out[named("text", i)] = texts[i];
        out[named("y", i, "_down")] = branch.down[i];
        out[named("y", i, "_up")] = branch.up[i];
        out[named("x", i, "_fused")] = fused[i];
        out[named("reconstruct", i)] = reconstructs[i]->forward(branch.up[i]);
    }
    for (std::size_t i = 0; i < 5; ++i)
        out[named("x", i)] = prepared.x[i];
    out["downVit.embeddings"] = prepared.tokens[0];
    addFirstTransformer(net, prepared.tokens[0], texts[0], out);
    addDecoder(net, fused, prepared.x[4], out);
    out["logits"] = net->decode(fused, prepared.x[4]);
    out["prob"] = net->forward(image, text);
    return out;
}

/// As the README of the goldens suggests, and never below four times what float32 itself was measured to be off.
double toleranceOf(const std::string& stage, const nlohmann::json& golden)
{
    const double suggested =
        stage == "prob" ? kProbabilityTolerance : (stage == "logits" ? kLogitTolerance : kStageTolerance);
    return std::max(suggested, 4 * golden.value("max_abs_diff_f64", 0.0));
}

/// "B2.logits" -> 2, "logits"
std::pair<int, std::string> batchAndStage(const std::string& key)
{
    int batch = 0, read = 0;
    if (std::sscanf(key.c_str(), "B%d.%n", &batch, &read) != 1 || read == 0)
        return {0, {}};
    return {batch, key.substr(static_cast<std::size_t>(read))};
}

} // namespace

class TestLvitParity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_golden = goldens::readJson("stages.json");
        if (m_golden.is_discarded())
            QSKIP("the goldens have no stages.json");
        m_seed = m_golden.at("seed").get<std::uint64_t>();
        qInfo("goldens '%s', seed %s", goldens::find("stages.json").c_str(), std::to_string(m_seed).c_str());
        const auto weights = goldens::weights(m_seed);
        m_net = LViT(models::lvit::inferLViTConfig(weights, "goldens"));
        models::weights::loadWeights(*m_net, weights, "goldens");
        m_net->eval();
        const torch::NoGradGuard noGradient;
        for (const auto& [key, value] : m_golden.items())
            if (const int batch = batchAndStage(key).first; batch > 0 && !m_stages.contains(batch))
                m_stages[batch] = stagesOf(m_net, image(batch), text(batch));
        QVERIFY(m_stages.contains(1));
    }

    void stage_of_forward_pass_equals_python_data()
    {
        QTest::addColumn<QString>("key");
        for (const auto& [key, value] : m_golden.items())
            if (value.is_object() && value.contains("samples"))
                QTest::newRow(key.c_str()) << QString::fromStdString(key);
    }

    void stage_of_forward_pass_equals_python()
    {
        QFETCH(QString, key);
        const auto [batch, stage] = batchAndStage(key.toStdString());
        QVERIFY2(m_stages.contains(batch) && m_stages[batch].contains(stage),
            "the goldens name a stage that the test does not compute");
        const auto& golden = m_golden.at(key.toStdString());
        compareStage(m_stages[batch][stage], golden, toleranceOf(stage, golden));
    }

    void whole_probability_map_equals_python()
    {
        const auto file = goldens::find("forward.safetensors");
        if (file.empty())
            QSKIP("the goldens have no forward.safetensors");
        const auto golden = models::weights::readSafetensors(file);
        const double logits = goldens::maxDifference(m_stages[1]["logits"][0][0], golden.at("logits"));
        const double prob = goldens::maxDifference(m_stages[1]["prob"][0][0], golden.at("prob"));
        qInfo("logits differ by %.2e, probabilities by %.2e", logits, prob);
        QVERIFY(logits <= toleranceOf("logits", m_golden.value("B1.logits", nlohmann::json::object())));
        QVERIFY(prob <= toleranceOf("prob", m_golden.value("B1.prob", nlohmann::json::object())));
    }

    void prepared_slice_gives_what_a_full_pass_gives()
    {
        const torch::InferenceMode inference;
        const auto prepared = m_net->prepare(image(1));
        for (const auto& words : {text(1), text(1) * -0.5})
            QCOMPARE(goldens::maxDifference(m_net->finish(prepared, words), m_net->logits(image(1), words)), 0.0);
        QVERIFY(goldens::maxDifference(m_net->finish(prepared, text(1)), m_net->finish(prepared, -text(1))) > 1e-3);
    }

    void channels_last_memory_gives_the_same_map()
    {
        const torch::InferenceMode inference;
        LViT other(m_net->config());
        models::weights::loadWeights(*other, models::weights::weightsOf(*m_net), "the other network");
        other->eval();
        for (auto& parameter : other->parameters())
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
        const auto result = other->forward(image(1).contiguous(at::MemoryFormat::ChannelsLast), text(1));
        QVERIFY(goldens::maxDifference(result, m_stages[1]["prob"])
            <= toleranceOf("prob", m_golden.value("B1.prob", nlohmann::json::object())));
    }

private:
    torch::Tensor image(int batch) const
    {
        return fill::image(m_seed, batch, m_net->config().channels, m_net->config().pictureSize);
    }

    torch::Tensor text(int batch) const
    {
        return fill::text(m_seed, batch, m_net->config().textTokens, m_net->config().textWidth);
    }

    void compareStage(const torch::Tensor& ours, const nlohmann::json& golden, double tolerance)
    {
        QCOMPARE(ours.sizes().vec(), golden.at("shape").get<std::vector<std::int64_t>>());
        const auto wide = ours.to(torch::kDouble);
        if (golden.contains("mean")) {
            QVERIFY(std::abs(wide.mean().item<double>() - golden.at("mean").get<double>()) <= tolerance / 5);
            QVERIFY(std::abs(wide.std(/*unbiased=*/false).item<double>() - golden.at("std").get<double>())
                <= tolerance / 5);
            QVERIFY(std::abs(wide.min().item<double>() - golden.at("min").get<double>()) <= tolerance);
            QVERIFY(std::abs(wide.max().item<double>() - golden.at("max").get<double>()) <= tolerance);
        }
        const double worst = goldens::sampleDifference(
            ours, golden.at("samples"), static_cast<std::int64_t>(golden.at("samples").size()));
        QVERIFY2(worst <= tolerance, qPrintable(QString("samples differ by %1").arg(worst)));
    }

    nlohmann::json m_golden;
    std::uint64_t m_seed = 0;
    LViT m_net{nullptr};
    std::map<int, std::map<std::string, torch::Tensor>> m_stages; ///< By size of the batch and name.
};

QTEST_GUILESS_MAIN(TestLvitParity)
#include "tst_lvit_parity.moc"
