// Averaged masks of unlabelled pictures: frames, formula, file.

#include "imaging/error.h"
#include "models/lvit/training/pseudo_labels.h"
#include "models/training/augment_frame.h"
#include "models/training/batch.h"
#include "tests/support/error_sentence.h"

#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

#include <rapidcheck.h>

#include <cmath>
#include <filesystem>
#include <numbers>

namespace {

namespace fs = std::filesystem;

/// A smooth blob somewhere in the middle, [1, size, size].
at::Tensor blob(int size, double centreX, double centreY)
{
    const auto axis = torch::linspace(0, 1, size);
    const auto x = ((axis - centreX) / 0.15).square().unsqueeze(0), y = ((axis - centreY) / 0.15).square().unsqueeze(1);
    return torch::exp(-(x + y)).unsqueeze(0);
}

models::training::Augmentation anyMovement()
{
    const auto within = [](double radius) { return float(*rc::gen::inRange(-1000, 1001) * radius / 1000); };
    models::training::Augmentation drawn;
    drawn.flip = *rc::gen::arbitrary<bool>();
    drawn.radians = within(20 * std::numbers::pi / 180);
    drawn.scale = 1 + within(0.25);
    drawn.shiftX = within(0.15);
    drawn.shiftY = within(0.15);
    return drawn;
}

double meanOf(const at::Tensor& tensor)
{
    return tensor.mean().item<double>();
}

} // namespace

class TestPseudoLabels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mask_goes_the_same_way_as_makeBatch_takes_it();
    void frame_and_back_is_the_same_where_it_is_known();
    void average_follows_the_formula();
    void average_with_a_decay_near_one_still_moves();
    void unknown_pixels_keep_their_value();
    void saved_rows_survive_what_comes_after_them();
    void rows_are_taken_again_after_a_commit();
    void rows_of_another_file_are_refused();
    void full_disk_is_said_and_changes_nothing();

private:
    fs::path path(const char* name) const { return m_folder.path().toStdString() + "/" + name; }

    QTemporaryDir m_folder;
};

/// makeBatch moves the mask with the picture; P must go exactly the same way, or its target lies beside the picture.
void TestPseudoLabels::mask_goes_the_same_way_as_makeBatch_takes_it()
{
    QVERIFY(rc::check([] {
        constexpr int kSize = 24;
        const auto augmentation = anyMovement();
        models::data::Dataset data;
        data.pictureSize = kSize;
        data.samples = {{"a", {"lower left lung"}}};
        const auto mask = (blob(kSize, 0.4, 0.6) > 0.3).to(torch::kFloat);
        for (int pixel = 0; pixel < kSize * kSize; ++pixel)
            data.masks.push_back(std::uint8_t(mask.data_ptr<float>()[pixel]));
        data.pictures.assign(std::size_t(kSize) * kSize, 100);
        const std::int64_t index = 0;
        const auto batch = models::training::makeBatch(data, nullptr, {&index, 1}, {&augmentation, 1}, {1});
        const auto own = models::training::toShownFrame(mask, augmentation);
        const auto sure = (own - 0.5).abs() > 1e-3; // Where rounding does not decide.
        RC_ASSERT(((own >= 0.5) == (batch.masks[0] > 0.5)).logical_or(sure.logical_not()).all().item<bool>());
    }));
}

void TestPseudoLabels::frame_and_back_is_the_same_where_it_is_known()
{
    QVERIFY(rc::check([] {
        const auto augmentation = anyMovement();
        const auto planes = torch::cat({blob(48, 0.35, 0.6), blob(48, 0.6, 0.4)});
        const auto back =
            models::training::toOwnFrame(models::training::toShownFrame(planes, augmentation), augmentation);
        const auto difference = (back.values - planes).abs() * back.known;
        RC_ASSERT(difference.max().item<double>() < 0.06); // Two bilinear samplings of a blob 7 pixels wide.
        RC_ASSERT(meanOf(back.known.to(torch::kFloat)) > 0.3);
        if (!augmentation.moves()) {
            RC_ASSERT(back.known.all().item<bool>());
            RC_ASSERT(back.values.equal(planes));
        }
    }));
}

void TestPseudoLabels::average_follows_the_formula()
{
    models::lvit::PseudoLabels labels(path("formula"), 3, 1, 8);
    QVERIFY(!labels.has(1));
    auto expected = torch::rand({1, 8, 8});
    labels.set(1, expected);
    QVERIFY(labels.has(1) && !labels.has(0));
    const auto everywhere = torch::ones({1, 8, 8}, torch::kBool);
    for (int t = 0; t < 30; ++t) {
        const auto prediction = torch::rand({1, 8, 8});
        const double change = labels.update(1, prediction, everywhere, 0.9);
        const auto before = expected;
        expected = 0.9 * expected + 0.1 * prediction;
        QVERIFY(std::abs(change - meanOf((expected - before).abs())) < 1e-5);
        QVERIFY((labels.of(1) - expected).abs().max().item<double>() < 1e-4);
    }
}

