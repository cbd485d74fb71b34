// A package on disk, a picture and a sentence in, probabilities on the picture's own grid out.

#include "tests/unit/models/tiny_lvit.h"

#include "imaging/error.h"
#include "models/lvit/segmenter.h"
#include "models/text/text_encoder.h"
#include "models/vision/network_picture.h"
#include "models/vision/tile_stitch.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

namespace {

constexpr const char* kText = "one infected area, lower left lung";
constexpr const char* kShortText = "one infected area"; ///< Of no more tokens than the network reads.

template <typename Work> imaging::Error errorOf(Work work)
{
    try {
        work();
    } catch (const imaging::Error& error) {
        return error;
    }
    return {imaging::ErrorKind::Internal, "no error"};
}

double difference(const std::vector<float>& a, const std::vector<float>& b)
{
    if (a.size() != b.size())
        return INFINITY;
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        worst = std::max(worst, static_cast<double>(std::abs(a[i] - b[i])));
    return worst;
}

} // namespace

class TestLvitSegmenter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
        m_package = tiny::writePackage(m_folder);
    }

    void answer_is_the_networks_on_the_slices_grid_data()
    {
        QTest::addColumn<models::Arithmetic>("arithmetic");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("exact") << models::Arithmetic::Exact << 1e-6;
        QTest::newRow("fast") << models::Arithmetic::Fast << 1e-4;
    }
    void answer_is_the_networks_on_the_slices_grid()
    {
        QFETCH(models::Arithmetic, arithmetic);
        QFETCH(double, tolerance);
        const auto settings = tiny::settings();
        const auto slice = tiny::slice(50, 41);
        auto segmenter = models::lvit::openLViTSegmenter(m_package, "cpu", arithmetic);
        const auto result = segmenter->segment(*segmenter->prepare(slice), kText);
        QCOMPARE(result.columns, 50);
        QCOMPARE(result.rows, 41);
        const torch::InferenceMode inference;
        models::text::TextEncoder encoder(m_folder / "tiny-bert", models::text::TextConvention::Pieces);
        auto network = tiny::network(settings.network);
        const auto picture = models::vision::networkPicture(slice, models::lvit::squareOf(settings));
        const auto map =
            network->forward(picture, encoder.embed(kText, settings.network.textTokens).vectors.unsqueeze(0));
        QVERIFY(
            difference(result.probabilities, models::vision::toSliceGrid(map[0][0], 50, 41, settings.fit)) < tolerance);
        QVERIFY(result.prepareSeconds > 0 && result.textSeconds > 0);
    }

    void mirror_package_takes_the_mean_with_the_mirror_image_data()
    {
        QTest::addColumn<models::Arithmetic>("arithmetic");
        QTest::addColumn<double>("tolerance"); // The tiny network's two answers differ by 1e-5 only.
        QTest::newRow("exact") << models::Arithmetic::Exact << 1e-6;
        QTest::newRow("fast") << models::Arithmetic::Fast << 4e-6;
    }
    void mirror_package_takes_the_mean_with_the_mirror_image()
    {
        QFETCH(models::Arithmetic, arithmetic);
        QFETCH(double, tolerance);
        auto settings = tiny::settings();
        settings.mirror = true;
        const auto package = tiny::writePackage(m_folder / "mirror", settings);
        auto segmenter = models::lvit::openLViTSegmenter(package, "cpu", arithmetic);
        const auto prepared = segmenter->prepare(tiny::slice(50, 41));
        const auto result = segmenter->segment(*prepared, kText);
        const auto heat = segmenter->explain(*prepared, kText, {"", std::vector<std::uint8_t>(50 * 41, 1)}).heat;
        QCOMPARE(heat.size(), std::size_t(50 * 41));
        const torch::InferenceMode inference;
        models::text::TextEncoder encoder(m_folder / "mirror/tiny-bert", models::text::TextConvention::Pieces);
        auto network = tiny::network(settings.network);
        const auto picture = models::vision::networkPicture(tiny::slice(50, 41), models::lvit::squareOf(settings));
        const auto logits = [&](const at::Tensor& image, const char* text) {
            return network->logits(image, encoder.embed(text, settings.network.textTokens).vectors.unsqueeze(0));
        };
        const auto own = logits(picture, kText);
        const auto other = logits(picture.flip({3}), "one infected area, lower right lung").flip({3});
        const auto map = torch::sigmoid(0.5 * (own + other));
        QVERIFY((map - torch::sigmoid(own)).abs().max().item<double>() > 2 * tolerance);
        QVERIFY(
            difference(result.probabilities, models::vision::toSliceGrid(map[0][0], 50, 41, settings.fit)) < tolerance);
    }

    void mirror_is_for_one_class()
    {
        auto settings = tiny::settings();
        settings.mirror = true;
        settings.network.classes = 3;
        const auto package = tiny::writePackage(m_folder / "classes", settings);
        const auto error = errorOf([&] { models::lvit::openLViTSegmenter(package, "cpu"); });
        QVERIFY2(std::string(error.what()).find("\"mirror\"") != std::string::npos, error.what());
    }

    void several_classes_are_softmax_and_any_of_them()
    {
        auto settings = tiny::settings();
        settings.network.classes = 3;
        settings.info.classes = {"nucleus", "stroma"};
        const auto package = tiny::writePackage(m_folder / "classes", settings);
        auto segmenter = models::lvit::openLViTSegmenter(package, "cpu", models::Arithmetic::Exact);
        QVERIFY((segmenter->package().classes == std::vector<std::string>{"nucleus", "stroma"}));
        const auto result = segmenter->segment(*segmenter->prepare(tiny::slice(50, 41)), kText);
        QCOMPARE(result.classes.size(), std::size_t(2));
        const torch::InferenceMode inference;
        models::text::TextEncoder encoder(m_folder / "classes/tiny-bert", models::text::TextConvention::Pieces);
        auto network = tiny::network(settings.network);
        const auto map =
            network->forward(models::vision::networkPicture(tiny::slice(50, 41), models::lvit::squareOf(settings)),
                encoder.embed(kText, settings.network.textTokens).vectors.unsqueeze(0)); // [1, 3, S, S]
        for (int index = 0; index < 2; ++index)
            QVERIFY(difference(result.classes[std::size_t(index)],
                        models::vision::toSliceGrid(map[0][index + 1], 50, 41, settings.fit))
                < 1e-6);
        QVERIFY(
            difference(result.probabilities, models::vision::toSliceGrid(1 - map[0][0], 50, 41, settings.fit)) < 1e-5);
    }

    void classes_without_names_get_some()
    {
        auto settings = tiny::settings();
        settings.network.classes = 3;
        const auto package = tiny::writePackage(m_folder / "classes", settings);
        QVERIFY((models::lvit::openLViTSegmenter(package, "cpu")->package().classes
            == std::vector<std::string>{"Class 1", "Class 2"}));
        for (const auto& names : {std::vector<std::string>{"only one"}, {"the same", "the same"}}) {
            settings.info.classes = names;
            models::lvit::writeLViTPackage(package, settings);
            const auto error = errorOf([&] { models::lvit::openLViTSegmenter(package, "cpu"); });
            QVERIFY2(std::string(error.what()).find("class_names") != std::string::npos, error.what());
        }
    }

    void tiles_are_stitched_without_a_seam_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("overlap");
        QTest::newRow("one tile") << 32 << 32 << 8;
        QTest::newRow("several") << 80 << 50 << 12;
        QTest::newRow("without overlap") << 64 << 64 << 0;
        QTest::newRow("smaller than a tile") << 20 << 11 << 8;
    }
    void tiles_are_stitched_without_a_seam()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        QFETCH(int, overlap);
        auto settings = tiny::settings();
        settings.tileSize = 32;
        settings.tileOverlap = overlap;
        const auto package = tiny::writePackage(m_folder / "tiles", settings);
        auto segmenter = models::lvit::openLViTSegmenter(package, "cpu", models::Arithmetic::Exact);
        const auto slice = tiny::slice(columns, rows);
        const auto result = segmenter->segment(*segmenter->prepare(slice), kText);
        QCOMPARE(result.probabilities.size(), std::size_t(columns * rows));
        const auto tiles = models::vision::tilesOf(columns, rows, 32, overlap);
        const torch::InferenceMode inference;
        models::text::TextEncoder encoder(m_folder / "tiles/tiny-bert", models::text::TextConvention::Pieces);
        auto network = tiny::network(settings.network);
        const auto pictures = models::vision::networkTiles(slice, models::lvit::squareOf(settings), tiles);
        QCOMPARE(pictures.size(0), std::int64_t(tiles.size()));
        const auto text = encoder.embed(kText, settings.network.textTokens).vectors.unsqueeze(0);
        for (std::size_t i = 0; i < tiles.size(); ++i) {
            const auto map = network->forward(pictures.narrow(0, std::int64_t(i), 1), text)[0][0]; // [32, 32]
            // Where only this tile lies, the answer is its own.
            for (int y = tiles[i].top; y < std::min(rows, tiles[i].top + 32); ++y)
                for (int x = tiles[i].left; x < std::min(columns, tiles[i].left + 32); ++x) {
                    const auto covering =
                        std::count_if(tiles.begin(), tiles.end(), [&](const models::vision::Tile& tile) {
                            return x >= tile.left && x < tile.left + 32 && y >= tile.top && y < tile.top + 32;
                        });
                    const auto found = result.probabilities[std::size_t(y * columns + x)];
                    if (covering == 1)
                        QVERIFY(std::abs(found - map[y - tiles[i].top][x - tiles[i].left].item<float>()) < 1e-5);
                }
        }
    }

    void overlapping_tiles_fade_into_each_other()
    {
        models::vision::TileStitch stitch(12, 4, 4);
        stitch.add({0, 0, 8}, std::vector<float>(64, 0));
        stitch.add({4, 0, 8}, std::vector<float>(64, 1));
        const auto values = stitch.result();
        for (int x = 1; x < 12; ++x)
            QVERIFY(values[std::size_t(x)] >= values[std::size_t(x - 1)]);
        QCOMPARE(values[3], 0.0F);
        QVERIFY(std::abs(values[5] - 0.375F) < 1e-6F);
        QVERIFY(std::abs(values[5] + values[6] - 1) < 1e-6F);
        QCOMPARE(values[8], 1.0F);
    }

    void tiles_and_several_classes_are_not_explained()
    {
        auto settings = tiny::settings();
        settings.tileSize = 32;
        const auto package = tiny::writePackage(m_folder / "tiles", settings);
        auto segmenter = models::lvit::openLViTSegmenter(package, "cpu");
        const auto prepared = segmenter->prepare(tiny::slice(40, 40));
        QVERIFY(errorOf([&] { segmenter->explain(*prepared, kText, {}); }).kind() == imaging::ErrorKind::Unsupported);
    }

    void colour_and_window_are_the_packages()
    {
        auto settings = tiny::settings();
        settings.network.channels = 3;
        auto slice = tiny::slice(8, 8);
        slice.window = {0, 1};
        slice.values.assign(64, 50);
        slice.colour.assign(3 * 64, 0);
        for (std::size_t pixel = 0; pixel < 64; ++pixel)
            slice.colour[3 * pixel + 1] = 255; // green
        QVERIFY(models::vision::networkPicture(slice, models::lvit::squareOf(settings)).allclose(torch::ones({1, 3, 32, 32})));
        settings.colour = true;
        const auto picture = models::vision::networkPicture(slice, models::lvit::squareOf(settings));
        QVERIFY(picture.select(1, 1).allclose(torch::ones({1, 32, 32})));
        QVERIFY(picture.select(1, 0).allclose(torch::zeros({1, 32, 32})));

        auto grey = tiny::settings();
        grey.window = imaging::WindowLevel{50, 100};
        const auto package = tiny::writePackage(m_folder / "window", grey);
        auto segmenter = models::lvit::openLViTSegmenter(package, "cpu");
        const auto answer = segmenter->segment(*segmenter->prepare(slice), kText).probabilities;
        slice.window = *grey.window;
        const auto plain = models::lvit::openLViTSegmenter(m_package, "cpu");
        QVERIFY(difference(plain->segment(*plain->prepare(slice), kText).probabilities, answer) < 1e-6);
    }

    void slices_are_prepared_as_the_package_says()
    {
        auto settings = tiny::settings();
        settings.window = imaging::WindowLevel{-500, 1500};
        settings.preparation = {.stretch = true, .claheClip = 7, .claheTiles = 4, .claheSide = 64};
        const auto package = tiny::writePackage(m_folder / "ct", settings);
        auto segmenter = models::lvit::openLViTSegmenter(package, "cpu", models::Arithmetic::Exact);
        auto slice = tiny::slice(50, 40);
        for (auto& value : slice.values)
            value = value / 2 - 1000; // -1000 .. 1047 HU
        const auto answer = segmenter->segment(*segmenter->prepare(slice), kShortText);
        QVERIFY(answer.warnings.empty());
        QCOMPARE(answer.columns, 50);
        QCOMPARE(answer.rows, 40);

        slice.window = *settings.window;
        const auto learnt = models::vision::preparedSlice(slice, settings.preparation);
        const auto plain = models::lvit::openLViTSegmenter(m_package, "cpu", models::Arithmetic::Exact);
        const auto expected = plain->segment(*plain->prepare(learnt), kShortText);
        QCOMPARE(expected.columns, 64);
        // The same mask on two grids: compared on the network's own.
        const auto onSquare = [](const models::Segmentation& result) {
            return at::_upsample_bilinear2d_aa(
                torch::tensor(result.probabilities).view({1, 1, result.rows, result.columns}), {16, 16}, false);
        };
        QVERIFY(onSquare(answer).allclose(onSquare(expected), 0.01, 0.01));
        slice.window = {40, 400};
        QCOMPARE(segmenter->segment(*segmenter->prepare(slice), kShortText).probabilities, answer.probabilities);
    }

    void grey_levels_without_a_modality_are_taken_as_prepared_and_that_is_said()
    {
        auto settings = tiny::settings();
        settings.window = imaging::WindowLevel{-500, 1500};
        settings.preparation = {.stretch = true, .claheClip = 7, .claheTiles = 4, .claheSide = 64};
        const auto package = tiny::writePackage(m_folder / "ct", settings);
        auto segmenter = models::lvit::openLViTSegmenter(package, "cpu");
        auto slice = tiny::slice(50, 40);
        for (auto& value : slice.values)
            value = std::floor(value / 16);
        slice.window = {127.5, 255};
        const auto answer = segmenter->segment(*segmenter->prepare(slice), kShortText);
        QCOMPARE(answer.warnings.size(), std::size_t(1));
        const auto plain = models::lvit::openLViTSegmenter(m_package, "cpu");
        QCOMPARE(answer.probabilities, plain->segment(*plain->prepare(slice), kShortText).probabilities);
        slice.modality = "CT";
        const auto scanned = segmenter->segment(*segmenter->prepare(slice), kShortText);
        QVERIFY(scanned.warnings.empty());
        QVERIFY(scanned.probabilities != answer.probabilities);
    }

    void settings_far_beyond_the_weights_are_refused_before_memory_is_taken()
    {
        auto settings = tiny::settings();
        settings.network.width = 512;
        settings.network.depth = 24; // 50 GB
        models::lvit::writeLViTPackage(m_package, settings);
        try {
            models::lvit::openLViTSegmenter(m_package, "cpu");
            QFAIL("a network of 50 GB was built");
        } catch (const imaging::Error& error) {
            QVERIFY(error.kind() == imaging::ErrorKind::Model);
            QVERIFY2(std::string(error.what()).find("far too few") != std::string::npos, error.what());
        }
    }

    void prepared_slice_answers_many_texts()
    {
        auto segmenter = models::lvit::openLViTSegmenter(m_package, "auto");
        const auto prepared = segmenter->prepare(tiny::slice(32, 32));
        const auto first = segmenter->segment(*prepared, kText);
        const auto second = segmenter->segment(*prepared, "two areas, right");
        QVERIFY(difference(first.probabilities, second.probabilities) > 0);
        QCOMPARE(difference(segmenter->segment(*prepared, kText).probabilities, first.probabilities), 0.0);
        const auto fresh = segmenter->segment(*segmenter->prepare(tiny::slice(32, 32)), "two areas, right");
        QCOMPARE(difference(fresh.probabilities, second.probabilities), 0.0);
    }

    void any_picture_size_gives_its_own_grid_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::newRow("10x10") << 10 << 10;
        QTest::newRow("37x41") << 37 << 41;
        QTest::newRow("8000x8000") << 8000 << 8000;
    }
    void any_picture_size_gives_its_own_grid()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        auto segmenter = models::lvit::openLViTSegmenter(m_package, "cpu");
        const auto result = segmenter->segment(*segmenter->prepare(tiny::slice(columns, rows)), kText);
        QCOMPARE(result.probabilities.size(), static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
        const auto [low, high] = std::minmax_element(result.probabilities.begin(), result.probabilities.end());
        QVERIFY(*low >= 0 && *high <= 1 && *high > 0);
    }

    void text_longer_than_the_model_reads_gives_a_warning()
    {
        auto segmenter = models::lvit::openLViTSegmenter(m_package, "cpu");
        const auto prepared = segmenter->prepare(tiny::slice(32, 32));
        QVERIFY(segmenter->segment(*prepared, "one area").warnings.empty());
        std::string longText;
        for (int i = 0; i < 2000; ++i)
            longText += "infected ";
        const auto warnings = segmenter->segment(*prepared, longText).warnings;
        QCOMPARE(warnings.size(), std::size_t{1});
        QVERIFY2(QString::fromStdString(warnings.front()).contains("first 6"), warnings.front().c_str());
    }

    void text_without_a_word_is_refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("spaces") << QByteArray("  \t\n ");
        QTest::newRow("control characters") << QByteArray("\x01\x02");
    }
    void text_without_a_word_is_refused()
    {
        QFETCH(QByteArray, text);
        auto segmenter = models::lvit::openLViTSegmenter(m_package, "cpu");
        const auto prepared = segmenter->prepare(tiny::slice(32, 32));
        const auto error = errorOf([&] { segmenter->segment(*prepared, text.toStdString()); });
        QCOMPARE(error.kind(), imaging::ErrorKind::InvalidInput);
    }

    void chinese_text_is_answered()
    {
        auto segmenter = models::lvit::openLViTSegmenter(m_package, "cpu");
        const auto result = segmenter->segment(*segmenter->prepare(tiny::slice(16, 16)), "\xe5\xb7\xa6\xe8\x82\xba");
        QCOMPARE(result.probabilities.size(), std::size_t{256});
    }

    void slice_without_pixels_is_refused()
    {
        auto segmenter = models::lvit::openLViTSegmenter(m_package, "cpu");
        QCOMPARE(errorOf([&] { segmenter->prepare(imaging::Slice{}); }).kind(), imaging::ErrorKind::InvalidInput);
    }

    void slice_of_another_segmenter_is_refused()
    {
        auto first = models::lvit::openLViTSegmenter(m_package, "cpu");
        auto second = models::lvit::openLViTSegmenter(m_package, "cpu");
        const auto prepared = first->prepare(tiny::slice(8, 8));
        QCOMPARE(errorOf([&] { second->segment(*prepared, kText); }).kind(), imaging::ErrorKind::WrongUse);
    }

    void package_that_cannot_be_used_is_refused_data()
    {
        QTest::addColumn<QString>("damage");
        QTest::addColumn<imaging::ErrorKind>("kind");
        QTest::addColumn<QString>("named");
        QTest::newRow("no such folder") << "folder" << imaging::ErrorKind::NotFound << "tiny";
        QTest::newRow("no weights") << "weights" << imaging::ErrorKind::NotFound << "model.safetensors";
        QTest::newRow("no text encoder") << "encoder" << imaging::ErrorKind::NotFound << "tiny-bert";
        QTest::newRow("weights cut off") << "cut" << imaging::ErrorKind::Model << "model.safetensors";
        QTest::newRow("weights of another size") << "width" << imaging::ErrorKind::Model << "inc.conv.weight";
        QTest::newRow("more classes than weights") << "classes" << imaging::ErrorKind::Model << "outc";
        QTest::newRow("encoder of another width") << "textWidth" << imaging::ErrorKind::Model << "width";
    }
    void package_that_cannot_be_used_is_refused()
    {
        QFETCH(QString, damage);
        QFETCH(imaging::ErrorKind, kind);
        QFETCH(QString, named);
        damagePackage(damage);
        const auto error = errorOf([&] { models::lvit::openLViTSegmenter(m_package, "cpu"); });
        QVERIFY2(error.kind() == kind, error.what());
        QVERIFY2(QString(error.what()).contains(named), error.what());
    }

    void weights_that_are_no_numbers_are_noticed()
    {
        auto weights = models::weights::readSafetensors(m_package / "model.safetensors");
        weights["outc.weight"] = torch::full_like(weights["outc.weight"], NAN);
        models::weights::writeSafetensors(m_package / "model.safetensors", weights);
        QCOMPARE(errorOf([&] { models::lvit::verifyLViTPackage(m_package); }).kind(), imaging::ErrorKind::Model);
    }

    void weights_in_shards_are_read()
    {
        const auto before = models::lvit::openLViTSegmenter(m_package, "cpu");
        const auto expected = before->segment(*before->prepare(tiny::slice(32, 32)), kText);
        models::weights::StateDict first, second;
        nlohmann::json map;
        for (const auto& [key, tensor] : models::weights::readSafetensors(m_package / "model.safetensors")) {
            const bool early = key < "m";
            (early ? first : second)[key] = tensor;
            map[key] = early ? "model-1.safetensors" : "model-2.safetensors";
        }
        models::weights::writeSafetensors(m_package / "model-1.safetensors", first);
        models::weights::writeSafetensors(m_package / "model-2.safetensors", second);
        std::ofstream(m_package / "model.safetensors.index.json") << nlohmann::json{{"weight_map", map}};
        std::filesystem::remove(m_package / "model.safetensors");
        auto segmenter = models::lvit::openLViTSegmenter(m_package, "cpu");
        const auto result = segmenter->segment(*segmenter->prepare(tiny::slice(32, 32)), kText);
        QVERIFY(result.probabilities == expected.probabilities);
        QCOMPARE(segmenter->package().sha256.size(), std::size_t{64});
    }

    void slash_at_the_end_of_the_folder_is_no_matter()
    {
        models::lvit::openLViTSegmenter(m_package.string() + "/", "cpu"); // Its encoder lies beside it.
    }

    void verifying_lists_all_that_is_wrong()
    {
        damagePackage("width");
        std::filesystem::remove_all(m_folder / "tiny-bert");
        const auto error = errorOf([&] { models::lvit::verifyLViTPackage(m_package); });
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        for (const char* part : {"inc.conv.weight", "outc.weight", "tiny-bert"})
            QVERIFY2(QString(error.what()).contains(part), error.what());
    }

    void half_precision_weights_are_read()
    {
        auto segmenter = models::lvit::openLViTSegmenter(m_package, "cpu");
        const auto exact = segmenter->segment(*segmenter->prepare(tiny::slice(32, 32)), kText);
        auto weights = models::weights::readSafetensors(m_package / "model.safetensors");
        for (auto& [key, tensor] : weights)
            if (tensor.is_floating_point())
                tensor = tensor.to(torch::kHalf);
        models::weights::writeSafetensors(m_package / "model.safetensors", weights);
        auto halved = models::lvit::openLViTSegmenter(m_package, "cpu");
        const auto close = halved->segment(*halved->prepare(tiny::slice(32, 32)), kText);
        QVERIFY(difference(exact.probabilities, close.probabilities) < 5e-3);
    }

    void device_that_is_not_there_is_named()
    {
        QCOMPARE(errorOf([&] { models::lvit::openLViTSegmenter(m_package, "abacus"); }).kind(),
            imaging::ErrorKind::WrongUse);
        QCOMPARE(errorOf([&] { models::lvit::openLViTSegmenter(m_package, "cuda:99"); }).kind(),
            imaging::ErrorKind::NotFound);
    }

    void verifying_says_what_the_package_is()
    {
        const auto line = QString::fromStdString(models::lvit::verifyLViTPackage(m_package));
        QVERIFY2(line.contains("tiny") && line.contains("32x32"), qPrintable(line));
    }

private:
    void damagePackage(const QString& damage)
    {
        auto settings = tiny::settings();
        if (damage == "folder")
            std::filesystem::remove_all(m_package);
        else if (damage == "weights")
            std::filesystem::remove(m_package / "model.safetensors");
        else if (damage == "encoder")
            std::filesystem::remove_all(m_folder / "tiny-bert");
        else if (damage == "cut")
            std::filesystem::resize_file(m_package / "model.safetensors", 1000);
        if (damage == "width")
            settings.network.width = 16;
        else if (damage == "classes")
            settings.network.classes = 2;
        else if (damage == "textWidth")
            settings.network.textWidth = 20;
        else
            return;
        if (damage == "textWidth")
            tiny::writePackage(m_folder, settings);
        else
            models::lvit::writeLViTPackage(m_package, settings);
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    std::filesystem::path m_folder;
    std::filesystem::path m_package;
};

QTEST_GUILESS_MAIN(TestLvitSegmenter)
#include "tst_lvit_segmenter.moc"
