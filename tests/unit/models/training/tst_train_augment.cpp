#include "imaging/error.h"
#include "imaging/laterality.h"
#include "models/data/random.h"
#include "models/facade/lvit_settings.h"
#include "models/text/text_encoder.h"
#include "models/training/augment.h"
#include "models/training/batch.h"
#include "models/training/schedule.h"
#include "models/training/weight_average.h"
#include "tests/unit/models/tiny_lvit.h"
#include "tests/unit/models/vlm_goldens.h"

#include <torch/nn/modules/linear.h>
#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

namespace {

const std::vector<std::string> kTwoTexts{"one area", "two areas"};

models::LvitTrainOptions lively()
{
    models::LvitTrainOptions options;
    options.augmentation.rotateDegrees = 10;
    options.augmentation.zoom = 0.1;
    options.augmentation.shift = 0.05;
    return options;
}

/// Two pictures of 8 x 8: a bright block at the left edge, and one at the right; the mask is the block.
models::data::Dataset blocks()
{
    models::data::Dataset data;
    data.pictureSize = 8;
    data.samples = {{"l", {"lower left lung"}}, {"r", {"lower right lung"}}};
    for (int sample = 0; sample < 2; ++sample)
        for (int y = 0; y < 8; ++y)
            for (int x = 0; x < 8; ++x) {
                const bool inside = sample == 0 ? x < 3 : x >= 5;
                data.pictures.push_back(inside ? 255 : 51);
                data.masks.push_back(inside);
            }
    return data;
}

} // namespace

class TestTrainAugment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void draw_depends_on_seed_epoch_and_index_only();
    void draw_stays_within_its_settings();
    void settings_that_make_texts_false_are_refused_data();
    void settings_that_make_texts_false_are_refused();
    void flip_goes_with_the_mirrored_text();
    void pictures_without_masks_are_shown_with_their_words();
    void the_text_without_its_picture_is_that_of_the_batch();
    void brightness_is_contrast_about_the_mean_and_stays_in_range();
    void tones_are_range_and_gamma_then_noise();
    void noise_follows_its_seed_and_is_the_same_in_every_channel();
    void later_settings_leave_what_earlier_ones_draw();
    void movement_goes_the_way_it_says();
    void order_is_a_permutation_that_changes_with_the_seed();
    void learning_rate_is_pytorchs_data();
    void learning_rate_is_pytorchs();
    void learning_rate_behind_a_warm_up_is_dassls();
    void average_of_weights_follows_the_formula_and_swaps_back();
};

void TestTrainAugment::draw_depends_on_seed_epoch_and_index_only()
{
    const auto options = lively();
    const auto first = models::training::drawAugmentation(options.augmentation, options.seed, 3, 7, kTwoTexts);
    models::training::drawAugmentation(options.augmentation, options.seed, 3, 8, kTwoTexts);
    const auto again = models::training::drawAugmentation(options.augmentation, options.seed, 3, 7, kTwoTexts);
    QCOMPARE(again.contrast, first.contrast);
    QCOMPARE(again.radians, first.radians);
    QCOMPARE(again.flip, first.flip);
    QCOMPARE(again.text, first.text);
    QVERIFY(models::training::drawAugmentation(options.augmentation, options.seed, 4, 7, kTwoTexts).contrast
        != first.contrast);
    QVERIFY(models::training::drawAugmentation(options.augmentation, options.seed, 3, 8, kTwoTexts).contrast
        != first.contrast);
}

