// Loss, gradients, one Adam step and batch statistics of the full-size network against the authors'. Gradients that are
// zero in exact arithmetic hold only rounding noise and are not compared (README of the goldens).

#include "tests/unit/models/lvit_goldens.h"

#include "models/lvit/infer_config.h"
#include "models/lvit/training/losses.h"
#include "models/weights/load_report.h"

#include <torch/optim/adam.h>

#include <cstdio>

using models::lvit::LViT;

namespace {

constexpr std::int64_t kSamples = 8;
constexpr double kGradientTolerance = 2e-3; // README of the goldens

double learningRateOf(const std::string& description)
{
    double rate = 0;
    std::sscanf(description.c_str(), "lr %lf", &rate);
    return rate;
}

double lengthOf(const torch::Tensor& gradient)
{
    return gradient.to(torch::kDouble).norm().item<double>();
}

/// README: three times what float32 itself was measured to be off, and 2e-3.
double allowedFor(double measuredError)
{
    return 3 * measuredError + kGradientTolerance;
}

/// How far float32 was off in a loss of the goldens, when they also hold it in float64.
double measuredError(const nlohmann::json& golden, const std::string& key)
{
    return golden.contains(key + "_f64")
        ? std::abs(golden.at(key).get<double>() - golden.at(key + "_f64").get<double>())
        : 0;
}

} // namespace

class TestLvitTrainingParity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_golden = goldens::readJson("train.json");
        if (m_golden.is_discarded())
            QSKIP("the goldens have no train.json");
        m_seed = m_golden.at("seed").get<std::uint64_t>();
        const auto weights = goldens::weights(m_seed);
        m_net = LViT(models::lvit::inferLViTConfig(weights, "goldens"));
        models::weights::loadWeights(*m_net, weights, "goldens");
        const auto& config = m_net->config();
        const auto batch = static_cast<std::int64_t>(m_golden.at("mask_pixels").size());
        m_image = fill::image(m_seed, batch, config.channels, config.pictureSize);
        m_text = fill::text(m_seed, batch, config.textTokens, config.textWidth);
        m_mask = fill::mask(m_seed, batch, config.pictureSize);
    }

    void mask_of_the_test_equals_python()
    {
        const auto pixels = m_golden.at("mask_pixels").get<std::vector<std::int64_t>>();
        for (std::size_t item = 0; item < pixels.size(); ++item)
            QCOMPARE(m_mask[static_cast<std::int64_t>(item)].sum().item<double>(), static_cast<double>(pixels[item]));
    }

    void loss_of_eval_mode_equals_python()
    {
        m_net->eval();
        const auto probabilities = m_net->forward(m_image, m_text);
        const auto loss = models::lvit::weightedDiceBce(probabilities, m_mask);
        compareLoss(loss, m_golden, "loss", 1e-6);
        compareLoss(models::lvit::weightedDice(probabilities, m_mask), m_golden, "dice", 1e-6);
        compareLoss(models::lvit::weightedBce(probabilities, m_mask), m_golden, "bce", 2e-6);
        loss.backward();
    }

    void gradients_equal_python()
    {
        double worst = 0, squares = 0;
        for (const auto& [name, parameter] : namedParameters()) {
            const bool expected = m_golden.at("grads").contains(name);
            QVERIFY2(parameter.grad().defined() == expected, name.c_str());
            if (!expected)
                continue;
            const auto& golden = m_golden.at("grads").at(name);
            squares += std::pow(lengthOf(parameter.grad()), 2);
            const double length = golden.at("l2").get<double>();
            const double relative = name.ends_with("attn.qkv.bias")
                ? compareQueryAndValue(parameter.grad(), golden.at("l2_q_k_v"))
                : goldens::relativeDifference(lengthOf(parameter.grad()), length);
            worst = std::max(worst, relative);
            const double allowed = allowedFor(golden.value("rel_err_vs_f64", 0.0));
            QVERIFY2(relative <= allowed, qPrintable(QString("%1: L2 norm off by %2").arg(name.c_str()).arg(relative)));
            const double difference = goldens::sampleDifference(parameter.grad(), golden.at("samples"), kSamples);
            QVERIFY2(difference <= allowed * length,
                qPrintable(QString("%1: samples off by %2").arg(name.c_str()).arg(difference)));
        }
        qInfo("worst relative difference of a gradient's L2 norm: %.2e", worst);
        QVERIFY(std::abs(std::sqrt(squares) / m_golden.at("grad_l2_total").get<double>() - 1) <= 2e-3);
    }

    void adam_step_equals_python()
    {
        const double rate = learningRateOf(m_golden.at("adam").get<std::string>());
        QVERIFY(rate > 0);
        torch::optim::Adam adam(m_net->parameters(), torch::optim::AdamOptions(rate));
        adam.step();
        const auto parameters = namedParameters();
        for (const auto& [name, samples] : m_golden.at("params_after_adam").items())
            QVERIFY2(goldens::sampleDifference(parameters.at(name), samples, kSamples) <= 1e-6, name.c_str());
        const torch::NoGradGuard noGradient;
        compareLoss(
            models::lvit::weightedDiceBce(m_net->forward(m_image, m_text), m_mask), m_golden, "loss_after_adam", 2e-5);
    }

    void batch_statistics_of_training_equal_python()
    {
        prepareForBatchStatistics();
        const auto& golden = m_golden.at("bn_train");
        const auto probabilities = m_net->forward(m_image, m_text);
        const auto loss = models::lvit::weightedDiceBce(probabilities, m_mask);
        compareLoss(loss, golden, "loss", 5e-6);
        const auto& samples = golden.at("prob").at("samples");
        QVERIFY(goldens::sampleDifference(probabilities, samples, static_cast<std::int64_t>(samples.size())) <= 1e-4);
        loss.backward();
        const auto state = models::weights::weightsOf(*m_net);
        for (const auto& [name, expected] : golden.at("running").items()) {
            QVERIFY2(goldens::sampleDifference(state.at(name), expected.at("samples"), kSamples) <= 1e-5, name.c_str());
            QVERIFY(
                std::abs(state.at(name).to(torch::kDouble).mean().item<double>() - expected.at("mean").get<double>())
                <= 1e-5);
        }
        for (const auto& name : golden.at("num_batches_tracked_is_1"))
            QCOMPARE(state.at(name.get<std::string>()).item<int>(), 1);
        for (const auto& name : golden.at("num_batches_tracked_is_0"))
            QCOMPARE(state.at(name.get<std::string>()).item<int>(), 0);
    }

    void gradients_through_batch_statistics_equal_python()
    {
        // Sums that cancel almost wholly make some of these a matter of the order of summation: PyTorch 2.13 itself,
        // run with other numbers of threads, other instructions or channels last, leaves the README's rule in up to 8
        // entries, by up to 17 times. So a few may miss it here; double precision, below, decides whether they are
        // right.
        const auto& golden = m_golden.at("bn_train").at("grad_l2");
        const auto parameters = namedParameters();
        int compared = 0, beyondRule = 0;
        for (const auto& [name, values] : golden.items()) {
            const double error = values[1].get<double>();
            if (error > 0.5)
                continue; // zero in exact arithmetic
            const double relative =
                goldens::relativeDifference(lengthOf(parameters.at(name).grad()), values[0].get<double>());
            const bool beyond = relative > allowedFor(error);
            if (beyond)
                qInfo("%s: L2 norm off by %.2e, %.1f times the rule", name.c_str(), relative,
                    relative / allowedFor(error));
            ++compared;
            beyondRule += beyond ? 1 : 0;
            QVERIFY2(relative <= 20 * allowedFor(error), name.c_str());
        }
        QVERIFY(compared > 100);
        QVERIFY2(50 * beyondRule <= compared, qPrintable(QString("%1 of %2").arg(beyondRule).arg(compared)));
    }

    void gradients_through_batch_statistics_equal_python_in_double_precision()
    {
        // In float32 these are ill-conditioned; in float64 ours must lie as near to the recorded ones as Python's own
        // do.
        m_net->to(torch::kDouble);
        prepareForBatchStatistics();
        const auto loss = models::lvit::weightedDiceBce(m_net->forward(m_image, m_text), m_mask);
        const auto& golden = m_golden.at("bn_train");
        QVERIFY(std::abs(loss.item<double>() - golden.at("loss_f64").get<double>()) <= 1e-9);
        loss.backward();
        const auto parameters = namedParameters();
        for (const auto& [name, values] : golden.at("grad_l2").items()) {
            const double expected = values[0].get<double>(), measuredError = values[1].get<double>();
            if (measuredError > 0.5)
                continue; // zero in exact arithmetic
            const double relative = goldens::relativeDifference(lengthOf(parameters.at(name).grad()), expected);
            QVERIFY2(relative <= 1.1 * measuredError + 1e-5,
                qPrintable(QString("%1: L2 norm off by %2").arg(name.c_str()).arg(relative)));
        }
    }

