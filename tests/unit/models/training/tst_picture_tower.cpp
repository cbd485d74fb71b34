#include "models/training/initial_tower.h"
#include "models/training/mask_loss.h"

#include <torch/types.h>

#include <QTest>

#include <cmath>

namespace {

constexpr std::int64_t kSide = 3, kWidth = 16, kPixels = 12;

/// Masks that cover the first patch, and half of the last one.
models::training::PairInput shown(std::int64_t first, std::int64_t count)
{
    models::training::PairInput input;
    input.hasMask = {true, false, true, true};
    input.first = first;
    input.count = count;
    auto masks = torch::zeros({4, 1, kPixels, kPixels});
    masks.slice(2, 0, 4).slice(3, 0, 4).fill_(1);
    masks.slice(2, 8, 12).slice(3, 8, 10).fill_(1);
    input.masks = masks.narrow(0, first, count);
    return input;
}

} // namespace

class TestPictureTower : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void patches_are_asked_how_much_of_them_is_covered();
    void pictures_without_a_mask_teach_nothing();
    void parts_of_processes_add_up();
    void places_are_alike_where_patches_are_near();
    void attention_begins_with_what_is_alike();
};

void TestPictureTower::patches_are_asked_how_much_of_them_is_covered()
{
    torch::manual_seed(3);
    models::training::MaskHead head(kWidth);
    const auto tokens = torch::randn({4, 1 + kSide * kSide, kWidth});
    const auto logits = head(tokens);
    QCOMPARE(logits.sizes().vec(), (std::vector<std::int64_t>{4, kSide * kSide}));
    auto wanted = torch::zeros({kSide * kSide});
    wanted[0] = 1;
    wanted[kSide * kSide - 1] = 0.5;
    const auto probability = logits.sigmoid();
    const auto each = -(wanted * probability.log() + (1 - wanted) * (1 - probability).log()).mean(1);
    const auto expected = (each[0] + each[2] + each[3]) / 3; // The second one has no mask.
    QVERIFY(torch::allclose(models::training::maskLoss(head, tokens, shown(0, 4)), expected));
}

void TestPictureTower::pictures_without_a_mask_teach_nothing()
{
    models::training::MaskHead head(kWidth);
    auto tokens = torch::randn({4, 1 + kSide * kSide, kWidth}).requires_grad_();
    models::training::maskLoss(head, tokens, shown(0, 4)).backward();
    QCOMPARE(tokens.grad()[1].abs().sum().item<double>(), 0.0);
    QVERIFY(tokens.grad()[0].abs().sum().item<double>() > 0);
    QCOMPARE(tokens.grad().select(1, 0).abs().sum().item<double>(), 0.0); // No patch: the class token.
    auto none = shown(0, 4);
    none.hasMask = {false, false, false, false};
    QCOMPARE(models::training::maskLoss(head, tokens, none).item<double>(), 0.0);
}

void TestPictureTower::parts_of_processes_add_up()
{
    models::training::MaskHead head(kWidth);
    const auto tokens = torch::randn({4, 1 + kSide * kSide, kWidth});
    const auto whole = models::training::maskLoss(head, tokens, shown(0, 4));
    const auto first = models::training::maskLoss(head, tokens.narrow(0, 0, 1), shown(0, 1));
    const auto rest = models::training::maskLoss(head, tokens.narrow(0, 1, 3), shown(1, 3));
    QVERIFY(torch::allclose(first + rest, whole));
}

void TestPictureTower::places_are_alike_where_patches_are_near()
{
    constexpr std::int64_t kPatches = 7;
    for (const auto width : {std::int64_t(64), std::int64_t(18)}) {
        auto places = torch::full({1, 1 + kPatches * kPatches, width}, 9.0F);
        models::training::drawPlaces(places);
        QCOMPARE(places[0][0].abs().sum().item<double>(), 0.0);
        const auto at = [&](std::int64_t row, std::int64_t column) { return places[0][1 + row * kPatches + column]; };
        const auto distance = [&](const at::Tensor& a, const at::Tensor& b) { return (a - b).norm().item<double>(); };
        QVERIFY(distance(at(3, 3), at(3, 4)) < distance(at(3, 3), at(3, 6)));
        QVERIFY(distance(at(3, 3), at(4, 3)) < distance(at(3, 3), at(6, 3)));
        QVERIFY(distance(at(0, 2), at(2, 0)) > 0.1); // Rows are no columns.
    }
}

void TestPictureTower::attention_begins_with_what_is_alike()
{
    constexpr std::int64_t kHeads = 2, kWide = 128, kEach = kWide / kHeads;
    torch::manual_seed(1);
    auto joined = torch::empty({3 * kWide, kWide}), out = torch::empty({kWide, kWide});
    models::training::drawAttention(joined, out, kHeads);
    const auto diagonalShare = [](const at::Tensor& product) {
        return product.trace().item<double>() / double(product.size(0));
    };
    for (std::int64_t head = 0; head < kHeads; ++head) {
        const auto queries = joined.narrow(0, head * kEach, kEach), keys = joined.narrow(0, kWide + head * kEach, kEach);
        QVERIFY(diagonalShare(torch::matmul(queries.t(), keys)) > 0.3);
    }
    const auto taken = torch::matmul(out, joined.narrow(0, 2 * kWide, kWide));
    QVERIFY(std::abs(diagonalShare(taken) + 0.4) < 0.1); // -0.4 I and noise.
}

QTEST_GUILESS_MAIN(TestPictureTower)
#include "tst_picture_tower.moc"