void TestTrainAugment::draw_stays_within_its_settings()
{
    const auto options = lively();
    int flips = 0, second = 0;
    for (int index = 0; index < 2000; ++index) {
        const auto drawn = models::training::drawAugmentation(options.augmentation, options.seed, 0, index, kTwoTexts);
        flips += drawn.flip;
        second += drawn.text;
        QVERIFY(std::abs(drawn.radians) <= 10.001 * 3.14159265 / 180);
        QVERIFY(drawn.scale >= 0.9F && drawn.scale <= 1.1F);
        QVERIFY(std::abs(drawn.shiftX) <= 0.05F && std::abs(drawn.shiftY) <= 0.05F);
        QVERIFY(drawn.contrast >= 0.9F && drawn.contrast <= 1.1F && std::abs(drawn.brightness) <= 0.1F);
    }
    QVERIFY(std::abs(flips - 1000) < 120);
    QVERIFY(std::abs(second - 1000) < 120);
    models::LvitTrainOptions still;
    still.augmentation.flipProbability = still.augmentation.brightnessJitter = still.augmentation.contrastJitter = 0;
    const auto none = models::training::drawAugmentation(still.augmentation, still.seed, 0, 0, {});
    QVERIFY(!none.flip && !none.moves() && none.contrast == 1 && none.brightness == 0);
}

void TestTrainAugment::settings_that_make_texts_false_are_refused_data()
{
    QTest::addColumn<double>("rotate");
    QTest::addColumn<double>("zoom");
    QTest::addColumn<double>("shift");
    QTest::addColumn<double>("flip");
    QTest::newRow("rotation") << 90.0 << 0.0 << 0.0 << 0.5;
    QTest::newRow("negative") << -1.0 << 0.0 << 0.0 << 0.5;
    QTest::newRow("zoom") << 0.0 << 1.0 << 0.0 << 0.5;
    QTest::newRow("shift") << 0.0 << 0.0 << 0.5 << 0.5;
    QTest::newRow("probability") << 0.0 << 0.0 << 0.0 << 1.5;
    QTest::newRow("not a number") << 0.0 << 0.0 << 0.0 << std::nan("");
}

void TestTrainAugment::settings_that_make_texts_false_are_refused()
{
    models::LvitTrainOptions options;
    models::training::requireTruthful(options.augmentation);
    QFETCH(double, rotate);
    QFETCH(double, zoom);
    QFETCH(double, shift);
    QFETCH(double, flip);
    options.augmentation.rotateDegrees = rotate;
    options.augmentation.zoom = zoom;
    options.augmentation.shift = shift;
    options.augmentation.flipProbability = flip;
    QVERIFY_THROWS_EXCEPTION(imaging::Error, models::training::requireTruthful(options.augmentation));
}

void TestTrainAugment::flip_goes_with_the_mirrored_text()
{
    QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "bert";
    tiny::writeEncoder(path);
    models::text::TextEncoder encoder(path, models::text::TextConvention::Pieces);
    models::training::TextVectors texts(encoder, 6);
    const auto data = blocks();
    texts.add({"lower left lung", "lower right lung"}, {}, {});
    const std::vector<std::int64_t> indices{0, 1};
    std::vector<models::training::Augmentation> augmentations(2);
    augmentations[0].flip = true;
    const auto batch = models::training::makeBatch(data, &texts, indices, augmentations, {1});
    // The flipped left block is the right block, and its text is the right block's text.
    QVERIFY(batch.images[0].equal(batch.images[1]));
    QVERIFY(batch.masks[0].equal(batch.masks[1]));
    QVERIFY(batch.texts[0].equal(batch.texts[1]));
    QVERIFY(!batch.texts[0].equal(texts.of("lower left lung")));
    QVERIFY(torch::allclose(batch.images[1][0][0][7], torch::tensor(1.0)));
    QVERIFY(torch::allclose(batch.images[1][0][0][0], torch::tensor(0.2)));
    const auto colour = models::training::makeBatch(data, nullptr, indices, {}, {3});
    QVERIFY((colour.images.sizes() == at::IntArrayRef{2, 3, 8, 8}));
    QVERIFY(colour.images.select(1, 0).equal(colour.images.select(1, 2)));
}