private:
    std::map<std::string, torch::Tensor> namedParameters() const
    {
        std::map<std::string, torch::Tensor> result;
        for (const auto& item : m_net->named_parameters())
            result[item.key()] = item.value();
        return result;
    }

    static double compareQueryAndValue(const torch::Tensor& gradient, const nlohmann::json& norms)
    {
        const auto thirds = gradient.view({3, -1});
        return std::max(goldens::relativeDifference(lengthOf(thirds[0]), norms[0].get<double>()),
            goldens::relativeDifference(lengthOf(thirds[2]), norms[2].get<double>()));
    }

    static void compareLoss(
        const torch::Tensor& loss, const nlohmann::json& golden, const std::string& key, double suggested)
    {
        const double difference = std::abs(loss.item<double>() - golden.at(key).get<double>());
        QVERIFY2(difference <= std::max(suggested, 10 * measuredError(golden, key)),
            qPrintable(QString("%1 off by %2").arg(key.c_str()).arg(difference)));
    }

    void prepareForBatchStatistics()
    {
        models::weights::loadWeights(*m_net, goldens::weights(m_seed), "goldens");
        m_net->zero_grad();
        m_net->train();
        for (const auto& module : m_net->modules())
            if (auto* dropout = module->as<torch::nn::Dropout>())
                dropout->options.p(0);
    }

    nlohmann::json m_golden;
    std::uint64_t m_seed = 0;
    LViT m_net{nullptr};
    torch::Tensor m_image, m_text, m_mask;
};

QTEST_GUILESS_MAIN(TestLvitTrainingParity)
#include "tst_lvit_training_parity.moc"
