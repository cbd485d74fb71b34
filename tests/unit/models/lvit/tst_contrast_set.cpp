// Contrast texts and their masks, and the LV loss.

#include "tests/unit/models/fill_rule.h"
#include "annotations/report/place_words.h"
#include "imaging/error.h"
#include "imaging/laterality.h"
#include "models/data/csv.h"
#include "models/data/picture_reader.h"
#include "models/lvit/training/contrast_set.h"
#include "models/lvit/training/lv_loss.h"
#include "models/text/text_encoder.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <QTest>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

namespace {

namespace fs = std::filesystem;

} // namespace

class TestContrastSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void report_words_are_read_data();
    void report_words_are_read();
    void drawings_say_what_they_show();
    void drawings_mirror_for_patient_sides();
    void drawings_resemble_the_authors();
    void words_find_sides_and_areas_that_pooled_vectors_miss();
    void similarity_is_chosen_by_what_it_finds_in_real_texts();
    void labelled_contrast_is_the_mean_mask_of_a_text();
    void lv_cosine_is_the_goldens();
    void lv_loss_and_gradient_are_the_goldens();
    void lv_gradient_agrees_with_differences();
    void lv_loss_of_an_empty_prediction_has_a_finite_gradient();
};

void TestContrastSet::report_words_are_read_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("areas");
    QTest::addColumn<unsigned>("left");
    QTest::addColumn<unsigned>("right");
    QTest::newRow("lvit")
        << "Bilateral pulmonary infection, two infected areas, all left lung and middle lower right lung." << 2 << 7U
        << 6U;
    QTest::newRow("one side") << "unilateral pulmonary infection, one infected area, upper left lung." << 1 << 1U << 0U;
    QTest::newRow("zones joined") << "three areas, upper and lower right lung" << 3 << 0U << 5U;
    QTest::newRow("side alone") << "Opacity in the right lung." << 0 << 0U << 7U;
    QTest::newRow("both") << "consolidation in both lungs" << 0 << 7U << 7U;
    QTest::newRow("both with a zone") << "bilateral lower zone opacities, 4 areas" << 4 << 4U << 4U;
    QTest::newRow("zone after the side") << "left lower lobe" << 0 << 4U << 0U;
    QTest::newRow("two sentences") << "Left upper zone. Right mid zone." << 0 << 1U << 2U;
    QTest::newRow("none") << "No acute findings; normal heart." << 0 << 0U << 0U;
    QTest::newRow("empty") << "" << 0 << 0U << 0U;
    QTest::newRow("words within words") << "leftover brightness, one-area" << 1 << 0U << 0U;
}

void TestContrastSet::report_words_are_read()
{
    QFETCH(QString, text);
    QFETCH(int, areas);
    QFETCH(unsigned, left);
    QFETCH(unsigned, right);
    const auto words = annotations::readPlaceWords(text.toStdString());
    QCOMPARE(words.areas, areas);
    QCOMPARE(words.zones[0], left);
    QCOMPARE(words.zones[1], right);
    const auto mirrored = annotations::readPlaceWords(imaging::swapSideWords(text.toStdString()));
    QCOMPARE(mirrored.zones[0], right);
    QCOMPARE(mirrored.zones[1], left);
    QCOMPARE(annotations::similarity(words, words), words.areas > 0 ? 1.0 : 5.0 / 7);
}

/// Connected areas (4 neighbours) of a mask, by flood fill.
int areasOf(at::Tensor mask)
{
    mask = mask[0].clone();
    int areas = 0;
    const auto rows = int(mask.size(0)), columns = int(mask.size(1));
    auto* pixels = mask.data_ptr<float>();
    for (int start = 0; start < rows * columns; ++start) {
        if (pixels[start] == 0)
            continue;
        ++areas;
        std::vector<int> open{start};
        pixels[start] = 0;
        while (!open.empty()) {
            const int pixel = open.back(), row = pixel / columns, column = pixel % columns;
            open.pop_back();
            const std::array<std::pair<int, int>, 4> around{
                {{row - 1, column}, {row + 1, column}, {row, column - 1}, {row, column + 1}}};
            for (const auto& [r, c] : around)
                if (r >= 0 && r < rows && c >= 0 && c < columns && pixels[r * columns + c] != 0) {
                    pixels[r * columns + c] = 0;
                    open.push_back(r * columns + c);
                }
        }
    }
    return areas;
}