void TestTrainAugment::pictures_without_masks_are_shown_with_their_words()
{
    auto data = blocks();
    const std::int64_t index = 0;
    models::training::Augmentation augmentation;
    augmentation.flip = true;
    augmentation.shiftX = 0.1F;
    const auto with = models::training::makeBatch(data, nullptr, {&index, 1}, {&augmentation, 1}, {1});
    data.masks.clear();
    data.samples[0].texts = {
        "bilateral pulmonary infection, two infected areas, upper left lung and lower right lung."};
    augmentation.sides = annotations::ShownSides::Left; // Only a mask tells the areas of a side.
    const auto without = models::training::makeBatch(data, nullptr, {&index, 1}, {&augmentation, 1}, {1});
    QVERIFY(without.images.equal(with.images) && !without.masks.defined());
    QCOMPARE(without.words,
        std::vector<std::string>{
            "bilateral pulmonary infection, two infected areas, upper right lung and lower left lung."});
}

void TestTrainAugment::the_text_without_its_picture_is_that_of_the_batch()
{
    auto data = blocks();
    data.masks.clear();
    data.samples[0].texts = {"unilateral pulmonary infection, one infected area, lower left lung."};
    const std::int64_t index = 0;
    models::training::Augmentation augmentation;
    augmentation.flip = true;
    augmentation.paraphrase = 3;
    const models::training::BatchOptions options{1};
    const auto shown = models::training::shownText(data, index, augmentation, options);
    QCOMPARE(models::training::makeBatch(data, nullptr, {&index, 1}, {&augmentation, 1}, options).words,
        std::vector<std::string>{shown});
    QVERIFY(shown != "unilateral pulmonary infection, one infected area, lower right lung.");
}

void TestTrainAugment::brightness_is_contrast_about_the_mean_and_stays_in_range()
{
    auto picture = torch::tensor({0.2F, 0.4F, 0.6F, 0.8F}).view({1, 2, 2});
    models::training::Augmentation augmentation;
    augmentation.contrast = 1.5F;
    augmentation.brightness = 0.1F;
    models::training::adjustBrightness(picture, augmentation);
    QVERIFY(torch::allclose(picture.flatten(), torch::tensor({0.15F, 0.45F, 0.75F, 1.0F}), 1e-5, 1e-5));
}

void TestTrainAugment::tones_are_range_and_gamma_then_noise()
{
    auto picture = torch::tensor({0.1F, 0.3F, 0.4F, 0.9F}).view({1, 2, 2});
    models::training::Augmentation augmentation;
    augmentation.darkest = 0.2F;
    augmentation.brightest = 0.6F;
    augmentation.gamma = 2;
    models::training::adjustBrightness(picture, augmentation);
    QVERIFY(torch::allclose(picture.flatten(), torch::tensor({0.0F, 0.0625F, 0.25F, 1.0F}), 1e-5, 1e-5));
}

void TestTrainAugment::noise_follows_its_seed_and_is_the_same_in_every_channel()
{
    models::training::Augmentation augmentation;
    augmentation.noise = 0.05F;
    augmentation.noiseSeed = 3;
    const auto grey = torch::full({3, 64, 64}, 0.5F);
    auto first = grey.clone(), again = grey.clone(), other = grey.clone();
    models::training::adjustBrightness(first, augmentation);
    models::training::adjustBrightness(again, augmentation);
    augmentation.noiseSeed = 4;
    models::training::adjustBrightness(other, augmentation);
    QVERIFY(first.equal(again));
    QVERIFY(!first.equal(other));
    QVERIFY(first[0].equal(first[2]));
    QVERIFY(std::abs(first[0].std().item<double>() - 0.05) < 0.003);
    QVERIFY(std::abs(first[0].mean().item<double>() - 0.5) < 0.003);
}