/// A half-precision P would stand still: 0.01 * 0.02 is less than half of its step at 0.9.
void TestPseudoLabels::average_with_a_decay_near_one_still_moves()
{
    models::lvit::PseudoLabels labels(path("decay"), 1, 1, 4);
    labels.set(0, torch::full({1, 4, 4}, 0.9));
    for (int t = 0; t < 100; ++t)
        labels.update(0, torch::full({1, 4, 4}, 0.92), torch::ones({1, 4, 4}, torch::kBool), 0.99);
    const double expected = 0.92 - 0.02 * std::pow(0.99, 100);
    QVERIFY2(
        std::abs(meanOf(labels.of(0)) - expected) < 1e-3, qPrintable(QString::number(meanOf(labels.of(0)), 'g', 8)));
}

void TestPseudoLabels::unknown_pixels_keep_their_value()
{
    models::lvit::PseudoLabels labels(path("unknown"), 1, 1, 2);
    labels.set(0, torch::zeros({1, 2, 2}));
    const auto known = torch::tensor({true, false, true, false}).view({1, 2, 2});
    labels.update(0, torch::ones({1, 2, 2}), known, 0.5);
    const auto p = labels.of(0).view({4});
    QVERIFY(std::abs(p[0].item<double>() - 0.5) < 1e-4);
    QCOMPARE(p[1].item<double>(), 0.0);
}

void TestPseudoLabels::saved_rows_survive_what_comes_after_them()
{
    QVERIFY(rc::check([this] {
        const auto file = path("survive");
        fs::remove(file);
        constexpr int kPictures = 4;
        std::map<int, float> now, saved;
        at::Tensor rows;
        {
            models::lvit::PseudoLabels labels(file, kPictures, 1, 2);
            rows = labels.rows();
            for (int step = *rc::gen::inRange(1, 40); step > 0; --step) {
                const int picture = *rc::gen::inRange(0, kPictures);
                now[picture] = float(*rc::gen::inRange(0, 101)) / 100;
                labels.set(picture, torch::full({1, 2, 2}, now[picture]));
                if (*rc::gen::inRange(0, 4) == 0) {
                    rows = labels.rows();
                    labels.commit();
                    saved = now;
                }
            }
            for (const auto& [picture, value] : now)
                RC_ASSERT(std::abs(meanOf(labels.of(picture)) - value) < 1e-4);
        } // Killed here.
        models::lvit::PseudoLabels labels(file, kPictures, 1, 2);
        labels.restore(rows);
        for (int picture = 0; picture < kPictures; ++picture) {
            RC_ASSERT(labels.has(picture) == saved.contains(picture));
            if (saved.contains(picture))
                RC_ASSERT(std::abs(meanOf(labels.of(picture)) - saved[picture]) < 1e-4);
        }
    }));
}

void TestPseudoLabels::rows_are_taken_again_after_a_commit()
{
    models::lvit::PseudoLabels labels(path("again"), 10, 1, 16);
    for (int round = 0; round < 20; ++round) {
        for (int picture = 0; picture < 10; ++picture)
            labels.set(picture, torch::full({1, 16, 16}, round / 20.0));
        labels.sync();
        labels.commit();
    }
    QCOMPARE(fs::file_size(path("again")), std::uintmax_t(2 * 10 * 16 * 16 * 2));
    labels.set(3, torch::ones({1, 16, 16}));
    labels.rollBack();
    QVERIFY(std::abs(meanOf(labels.of(3)) - 0.95) < 1e-4);
}

void TestPseudoLabels::rows_of_another_file_are_refused()
{
    models::lvit::PseudoLabels labels(path("other"), 3, 1, 4);
    labels.set(0, torch::zeros({1, 4, 4}));
    for (const auto& rows : {torch::tensor({0, 1, -1}, torch::kLong), torch::tensor({0, 0, -1}, torch::kLong),
             torch::tensor({0, -2, -1}, torch::kLong), torch::tensor({0}, torch::kLong), torch::zeros({3})})
        QVERIFY(
            support::sentence(imaging::ErrorKind::Model, [&] { labels.restore(rows); }).contains("does not belong"));
    labels.restore(torch::tensor({-1, 0, -1}, torch::kLong));
    QVERIFY(labels.has(1) && !labels.has(0));
    QVERIFY(support::sentence(imaging::ErrorKind::Io, [&] {
        models::lvit::PseudoLabels(path("no/folder"), 1, 1, 4);
    }).contains("cannot be written"));
}

void TestPseudoLabels::full_disk_is_said_and_changes_nothing()
{
    if (!fs::exists("/dev/full"))
        QSKIP("there is no /dev/full here");
    models::lvit::PseudoLabels labels("/dev/full", 2, 1, 4);
    const auto said = support::sentence(imaging::ErrorKind::Io, [&] { labels.set(0, torch::zeros({1, 4, 4})); });
    QVERIFY2(said.contains("/dev/full") && said.contains("No space left"), qPrintable(said));
    QVERIFY(!labels.has(0));
}

QTEST_GUILESS_MAIN(TestPseudoLabels)
#include "tst_pseudo_labels.moc"