void TestContrastSet::drawings_say_what_they_show()
{
    const auto drawings = models::lvit::contrastDrawings(112, imaging::Sides::Picture);
    QCOMPARE(drawings.size(), std::size_t(14));
    std::set<std::string> texts;
    for (const auto& drawing : drawings) {
        QVERIFY(texts.insert(drawing.text).second);
        const auto words = annotations::readPlaceWords(drawing.text);
        QCOMPARE(areasOf(drawing.mask), words.areas);
        QCOMPARE(drawing.mask.narrow(2, 0, 56).any().item<bool>(), words.zones[0] != 0);
        QCOMPARE(drawing.mask.narrow(2, 56, 56).any().item<bool>(), words.zones[1] != 0);
        QVERIFY(drawing.text.starts_with(words.zones[0] && words.zones[1] ? "bilateral" : "unilateral"));
    }
}

void TestContrastSet::drawings_mirror_for_patient_sides()
{
    const auto picture = models::lvit::contrastDrawings(64, imaging::Sides::Picture);
    const auto patient = models::lvit::contrastDrawings(64, imaging::Sides::Patient);
    for (std::size_t i = 0; i < picture.size(); ++i) {
        QCOMPARE(patient[i].text, picture[i].text);
        QVERIFY(patient[i].mask.equal(picture[i].mask.flip(2)));
    }
}

void TestContrastSet::drawings_resemble_the_authors()
{
    const fs::path folder = qEnvironmentVariable("LIMN_TEST_DATA").toStdString() + "/lv-contrast";
    if (!fs::exists(folder / "texts.csv"))
        QSKIP("the authors' drawings are not on this machine (LIMN_TEST_DATA)");
    const auto table = models::data::readCsv(folder / "texts.csv");
    const auto ours = models::lvit::contrastDrawings(350, imaging::Sides::Picture);
    QCOMPARE(table.rows.size(), ours.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const auto words = annotations::readPlaceWords(table.rows[i].fields[1]);
        QCOMPARE(annotations::readPlaceWords(ours[i].text).areas, words.areas);
        QCOMPARE(annotations::readPlaceWords(ours[i].text).zones, words.zones);
        const auto picture = models::data::readGreyPicture(folder / table.rows[i].fields[0]);
        auto theirs = torch::empty({1, picture.rows, picture.columns});
        for (std::size_t pixel = 0; pixel < picture.values.size(); ++pixel)
            theirs.data_ptr<float>()[pixel] = picture.values[pixel] >= 128;
        // Where they drew their ellipses is theirs; the place must tell the same sides of ours.
        std::size_t nearest = 0;
        double best = -1;
        for (std::size_t j = 0; j < ours.size(); ++j) {
            const double cosine = models::lvit::maskCosine(ours[j].mask, theirs).item<double>();
            if (cosine > best) {
                best = cosine;
                nearest = j;
            }
        }
        QVERIFY2(annotations::readPlaceWords(ours[nearest].text).sameSides(words),
            qPrintable(QString("%1 looks like our %2").arg(i).arg(nearest)));
    }
}

void TestContrastSet::words_find_sides_and_areas_that_pooled_vectors_miss()
{
    const models::lvit::ContrastSet set(
        models::lvit::contrastDrawings(16, imaging::Sides::Picture), models::ContrastSimilarity::Words, nullptr);
    const std::vector<std::string> texts{"unilateral pulmonary infection, one infected area, lower left lung.",
        "unilateral pulmonary infection, two infected areas, upper lower right lung.",
        "bilateral pulmonary infection, two infected areas, lower left lung and lower right lung.",
        "bilateral pulmonary infection, three infected areas, all left lung and upper lower right lung.",
        "bilateral pulmonary infection, four infected areas, upper lower left lung and upper lower right lung."};
    const auto agreement = models::lvit::measureAgreement(set, texts);
    QCOMPARE(agreement.chosen, texts.size());
    QCOMPARE(agreement.sameSides, texts.size());
    QCOMPARE(agreement.sameAreas, texts.size());
    QVERIFY(!set.nearest("heart of normal size"));
    QVERIFY(set.nearest("left lung")->mask.narrow(2, 0, 8).any().item<bool>());
}

