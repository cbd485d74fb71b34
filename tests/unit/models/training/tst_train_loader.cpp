#include "imaging/error.h"
#include "models/facade/lvit_training.h"
#include "models/text/text_encoder.h"
#include "models/training/batch.h"
#include "models/training/step_loader.h"
#include "tests/unit/models/tiny_lvit.h"

#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <chrono>
#include <thread>

namespace {

constexpr int kSize = 32;
constexpr int kSamples = 24;
constexpr int kBatch = 4;

/// Pictures and masks of noise, texts of both sides.
models::data::Dataset noise()
{
    models::data::Dataset data;
    data.pictureSize = kSize;
    for (int sample = 0; sample < kSamples; ++sample)
        data.samples.push_back({std::to_string(sample), {sample % 2 == 0 ? "left lung" : "lower right lung"}});
    for (int pixel = 0; pixel < kSamples * kSize * kSize; ++pixel) {
        data.pictures.push_back(static_cast<std::uint8_t>(pixel * 2654435761U >> 24));
        data.masks.push_back(data.pictures.back() > 128);
    }
    return data;
}

models::LvitTrainOptions lively()
{
    models::LvitTrainOptions options;
    options.augmentation.rotateDegrees = 10;
    options.augmentation.zoom = 0.1;
    options.augmentation.shift = 0.05;
    options.augmentation.oneSideProbability = 0.3;
    return options;
}

/// A batch that only says which step it is of.
models::training::Batch numbered(std::int64_t step)
{
    return {torch::tensor(step), {}, {}};
}

} // namespace

class TestTrainLoader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void batches_come_in_the_order_of_steps();
    void batches_do_not_depend_on_the_number_of_threads_data();
    void batches_do_not_depend_on_the_number_of_threads();
    void an_error_comes_at_its_own_step();
    void waiting_is_counted();
    void leaving_early_waits_for_what_is_being_made();
};

void TestTrainLoader::batches_come_in_the_order_of_steps()
{
    const auto slowForEven = [](std::int64_t step) {
        if (step % 2 == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return numbered(step);
    };
    models::training::StepLoader<models::training::Batch> loader(slowForEven, 3, 13, 4);
    for (std::int64_t step = 3; step < 13; ++step)
        QCOMPARE(loader.next().images.item<std::int64_t>(), step);
    QVERIFY_THROWS_EXCEPTION(imaging::Error, loader.next());
}

void TestTrainLoader::batches_do_not_depend_on_the_number_of_threads_data()
{
    QTest::addColumn<int>("threads");
    for (const int threads : {0, 2, 3, 8})
        QTest::addRow("%d", threads) << threads;
}

void TestTrainLoader::batches_do_not_depend_on_the_number_of_threads()
{
    QFETCH(int, threads);
    QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "bert";
    tiny::writeEncoder(path);
    models::text::TextEncoder encoder(path, models::text::TextConvention::Pieces);
    models::training::TextVectors texts(encoder, 6);
    texts.add({"left lung", "right lung", "lower left lung", "lower right lung"}, {}, {});
    const auto data = noise();
    const auto options = lively();
    const auto make = [&](std::int64_t step) {
        std::vector<std::int64_t> indices;
        std::vector<models::training::Augmentation> augmentations;
        for (std::int64_t index = step * kBatch; index < (step + 1) * kBatch; ++index) {
            indices.push_back(index);
            augmentations.push_back(models::training::drawAugmentation(
                options.augmentation, options.seed, 1, index, data.samples[std::size_t(index)].texts));
        }
        return models::training::makeBatch(data, &texts, indices, augmentations, {3, imaging::Sides::Picture});
    };
    models::training::StepLoader<models::training::Batch> one(make, 0, kSamples / kBatch, 1);
    models::training::StepLoader<models::training::Batch> many(make, 0, kSamples / kBatch, threads);
    for (int step = 0; step < kSamples / kBatch; ++step) {
        const auto expected = one.next();
        const auto batch = many.next();
        QVERIFY(batch.images.equal(expected.images));
        QVERIFY(batch.masks.equal(expected.masks));
        QVERIFY(batch.texts.equal(expected.texts));
        QVERIFY(batch.images.is_contiguous(at::MemoryFormat::ChannelsLast));
    }
}

void TestTrainLoader::an_error_comes_at_its_own_step()
{
    const auto failing = [](std::int64_t step) {
        if (step == 1)
            throw imaging::Error(imaging::ErrorKind::Io, "The disk is gone.");
        return numbered(step);
    };
    models::training::StepLoader<models::training::Batch> loader(failing, 0, 3, 3);
    QCOMPARE(loader.next().images.item<std::int64_t>(), std::int64_t(0));
    QVERIFY_THROWS_EXCEPTION(imaging::Error, loader.next());
}

void TestTrainLoader::waiting_is_counted()
{
    const auto slow = [](std::int64_t step) {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        return numbered(step);
    };
    models::training::StepLoader<models::training::Batch> loader(slow, 0, 2, 1);
    loader.next();
    loader.next();
    QVERIFY2(loader.secondsWaited() >= 0.04, qPrintable(QString::number(loader.secondsWaited())));
}

void TestTrainLoader::leaving_early_waits_for_what_is_being_made()
{
    std::atomic<int> started{0}, finished{0};
    const auto make = [&](std::int64_t step) {
        ++started;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ++finished;
        return numbered(step);
    };
    {
        models::training::StepLoader<models::training::Batch> loader(make, 0, 100, 3);
        loader.next();
    }
    QCOMPARE(finished.load(), started.load());
    QVERIFY(started.load() < 100);
}

QTEST_GUILESS_MAIN(TestTrainLoader)
#include "tst_train_loader.moc"