void TestTrainAugment::later_settings_leave_what_earlier_ones_draw()
{
    const auto before = lively();
    auto now = lively();
    now.augmentation.deniedProbability = now.augmentation.otherSideProbability = 0.5;
    now.augmentation.gammaJitter = now.augmentation.windowJitter = now.augmentation.noise = 0.2;
    models::training::requireTruthful(now.augmentation);
    int denied = 0, others = 0;
    for (int index = 0; index < 1000; ++index) {
        const auto drawn = [&](const models::LvitTrainOptions& options) {
            return models::training::drawAugmentation(options.augmentation, options.seed, 1, index, kTwoTexts);
        };
        const auto old = drawn(before), wide = drawn(now);
        QVERIFY(old.flip == wide.flip && old.contrast == wide.contrast && old.radians == wide.radians
            && old.shiftX == wide.shiftX && old.text == wide.text);
        QVERIFY(!old.emptyText && !old.otherSide && old.gamma == 1 && old.darkest == 0 && old.brightest == 1);
        QCOMPARE(old.noise, 0.0F);
        QVERIFY(wide.gamma >= std::exp(-0.2F) && wide.gamma <= std::exp(0.2F) && wide.noise <= 0.2F);
        QVERIFY(std::abs(wide.darkest) <= 0.2F && std::abs(wide.brightest - 1) <= 0.2F);
        denied += wide.emptyText.has_value();
        others += wide.otherSide;
    }
    QVERIFY(std::abs(denied - 500) < 80 && std::abs(others - 500) < 80);
}

void TestTrainAugment::movement_goes_the_way_it_says()
{
    auto picture = torch::zeros({1, 9, 9});
    picture[0][4][6] = 1; // right of the centre
    const auto mask = picture.clone();
    const auto moved = [&](auto change) {
        auto movedPicture = picture.clone(), movedMask = mask.clone();
        models::training::Augmentation augmentation;
        change(augmentation);
        models::training::move(movedPicture, movedMask, augmentation);
        if (!movedMask.eq(0).logical_or(movedMask.eq(1)).all().template item<bool>())
            return std::int64_t(-1);
        return movedPicture.argmax().template item<std::int64_t>();
    };
    QCOMPARE(moved([](auto& augmentation) { augmentation.shiftX = 1.0F / 9; }), std::int64_t(4 * 9 + 7));
    QCOMPARE(moved([](auto& augmentation) { augmentation.shiftY = -2.0F / 9; }), std::int64_t(2 * 9 + 6));
    QCOMPARE(moved([](auto& augmentation) { augmentation.scale = 2; }), std::int64_t(4 * 9 + 8));
    const auto quarter = moved([](auto& augmentation) { augmentation.radians = 3.14159265F / 2; });
    QVERIFY(quarter == 2 * 9 + 4 || quarter == 6 * 9 + 4);
}

void TestTrainAugment::order_is_a_permutation_that_changes_with_the_seed()
{
    const auto order = models::data::shuffledIndices(50, models::data::SeededRandom{1, 2});
    QVERIFY(order == models::data::shuffledIndices(50, models::data::SeededRandom({1, 2})));
    QVERIFY(order != models::data::shuffledIndices(50, models::data::SeededRandom({1, 3})));
    auto sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (int index = 0; index < 50; ++index)
        QCOMPARE(sorted[std::size_t(index)], std::int64_t(index));
}

