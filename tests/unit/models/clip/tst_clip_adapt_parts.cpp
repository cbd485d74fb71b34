#include "models/clip/training/fit_probe.h"
#include "models/clip/training/learning_pictures.h"
#include "models/clip/training/picture_vectors.h"
#include "models/clip/training/prompt_task.h"
#include "models/clip/training/random_crop.h"
#include "models/clip/training/vector_cache.h"
#include "tests/unit/models/clip/coloured_shapes.h"

#include <torch/nn/functional/normalization.h>
#include <torch/types.h>

#include <QTest>

namespace {

namespace clip = models::clip;

at::Tensor unit(const at::Tensor& rows)
{
    return rows / rows.norm(2, {1}, true);
}

} // namespace

class TestClipAdaptParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void crops_lie_in_the_picture_and_have_the_areas_that_were_asked_for()
    {
        int flipped = 0;
        double least = 1, most = 0;
        for (std::uint64_t seed = 0; seed < 2000; ++seed) {
            const auto crop = clip::drawCrop(60, 40, true, models::data::SeededRandom{seed});
            QVERIFY(crop.left >= 0 && crop.top >= 0 && crop.width > 0 && crop.height > 0);
            QVERIFY(crop.left + crop.width <= 60 && crop.top + crop.height <= 40);
            const double area = crop.width * crop.height / 2400.0;
            least = std::min(least, area);
            most = std::max(most, area);
            flipped += crop.flip;
            QVERIFY(!clip::drawCrop(60, 40, false, models::data::SeededRandom{seed}).flip);
        }
        QVERIFY(least < 0.1 && least > 0.06 && most > 0.8);
        QVERIFY(flipped > 900 && flipped < 1100);
        const auto strip = clip::drawCrop(1000, 1, true, models::data::SeededRandom{1});
        QVERIFY(strip.width >= 1 && strip.height == 1);
    }

    void a_mirrored_crop_is_the_crop_mirrored()
    {
        models::vision::PictureBytes picture{4, 2, 1, {1, 2, 3, 4, 5, 6, 7, 8}};
        const auto plain = clip::cropped(picture.view(), {0, 0, 4, 2, false}, 4);
        const auto mirrored = clip::cropped(picture.view(), {0, 0, 4, 2, true}, 4);
        for (int row = 0; row < 4; ++row)
            for (int column = 0; column < 4; ++column)
                QCOMPARE(mirrored.bytes[std::size_t(4 * row + column)], plain.bytes[std::size_t(4 * row + 3 - column)]);
    }

    void a_probe_held_to_the_texts_is_zero_shot()
    {
        torch::manual_seed(1);
        const auto texts = unit(torch::randn({3, 8}));
        const clip::LabelledVectors training{unit(torch::randn({12, 8})), torch::arange(12) % 3};
        // Labels of chance: no C is better than another here, so the texts' own answers must be among the choices.
        const auto zeroShot = torch::matmul(training.vectors, texts.t()).argmax(1);
        const auto fitted = clip::fitProbe(training, {training.vectors, zeroShot}, 3, texts, 100);
        QVERIFY(fitted.validationAccuracy > 0.9);
        QCOMPARE(fitted.c, 0.001);
    }

    void a_probe_is_the_minimum_that_regression_has()
    {
        torch::manual_seed(2);
        const auto labels = torch::arange(60) % 3;
        const auto vectors = unit(torch::randn({60, 5}) + 2 * torch::nn::functional::one_hot(labels, 5));
        const auto fitted = clip::fitProbe({vectors, labels}, {}, 3);
        QCOMPARE(fitted.c, 100.0);
        // The gradient of C * losses + |W|^2 / 2 is zero there.
        auto weight = fitted.probe.weight.to(torch::kDouble).requires_grad_(true);
        const auto logits = torch::linear(vectors.to(torch::kDouble), weight, fitted.probe.bias.to(torch::kDouble));
        (100 * torch::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum) + weight.square().sum() / 2)
            .backward();
        QVERIFY(weight.grad().abs().max().item<double>() < 1e-3 * weight.abs().max().item<double>());
    }

    void large_pictures_are_kept_small_and_broken_ones_said()
    {
        const auto read = [](const models::LabelledPicture& one) {
            auto slice = shapes::read(one);
            return slice;
        };
        const auto opened = clip::openPictures({{"disc-0-1.png", 0, 0}, {"broken.png", 3, 1}}, read, 4, {});
        QCOMPARE(opened.size(), std::size_t(1));
        QCOMPARE(opened.pictures[0].width, 16);
        QCOMPARE(opened.warnings.size(), std::size_t(1));
        QCOMPARE(clip::nameOf({"a/b.dcm", 7, 0}), std::string("b.dcm#7"));
    }

    void vectors_come_back_to_the_bit_and_of_their_model_only()
    {
        QTemporaryDir home;
        const std::filesystem::path folder = home.path().toStdString();
        const std::string model(64, 'b'), picture(64, 'c');
        const auto vector = torch::randn({6});
        clip::VectorCache cache(folder / "new", model, 6);
        QVERIFY(!cache.find(picture));
        cache.add(picture, vector);
        cache.save();
        QVERIFY(clip::VectorCache(folder / "new", model, 6).find(picture)->equal(vector));
        QVERIFY(!clip::VectorCache(folder / "new", model, 5).find(picture));
        QVERIFY(!clip::VectorCache(folder / "new", std::string(64, 'd'), 6).find(picture));
    }

    void prompts_are_no_deeper_than_the_towers()
    {
        models::ClipAdaptOptions options;
        options.method = models::AdaptMethod::Ivlp;
        models::clip::ClipConfig config;
        config.text.layers = 3;
        config.vision.layers = 2;
        const auto prompts = clip::promptConfigOf(models::recipeFor(options), config);
        QCOMPARE(prompts.textDepth, std::int64_t(3));
        QCOMPARE(prompts.visionDepth, std::int64_t(2));
        options.method = models::AdaptMethod::Maple;
        QCOMPARE(clip::promptConfigOf(models::recipeFor(options), config).textDepth, std::int64_t(2));
    }
};

QTEST_GUILESS_MAIN(TestClipAdaptParts)
#include "tst_clip_adapt_parts.moc"
