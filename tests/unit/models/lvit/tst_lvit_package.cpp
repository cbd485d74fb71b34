// config.json of LViT packages, and packages made of the authors' checkpoints.

#include "tests/unit/models/tiny_lvit.h"

#include "imaging/error.h"
#include "models/lvit/average.h"
#include "models/lvit/import.h"
#include "models/lvit/load_network.h"
#include "models/lvit/new_package.h"
#include "models/lvit/segmenter.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

namespace {

template <typename Work> imaging::Error errorOf(Work work)
{
    try {
        work();
    } catch (const imaging::Error& error) {
        return error;
    }
    return {imaging::ErrorKind::Internal, "no error"};
}

} // namespace

class TestLvitPackage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
    }

    void settings_survive_writing_and_reading()
    {
        auto package = tiny::settings();
        package.info.textSides = imaging::Sides::Patient;
        package.info.threshold = 0.35F;
        package.info.modalities = {"CR", "DX"};
        package.info.bodyParts = {"CHEST"};
        package.info.views = {"PA"};
        package.network.depth = 2;
        package.network.dropout = 0.25;
        package.fit = models::vision::SliceFit::Pad;
        models::lvit::writeLViTPackage(m_folder / "new", package);
        const auto read = models::lvit::readLViTPackage(m_folder / "new");
        QVERIFY(read.network == package.network);
        QCOMPARE(read.textUnits, package.textUnits);
        QCOMPARE(read.fit, package.fit);
        QCOMPARE(read.info.textSides, package.info.textSides);
        QCOMPARE(read.info.threshold, package.info.threshold);
        QVERIFY(read.info.modalities == package.info.modalities);
        QCOMPARE(read.info.name, package.info.name);
        QCOMPARE(read.info.pictureSize, package.network.pictureSize);
        QCOMPARE(read.info.folder, m_folder / "new");
    }

    void wrong_settings_are_refused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("another model") << "model_type"
                                       << "\"clip\"";
        QTest::newRow("no whole number") << "width"
                                         << "8.5";
        QTest::newRow("text for a number") << "depth"
                                           << "\"one\"";
        QTest::newRow("beyond an int") << "text_tokens"
                                       << "99999999999999999999";
        QTest::newRow("impossible width") << "width"
                                          << "9";
        QTest::newRow("unknown unit") << "text_units"
                                      << "\"letters\"";
        QTest::newRow("unit of another type") << "text_units"
                                              << "3";
        QTest::newRow("unknown fit") << "fit"
                                     << "\"crop\"";
        QTest::newRow("flag as text") << "keep_unused"
                                      << "\"no\"";
        QTest::newRow("dropout as text") << "dropout"
                                         << "\"much\"";
        QTest::newRow("no encoder") << "text_encoder"
                                    << "\"\"";
        QTest::newRow("list instead of number") << "channels"
                                                << "[1]";
        QTest::newRow("null") << "classes"
                              << "null";
    }
    void wrong_settings_are_refused()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        auto json = models::lvit::toJson(tiny::settings());
        models::lvit::packageFromJson(json, "the test");
        json[key.toStdString()] = nlohmann::json::parse(value.toStdString());
        const auto error = errorOf([&] { models::lvit::packageFromJson(json, "the test"); });
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        QVERIFY2(QString(error.what()).contains("the test"), error.what());
        QVERIFY2(QString(error.what()).contains(key), error.what());
    }

    void preparation_survives_writing_and_packages_without_stay_as_they_are()
    {
        auto package = tiny::settings();
        QVERIFY(!models::lvit::toJson(package).contains("preparation"));
        package.window = imaging::WindowLevel{-500, 1500};
        package.preparation = {.stretch = true, .claheClip = 7, .claheTiles = 8, .claheSide = 256};
        const auto read = models::lvit::packageFromJson(models::lvit::toJson(package), "the test");
        QVERIFY(read.preparation == package.preparation);
        package.preparation.claheClip = 0;
        package.preparation.claheSide = models::vision::SlicePreparation().claheSide;
        QVERIFY(models::lvit::packageFromJson(models::lvit::toJson(package), "the test").preparation
            == package.preparation);
        QVERIFY(models::lvit::packageFromJson(models::lvit::toJson(tiny::settings()), "the test")
                .preparation.doesNothing());
    }

    void preparations_without_sense_are_refused_data()
    {
        QTest::addColumn<QString>("preparation");
        QTest::addColumn<QString>("more");
        QTest::newRow("no object") << "true" << "{}";
        QTest::newRow("stretch as text") << R"({"stretch": "yes"})" << "{}";
        QTest::newRow("clahe as number") << R"({"clahe": 7})" << "{}";
        QTest::newRow("no clip") << R"({"clahe": {"tiles": 8, "side": 256}})" << "{}";
        QTest::newRow("clip 0") << R"({"clahe": {"clip": 0, "tiles": 8, "side": 256}})" << "{}";
        QTest::newRow("clip as text") << R"({"clahe": {"clip": "7", "tiles": 8, "side": 256}})" << "{}";
        QTest::newRow("side that tiles do not fill") << R"({"clahe": {"clip": 7, "tiles": 8, "side": 100}})" << "{}";
        QTest::newRow("padded") << R"({"stretch": true})" << R"({"fit": "pad"})";
        QTest::newRow("tiles") << R"({"stretch": true})" << R"({"tile_size": 64, "tile_overlap": 8})";
    }
    void preparations_without_sense_are_refused()
    {
        QFETCH(QString, preparation);
        QFETCH(QString, more);
        auto json = models::lvit::toJson(tiny::settings());
        json.update(nlohmann::json::parse(more.toStdString()));
        models::lvit::packageFromJson(json, "the test");
        json["preparation"] = nlohmann::json::parse(preparation.toStdString());
        const auto error = errorOf([&] { models::lvit::packageFromJson(json, "the test"); });
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        QVERIFY2(QString(error.what()).contains("the test"), error.what());
    }

    void missing_size_is_refused()
    {
        auto json = models::lvit::toJson(tiny::settings());
        json.erase("width");
        QCOMPARE(errorOf([&] { models::lvit::packageFromJson(json, "the test"); }).kind(), imaging::ErrorKind::Model);
    }

    void checkpoint_becomes_a_package_that_answers_the_same()
    {
        auto package = tiny::settings();
        package.network.keepUnused = true; // the authors' layout
        const auto folder = tiny::writePackage(m_folder, package);
        models::lvit::importLViT(
            folder / "model.safetensors", (m_folder / "tiny-bert").string(), m_folder / "imported");
        const auto read = models::lvit::readLViTPackage(m_folder / "imported");
        auto expected = package.network;
        QVERIFY(read.network == expected);
        QCOMPARE(read.info.name, std::string("imported"));
        const auto mine = models::weights::readSafetensors(folder / "model.safetensors");
        const auto theirs = models::weights::readSafetensors(m_folder / "imported" / "model.safetensors");
        QCOMPARE(mine.size(), theirs.size());
        for (const auto& [key, tensor] : mine)
            QVERIFY2(torch::equal(tensor, theirs.at(key)), key.c_str());
        QVERIFY(!models::lvit::verifyLViTPackage(m_folder / "imported").empty());
    }

    void import_of_a_packages_own_weights_keeps_its_settings()
    {
        auto package = tiny::settings();
        package.textUnits = models::TextUnits::Pieces;
        package.info.threshold = 0.62F;
        package.info.finding = "Effusion";
        package.info.textSides = imaging::Sides::Patient;
        package.info.modalities = {"DX"};
        package.mirror = true;
        tiny::writeEncoder(m_folder / "tiny-bert");
        package.info.textEncoderSha256 =
            models::text::TextEncoder(m_folder / "tiny-bert", models::text::TextConvention::Pieces).sha256();
        const auto folder = tiny::writePackage(m_folder, package);
        const auto made = models::lvit::importLViT(folder / "model.safetensors", "", m_folder / "again");
        QVERIFY(made.warnings.empty() && !made.verdict.empty());
        auto expected = models::lvit::toJson(models::lvit::readLViTPackage(folder));
        expected["name"] = "again";
        QVERIFY(models::lvit::toJson(models::lvit::readLViTPackage(m_folder / "again")) == expected);

        // Without the settings, or with those of another network, what was assumed is said.
        std::filesystem::create_directories(m_folder / "alone");
        std::filesystem::copy_file(folder / "model.safetensors", m_folder / "alone" / "model.safetensors");
        const auto encoder = (m_folder / "tiny-bert").string();
        const auto weights = m_folder / "alone" / "model.safetensors";
        QVERIFY(QString::fromStdString(models::lvit::importLViT(weights, encoder, m_folder / "guess").warnings.at(0))
                    .contains("Assumed"));
        package.network.width = 16;
        models::lvit::writeLViTPackage(m_folder / "alone", package);
        const auto other = models::lvit::importLViT(weights, encoder, m_folder / "guess2").warnings;
        QVERIFY(other.size() == 2 && QString::fromStdString(other[0]).contains("another network"));
        QCOMPARE(models::lvit::readLViTPackage(m_folder / "guess2").info.finding, std::string("Finding"));
    }

    void package_answers_with_the_encoder_it_was_trained_with_only()
    {
        const auto folder = tiny::writePackage(m_folder);
        models::lvit::importLViT(folder / "model.safetensors", "", m_folder / "tied");
        const auto tied = models::lvit::readLViTPackage(m_folder / "tied");
        QCOMPARE(tied.info.textEncoderSha256.size(), std::size_t{64});
        models::lvit::requireSameEncoder(*models::lvit::loadEncoder(tied), tied);

        tiny::writeEncoder(m_folder / "tiny-bert", {"more"}); // Another vocabulary, other weights, the same width.
        const auto error = errorOf([&] { models::lvit::openLViTSegmenter(m_folder / "tied", "cpu"); });
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        QVERIFY2(QString(error.what()).contains("tiny-bert") && QString(error.what()).contains("trained with"),
            error.what());
        const auto untied = models::lvit::readLViTPackage(folder); // One that does not name its encoder.
        models::lvit::requireSameEncoder(*models::lvit::loadEncoder(untied), untied);

        const auto made = models::lvit::importLViT(m_folder / "tied" / "model.safetensors", "", m_folder / "retied");
        QVERIFY(made.warnings.size() == 1 && QString::fromStdString(made.warnings[0]).contains("trained with"));
        const auto retied = models::lvit::readLViTPackage(m_folder / "retied");
        models::lvit::requireSameEncoder(*models::lvit::loadEncoder(retied), retied);
    }

    void digest_of_an_encoder_is_of_what_it_says_and_not_of_its_files()
    {
        const auto digest = [&](const char* name) {
            return models::text::TextEncoder(m_folder / name, models::text::TextConvention::Pieces).sha256();
        };
        for (const char* name : {"a", "b", "c", "d"})
            tiny::writeEncoder(m_folder / name);
        QCOMPARE(digest("a"), digest("b"));
        auto weights = models::weights::readSafetensors(m_folder / "b" / "model.safetensors");
        models::weights::StateDict prefixed;
        for (const auto& [key, tensor] : weights)
            prefixed["bert." + key] = tensor;
        models::weights::writeSafetensors(m_folder / "b" / "model.safetensors", prefixed);
        QCOMPARE(digest("a"), digest("b"));
        auto& changed = weights.at("encoder.layer.0.output.dense.bias");
        changed = changed + 1e-3;
        models::weights::writeSafetensors(m_folder / "c" / "model.safetensors", weights);
        QVERIFY(digest("a") != digest("c"));
        std::ofstream(m_folder / "d" / "tokenizer_config.json") << R"({"do_lower_case": false})";
        QVERIFY(digest("a") != digest("d"));
    }

    void import_that_is_refused_leaves_nothing_behind_data()
    {
        QTest::addColumn<QString>("tensor");
        QTest::newRow("the first weights") << "inc.conv.weight";
        QTest::newRow("the last weights") << "outc.weight";
        QTest::newRow("a running variance") << "inc.norm.running_var";
    }

    void import_that_is_refused_leaves_nothing_behind()
    {
        QFETCH(QString, tensor);
        const auto folder = tiny::writePackage(m_folder);
        auto weights = models::weights::readSafetensors(folder / "model.safetensors");
        auto damaged = weights.at(tensor.toStdString()).clone();
        damaged.view(-1)[0] = tensor.endsWith("var") ? INFINITY : NAN;
        weights[tensor.toStdString()] = damaged;
        models::weights::writeSafetensors(folder / "model.safetensors", weights);
        const auto before = QDir(QString::fromStdString(m_folder.string())).entryList(QDir::AllEntries | QDir::Hidden);
        const auto error =
            errorOf([&] { models::lvit::importLViT(folder / "model.safetensors", "", m_folder / "deep" / "out"); });
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        QVERIFY2(QString(error.what()).contains(tensor) && QString(error.what()).contains("no numbers"), error.what());
        QCOMPARE(QDir(QString::fromStdString(m_folder.string())).entryList(QDir::AllEntries | QDir::Hidden), before);
        QCOMPARE(errorOf([&] { models::lvit::verifyLViTPackage(folder); }).kind(), imaging::ErrorKind::Model);
    }

    void new_package_appears_whole_or_not_at_all()
    {
        const auto output = m_folder / "a" / "b";
        {
            const models::lvit::NewPackage place(output);
            QVERIFY(std::filesystem::is_directory(place.folder()) && !std::filesystem::exists(output));
        }
        QVERIFY(!std::filesystem::exists(m_folder / "a"));
        std::filesystem::create_directories(output); // May be there, with other files.
        models::lvit::NewPackage place(output);
        models::lvit::writeLViTPackage(place.folder(), tiny::settings());
        place.finish();
        QVERIFY(std::filesystem::exists(output / "config.json") && !std::filesystem::exists(place.folder()));
    }

    void import_overwrites_no_package()
    {
        const auto folder = tiny::writePackage(m_folder);
        const auto error = errorOf(
            [&] { models::lvit::importLViT(folder / "model.safetensors", (m_folder / "tiny-bert").string(), folder); });
        QCOMPARE(error.kind(), imaging::ErrorKind::WrongUse);
    }

    void import_refuses_what_is_no_lvit()
    {
        tiny::writeEncoder(m_folder / "tiny-bert");
        const auto error = errorOf([&] {
            models::lvit::importLViT(
                m_folder / "tiny-bert" / "model.safetensors", (m_folder / "tiny-bert").string(), m_folder / "out");
        });
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        QVERIFY2(QString(error.what()).contains("no LViT"), error.what());
        QVERIFY(!std::filesystem::exists(m_folder / "out"));
    }

    void import_lists_every_tensor_that_does_not_fit()
    {
        const auto folder = tiny::writePackage(m_folder);
        auto weights = models::weights::readSafetensors(folder / "model.safetensors");
        weights.erase("up2.nConvs.0.conv.bias");
        weights["stranger"] = torch::zeros({2});
        weights["reconstruct3.conv.weight"] = torch::zeros({3, 3});
        models::weights::writeSafetensors(m_folder / "broken.safetensors", weights);
        const auto error = errorOf([&] {
            models::lvit::importLViT(
                m_folder / "broken.safetensors", (m_folder / "tiny-bert").string(), m_folder / "out");
        });
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        for (const char* key : {"up2.nConvs.0.conv.bias", "stranger", "reconstruct3.conv.weight"})
            QVERIFY2(QString(error.what()).contains(key), error.what());
    }

    void import_refuses_an_encoder_of_another_width()
    {
        auto package = tiny::settings();
        package.network.textWidth = 20;
        const auto folder = tiny::writePackage(m_folder, package);
        const auto error = errorOf([&] {
            models::lvit::importLViT(folder / "model.safetensors", (m_folder / "tiny-bert").string(), m_folder / "out");
        });
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        QVERIFY2(QString(error.what()).contains("20"), error.what());
    }

    void average_has_the_mean_of_all_weights()
    {
        auto settings = tiny::settings();
        settings.info.threshold = 0.7F;
        const auto one = tiny::writePackage(m_folder, settings);
        settings.info.version = std::string(1, '2');
        settings.mirror = true; // of each package its own, as is the threshold
        settings.info.threshold = 0.5F;
        const auto two = m_folder / "two";
        models::lvit::writeLViTPackage(two, settings);
        auto weights = models::weights::readSafetensors(one / "model.safetensors");
        for (auto& [key, tensor] : weights)
            tensor = tensor.is_floating_point() ? tensor + 0.002 : tensor + 3;
        models::weights::writeSafetensors(two / "model.safetensors", weights);
        models::lvit::averageLViT({{one, two}, m_folder / "mean", "", "3", {}, false});
        const auto read = models::lvit::readLViTPackage(m_folder / "mean");
        QCOMPARE(read.info.name, std::string("mean"));
        QCOMPARE(read.info.version, std::string("3"));
        QCOMPARE(read.info.threshold, 0.7F);
        QVERIFY(!read.mirror && read.network == settings.network);
        const auto mean = models::weights::readSafetensors(m_folder / "mean" / "model.safetensors");
        QCOMPARE(mean.size(), weights.size());
        for (const auto& [key, tensor] : models::weights::readSafetensors(one / "model.safetensors"))
            QVERIFY2(tensor.is_floating_point() ? mean.at(key).allclose(tensor + 0.001, 1e-6, 1e-6)
                                                : torch::equal(mean.at(key), tensor),
                key.c_str());
        QVERIFY(!models::lvit::verifyLViTPackage(m_folder / "mean").empty());
        QVERIFY(QFile::exists(QString::fromStdString((m_folder / "mean" / "README.md").string())));

        models::lvit::averageLViT({{two, one}, m_folder / "other", "soup", "4", 0.25, true});
        const auto other = models::lvit::readLViTPackage(m_folder / "other");
        QVERIFY(other.mirror && other.info.threshold == 0.25F && other.info.name == "soup");
        for (const auto& [key, tensor] : models::weights::readSafetensors(m_folder / "other" / "model.safetensors"))
            QVERIFY2(!tensor.is_floating_point() || torch::equal(tensor, mean.at(key)), key.c_str());
    }

    void average_refuses_what_does_not_mix()
    {
        const auto one = tiny::writePackage(m_folder);
        const auto refusal = [&](const models::PackageAverage& average) {
            const auto error = errorOf([&] { models::lvit::averageLViT(average); });
            return error.kind() == imaging::ErrorKind::WrongUse ? QString(error.what()) : QString();
        };
        QVERIFY(refusal({{one}, m_folder / "out"}).contains("two or more"));
        QVERIFY(refusal({{one, one}, one}).contains("already holds"));
        auto settings = tiny::settings();
        settings.network.width = 16;
        models::lvit::writeLViTPackage(m_folder / "wide", settings);
        QVERIFY(refusal({{one, m_folder / "wide"}, m_folder / "out"}).contains("\"width\""));
        settings = tiny::settings();
        settings.info.textSides = imaging::Sides::Patient;
        models::lvit::writeLViTPackage(m_folder / "sides", settings);
        QVERIFY(refusal({{one, m_folder / "sides"}, m_folder / "out"}).contains("\"text_sides\""));
        QVERIFY(!std::filesystem::exists(m_folder / "out"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    std::filesystem::path m_folder;
};

QTEST_GUILESS_MAIN(TestLvitPackage)
#include "tst_lvit_package.moc"