void TestTrainAugment::learning_rate_is_pytorchs_data()
{
    // Made by PyTorch 2.13: OneCycleLR(max_lr=2e-3, total_steps=40, pct_start=.15, cycle_momentum=False) in epochs of
    // 10 steps, CosineAnnealingWarmRestarts(T_0=10, eta_min=1e-4) from 3e-4 stepped once an epoch.
    QTest::addColumn<QString>("schedule");
    QTest::addColumn<double>("maximum");
    QTest::addColumn<int>("epoch");
    QTest::addColumn<int>("step");
    QTest::addColumn<double>("expected");
    const auto cycle = [](int at, double expected) {
        QTest::addRow("one_cycle %d", at) << "one_cycle" << 2e-3 << at / 10 << at % 10 << expected;
    };
    cycle(0, 7.999999999999999e-05);
    cycle(1, 0.0002633436854000504);
    cycle(3, 0.0013366563145999495);
    cycle(5, 0.002);
    cycle(6, 0.0019957341933583292);
    cycle(20, 0.001183752782818499);
    cycle(38, 4.273806641670712e-06);
    cycle(39, 8e-09);
    const auto restarts = [](int epoch, double expected) {
        QTest::addRow("cosine_restarts %d", epoch) << "cosine_restarts" << 3e-4 << epoch << 5 << expected;
    };
    restarts(0, 0.0003);
    restarts(1, 0.00029510565162951536);
    restarts(5, 0.0002);
    restarts(9, 0.00010489434837048466);
    restarts(10, 0.0003);
    restarts(21, 0.00029510565162951536);
}

/// Of the recipes that the adaptation of CLIP has: a constant start that the cosine does not count, or none.
void TestTrainAugment::learning_rate_behind_a_warm_up_is_dassls()
{
    const auto file = vlm_goldens::find("lr_schedule/golden.json");
    if (file.empty())
        QSKIP("The goldens are not here: set LIMN_GOLDENS.");
    int seen = 0;
    const auto golden = vlm_goldens::readJson(file);
    for (const auto& run : golden["runs"]) {
        const int warm = run["warmup_epoch"].get<int>();
        const bool ours = run["schedule"] == "cosine"
            && (warm <= 0 || (run["warmup_type"] == "constant" && run["warmup_recount"].get<bool>()));
        if (!ours)
            continue;
        models::training::TrainOptions options;
        options.schedule = models::Schedule::WarmCosine;
        options.learningRate = run["base_lr"].get<double>();
        options.epochs = run["max_epoch"].get<int>();
        options.warmUpEpochs = std::max(warm, 0);
        options.warmUpRate = run["warmup_constant_lr"].get<double>();
        const auto rates = run["lr_used_in_epoch"].get<std::vector<double>>();
        for (std::size_t epoch = 0; epoch < rates.size(); ++epoch)
            QVERIFY(std::abs(models::training::learningRateAt(options, int(epoch), 0, 3) - rates[epoch]) < 1e-12);
        ++seen;
    }
    QVERIFY(seen > 3);
}

void TestTrainAugment::learning_rate_is_pytorchs()
{
    QFETCH(QString, schedule);
    QFETCH(double, maximum);
    QFETCH(int, epoch);
    QFETCH(int, step);
    QFETCH(double, expected);
    models::LvitTrainOptions options;
    options.schedule = models::choiceOf<models::Schedule>("schedule", schedule.toStdString());
    options.learningRate = maximum;
    options.epochs = 4;
    QVERIFY(std::abs(models::training::learningRateAt(options, epoch, step, 10) - expected) < 1e-12);
}

void TestTrainAugment::average_of_weights_follows_the_formula_and_swaps_back()
{
    torch::nn::Linear net(2, 1);
    {
        torch::NoGradGuard noGradients;
        net->weight.fill_(1);
        net->bias.fill_(1);
    }
    models::training::WeightAverage average(*net);
    {
        torch::NoGradGuard noGradients;
        net->weight.fill_(2);
    }
    average.update(0.75);
    average.swap();
    QVERIFY(torch::allclose(net->weight, torch::full({1, 2}, 1.25)));
    QVERIFY(torch::allclose(net->bias, torch::ones({1})));
    average.swap();
    QVERIFY(torch::allclose(net->weight, torch::full({1, 2}, 2.0)));
    QVERIFY(std::abs(models::training::averageDecayAt(0.99, 0) - 0.1) < 1e-12);
    QVERIFY(std::abs(models::training::averageDecayAt(0.99, 10000) - 0.99) < 1e-12);
}

QTEST_GUILESS_MAIN(TestTrainAugment)
#include "tst_train_augment.moc"
