// Losses and metrics against the authors' helpers on hand-size arrays, edge cases included.

#include "tests/unit/models/lvit_goldens.h"

#include "models/lvit/training/losses.h"
#include "models/scoring/metrics.h"

namespace {

void appendValues(const nlohmann::json& nested, std::vector<double>& values)
{
    if (!nested.is_array())
        values.push_back(nested.get<double>());
    else
        for (const auto& item : nested)
            appendValues(item, values);
}

torch::Tensor arrayOf(const nlohmann::json& nested)
{
    std::vector<std::int64_t> shape;
    for (const auto* level = &nested; level->is_array(); level = &level->front())
        shape.push_back(static_cast<std::int64_t>(level->size()));
    std::vector<double> values;
    appendValues(nested, values);
    // The numbers stand for single precision ones.
    return torch::tensor(values, torch::kDouble).to(torch::kFloat).view(shape);
}

} // namespace

class TestLvitLosses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_golden = goldens::readJson("losses.json");
        if (m_golden.is_discarded())
            QSKIP("the goldens have no losses.json");
    }

    void loss_equals_authors_data() { addCases(); }
    void loss_equals_authors()
    {
        const auto& golden = current();
        const auto mask = arrayOf(golden.at("mask"));
        for (const auto type : {torch::kFloat, torch::kDouble}) {
            const std::string suffix = type == torch::kDouble ? "_f64" : "";
            const double tolerance = type == torch::kDouble ? 1e-12 : 2e-6;
            const auto probabilities = arrayOf(golden.at("prob")).to(type);
            compare(models::lvit::weightedDice(probabilities, mask), golden.at("dice_loss" + suffix), tolerance);
            compare(models::lvit::weightedBce(probabilities, mask), golden.at("bce_loss" + suffix), tolerance);
            compare(models::lvit::weightedDiceBce(probabilities, mask), golden.at("WeightedDiceBCE_0.5_0.5" + suffix),
                tolerance);
        }
    }

    void gradient_of_loss_equals_authors_data() { addCases(); }
    void gradient_of_loss_equals_authors()
    {
        const auto& golden = current();
        auto probabilities = arrayOf(golden.at("prob")).to(torch::kFloat).requires_grad_(true);
        models::lvit::weightedDiceBce(probabilities, arrayOf(golden.at("mask"))).backward();
        const auto expected = arrayOf(golden.at("grad_of_0.5_0.5_wrt_prob"));
        const auto difference = (probabilities.grad().to(torch::kDouble) - expected).abs();
        const auto allowed = expected.abs() * 1e-5 + 1e-7;
        QVERIFY((difference <= allowed).all().item<bool>());
    }

    void test_metrics_equal_authors_data() { addCases(); }
    void test_metrics_equal_authors()
    {
        const auto& golden = current();
        const auto pictures = models::scoring::countPixels(arrayOf(golden.at("prob")), arrayOf(golden.at("mask")));
        QCOMPARE(pictures.size(), golden.at("test_dice_per_image").size());
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            compare(models::scoring::dice(pictures[i]), golden.at("test_dice_per_image")[i], 1e-6);
            compare(models::scoring::iou(pictures[i]), golden.at("test_iou_per_image")[i], 1e-6);
        }
        const auto scores = models::scoring::summarize(pictures);
        compare(scores.perImageDice, golden.at("test_dice_mean"), 1e-6);
        compare(scores.perImageIou, golden.at("test_iou_mean"), 1e-6);
        // Where nothing is predicted and nothing is there the goldens say null; ours is 0 as for a single picture.
        const auto& pooledDice = golden.at("pooled_dice");
        compare(scores.pooledDice, pooledDice.is_null() ? nlohmann::json(0) : pooledDice, 1e-6);
        compare(
            scores.pooledIou, golden.at("pooled_iou").is_null() ? nlohmann::json(0) : golden.at("pooled_iou"), 1e-6);
    }

    void pixel_counts_equal_python_data() { addCases(); }
    void pixel_counts_equal_python()
    {
        const auto& golden = current();
        models::scoring::PixelCounts pooled;
        for (const auto& counts : models::scoring::countPixels(arrayOf(golden.at("prob")), arrayOf(golden.at("mask"))))
            pooled += counts;
        const auto expected = golden.at("pooled_intersection_pred_mask").get<std::vector<double>>();
        QCOMPARE(static_cast<double>(pooled.both), expected[0]);
        QCOMPARE(static_cast<double>(pooled.predicted), expected[1]);
        QCOMPARE(static_cast<double>(pooled.inMask), expected[2]);
    }

    void plain_loss_is_half_dice_and_half_cross_entropy()
    {
        const auto logits = torch::tensor({{2.0, -1.0, 0.5, -3.0}, {-2.0, -2.0, -2.0, -2.0}});
        const auto mask = torch::tensor({{1.0, 0.0, 1.0, 0.0}, {0.0, 0.0, 0.0, 0.0}});
        const auto p = torch::sigmoid(logits);
        double expected = 0;
        for (int picture = 0; picture < 2; ++picture) {
            const double both = (p[picture] * mask[picture]).sum().item<double>();
            const double areas = p[picture].sum().item<double>() + mask[picture].sum().item<double>();
            expected += 0.5 * 0.5 * (1 - (2 * both + 1) / (areas + 1));
        }
        expected += 0.5 * -(mask * p.log() + (1 - mask) * (1 - p).log()).mean().item<double>();
        QVERIFY(std::abs(models::lvit::diceBce(logits, mask).item<double>() - expected) < 1e-6);
    }

    void losses_of_half_precision_are_computed_in_single()
    {
        const auto logits = torch::linspace(-4, 4, 64).view({1, 1, 8, 8});
        const auto mask = (logits > 1).to(torch::kFloat);
        const auto half = models::lvit::diceBce(logits.to(torch::kBFloat16), mask);
        QCOMPARE(half.scalar_type(), torch::kFloat);
        QVERIFY(std::abs(half.item<double>() - models::lvit::diceBce(logits, mask).item<double>()) < 1e-2);
        QCOMPARE(models::lvit::weightedDiceBce(torch::sigmoid(logits).to(torch::kBFloat16), mask).scalar_type(),
            torch::kFloat);
    }

private:
    void addCases()
    {
        QTest::addColumn<bool>("named");
        for (const auto& [key, value] : m_golden.items())
            if (value.is_object())
                QTest::newRow(key.c_str()) << true;
    }

    const nlohmann::json& current() const { return m_golden.at(QTest::currentDataTag()); }

    /// Relative for values above 1.
    void compare(double ours, const nlohmann::json& golden, double tolerance)
    {
        const double expected = golden.get<double>();
        QVERIFY2(std::abs(ours - expected) <= tolerance * std::max(1.0, std::abs(expected)),
            qPrintable(QString("%1 instead of %2").arg(ours, 0, 'g', 12).arg(expected, 0, 'g', 12)));
    }

    void compare(const torch::Tensor& ours, const nlohmann::json& golden, double tolerance)
    {
        compare(ours.item<double>(), golden, tolerance);
    }

    nlohmann::json m_golden;
};

QTEST_GUILESS_MAIN(TestLvitLosses)
#include "tst_lvit_losses.moc"