/// The first text column of the training split of QaTa, as often as it is there; empty without the data.
std::vector<std::string> qataTexts()
{
    const fs::path manifest = qEnvironmentVariable("LIMN_TEST_DATA").toStdString() + "/qata-cov19-v2/manifest.csv";
    std::vector<std::string> texts;
    if (!fs::exists(manifest))
        return texts;
    const auto table = models::data::readCsv(manifest);
    const auto split = std::size_t(table.column("split")), text = std::size_t(table.column("text_lvit"));
    for (const auto& row : table.rows)
        if (row.fields[split] == "train" && !row.fields[text].empty())
            texts.push_back(row.fields[text]);
    return texts;
}

/// Prints how often each similarity finds a contrast text of the right sides and number of areas.
void TestContrastSet::similarity_is_chosen_by_what_it_finds_in_real_texts()
{
    const auto texts = qataTexts();
    if (texts.empty())
        QSKIP("the texts of QaTa are not on this machine (LIMN_TEST_DATA)");
    fs::path folder;
    try {
        folder = models::findPackage("all-MiniLM-L6-v2");
    } catch (const imaging::Error&) {
        QSKIP("needs the default text encoder: run packaging/setup.sh");
    }
    models::text::TextEncoder encoder(folder, models::text::TextConvention::Pieces);
    models::training::TextVectors vectors(encoder, 24);
    auto drawings = models::lvit::contrastDrawings(8, imaging::Sides::Picture);
    std::set<std::string> all(texts.begin(), texts.end());
    for (const auto& drawing : drawings)
        all.insert(drawing.text);
    vectors.add(all, {}, {});
    const auto found = [&](models::ContrastSimilarity similarity, const char* name) {
        const auto agreement =
            models::lvit::measureAgreement(models::lvit::ContrastSet(drawings, similarity, &vectors), texts);
        const auto percent = [&](std::size_t count) { return 100.0 * double(count) / double(agreement.texts); };
        qInfo("%s: %zu texts, right sides %.1f %%, right number of areas %.1f %%, both %.1f %%", name, agreement.texts,
            percent(agreement.sameSides), percent(agreement.sameAreas), percent(agreement.sameBoth));
        return agreement;
    };
    const auto pooled = found(models::ContrastSimilarity::Pooled, "pooled vectors");
    const auto words = found(models::ContrastSimilarity::Words, "words");
    QCOMPARE(words.sameSides, texts.size());
    QVERIFY(words.sameBoth >= pooled.sameBoth && words.sameSides >= pooled.sameSides);
    QVERIFY(double(words.sameBoth) > 0.9 * double(texts.size()));
}

void TestContrastSet::labelled_contrast_is_the_mean_mask_of_a_text()
{
    models::data::Dataset data;
    data.pictureSize = 2;
    data.samples = {{"a", {"left"}}, {"b", {"left"}}, {"c", {"right"}}, {"d", {"nothing"}}, {"e", {"right"}}};
    data.masks = {1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1};
    const auto cases = models::lvit::contrastFromLabelled(data, {{0, 1, 2, 3}, {4}});
    QCOMPARE(cases.size(), std::size_t(2)); // An empty mask has no direction.
    QCOMPARE(cases[0].text, std::string("left"));
    QVERIFY(cases[0].mask.equal(torch::tensor({1.0F, 0.5F, 0.0F, 0.0F}).view({1, 2, 2})));
    QVERIFY(cases[1].mask.equal(torch::tensor({0.0F, 0.0F, 0.0F, 1.0F}).view({1, 2, 2})));
}

nlohmann::json lvGoldens()
{
    const auto given = qEnvironmentVariable("LIMN_GOLDENS");
    std::ifstream stream((given.isEmpty() ? QString("../shared/goldens") : given).toStdString() + "/lvit/lv.json");
    return nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
}

/// The cosine of two masks of 0 and 1 follows from their sizes and their common pixels alone.
void TestContrastSet::lv_cosine_is_the_goldens()
{
    const auto goldens = lvGoldens();
    if (!goldens.is_object())
        QSKIP("lv.json is not on this machine (LIMN_GOLDENS)");
    const auto sizes = goldens["foreground_pixels_224"].get<std::vector<int>>();
    for (std::size_t i = 0; i < sizes.size(); ++i)
        for (std::size_t j = 0; j < sizes.size(); ++j) {
            const int common = goldens["intersection_pixels"][i][j];
            auto first = torch::zeros({1, 224, 224}), second = torch::zeros({1, 224, 224});
            first.view({-1}).narrow(0, 0, sizes[i]).fill_(1);
            second.view({-1}).narrow(0, sizes[i] - common, sizes[j]).fill_(1);
            const double cosine = models::lvit::maskCosine(first, second).item<double>();
            QVERIFY(std::abs(cosine - goldens["cosine"][i][j].get<double>()) < 2e-6);
        }
}

void TestContrastSet::lv_loss_and_gradient_are_the_goldens()
{
    const auto goldens = lvGoldens();
    const fs::path folder = qEnvironmentVariable("LIMN_TEST_DATA").toStdString() + "/lv-contrast";
    if (!goldens.is_object() || !fs::exists(folder / "fig1.png"))
        QSKIP("lv.json or the authors' drawings are not on this machine (LIMN_GOLDENS, LIMN_TEST_DATA)");
    const auto soft = goldens["soft_prediction"];
    auto prediction = fill::uniform("lv.pred", 2026, {1, 224, 224}, 0, 1).requires_grad_(true);
    for (std::size_t i = 0; i < goldens["order"].size(); ++i) {
        const auto picture = models::data::readGreyPicture(folder / goldens["order"][i].get<std::string>());
        auto mask = torch::empty({1, 224, 224});
        for (int y = 0; y < 224; ++y)
            for (int x = 0; x < 224; ++x) {
                const auto pixel = std::size_t(y * 350 / 224) * 350 + std::size_t(x * 350 / 224);
                mask.data_ptr<float>()[y * 224 + x] = picture.values[pixel] >= 128;
            }
        const double cosine = models::lvit::maskCosine(prediction, mask).item<double>();
        QVERIFY(std::abs(cosine - soft["cosine_with_fig1_to_14"][i].get<double>()) < 2e-6);
        if (i > 0)
            continue;
        const auto loss = models::lvit::lvLoss(prediction, mask);
        QVERIFY(std::abs(loss.item<double>() - soft["lv_loss_1_minus_cos_fig1"].get<double>()) < 2e-6);
        loss.backward();
        const auto gradient = prediction.grad();
        QVERIFY(std::abs(gradient.norm().item<double>() / soft["grad_l2_fig1"].get<double>() - 1) < 1e-4);
        const auto samples = soft["grad_samples_fig1"].get<std::vector<double>>();
        for (std::size_t k = 0; k < samples.size(); ++k) {
            const auto index = std::int64_t(k) * (gradient.numel() - 1) / std::int64_t(samples.size() - 1);
            QVERIFY(std::abs(gradient.view({-1})[index].item<double>() - samples[k]) < 1e-9);
        }
    }
}

void TestContrastSet::lv_gradient_agrees_with_differences()
{
    torch::manual_seed(3);
    const auto p = torch::rand({2, 1, 4, 4}, torch::kDouble).requires_grad_(true);
    const auto c = (torch::rand({2, 1, 4, 4}) > 0.5).to(torch::kDouble);
    models::lvit::lvLoss(p, c).backward();
    constexpr double kStep = 1e-6;
    for (std::int64_t i = 0; i < p.numel(); ++i) {
        auto moved = p.detach().clone();
        moved.view({-1})[i] += kStep;
        const double up = models::lvit::lvLoss(moved, c).item<double>();
        moved.view({-1})[i] -= 2 * kStep;
        const double slope = (up - models::lvit::lvLoss(moved, c).item<double>()) / (2 * kStep);
        QVERIFY(std::abs(slope - p.grad().view({-1})[i].item<double>()) < 1e-7);
    }
}

void TestContrastSet::lv_loss_of_an_empty_prediction_has_a_finite_gradient()
{
    const auto p = torch::zeros({1, 1, 4, 4}).requires_grad_(true);
    const auto loss = models::lvit::lvLoss(p, torch::ones({1, 1, 4, 4}));
    loss.backward();
    QCOMPARE(loss.item<double>(), 1.0);
    QVERIFY(p.grad().isfinite().all().item<bool>());
}

QTEST_GUILESS_MAIN(TestContrastSet)
#include "tst_contrast_set.moc"
