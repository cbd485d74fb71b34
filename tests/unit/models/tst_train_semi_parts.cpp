// The parts of semi-supervised training: split, plan of the steps, frames, averaged masks, contrast texts, LV loss.

#include "fill_rule.h"
#include "imaging/error.h"
#include "imaging/laterality.h"
#include "models/lvit/lv_loss.h"
#include "models/lvit_training.h"
#include "models/text/text_encoder.h"
#include "models/training/augment_frame.h"
#include "models/training/batch.h"
#include "models/training/contrast_set.h"
#include "models/training/csv.h"
#include "models/training/png_reader.h"
#include "models/training/pseudo_labels.h"
#include "models/training/random.h"
#include "models/training/step_plan.h"

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include <QTemporaryDir>
#include <QTest>

#include <rapidcheck.h>

#include <cmath>
#include <fstream>
#include <numbers>
#include <set>

namespace {

namespace fs = std::filesystem;

models::Dataset namedSamples(int count)
{
    models::Dataset data;
    for (int i = 0; i < count; ++i)
        data.samples.push_back({"picture" + std::to_string(i), {}});
    return data;
}

/// A smooth blob somewhere in the middle, [1, size, size].
at::Tensor blob(int size, double centreX, double centreY)
{
    const auto axis = torch::linspace(0, 1, size);
    const auto x = ((axis - centreX) / 0.15).square().unsqueeze(0), y = ((axis - centreY) / 0.15).square().unsqueeze(1);
    return torch::exp(-(x + y)).unsqueeze(0);
}

models::Augmentation anyMovement()
{
    const auto within = [](double radius) { return float(*rc::gen::inRange(-1000, 1001) * radius / 1000); };
    models::Augmentation drawn;
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

template <typename Work> QString sentence(imaging::ErrorKind kind, const Work& work)
{
    try {
        work();
    } catch (const imaging::Error& error) {
        return error.kind() == kind ? QString(error.what()) : QStringLiteral("other kind: ") + error.what();
    }
    return QStringLiteral("no error");
}

} // namespace

class TestTrainSemiParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void draw_takes_the_asked_part_of_what_has_a_mask();
    void split_file_lists_every_picture();
    void every_pass_of_a_stream_shows_each_picture_once();
    void plan_without_unlabelled_pictures_is_one_pass_an_epoch();
    void plan_shows_the_prototype_labelled_pictures_only();
    void weight_of_the_unlabelled_grows_over_the_ramp();
    void mask_goes_the_same_way_as_makeBatch_takes_it();
    void frame_and_back_is_the_same_where_it_is_known();
    void average_follows_the_formula();
    void average_with_a_decay_near_one_still_moves();
    void unknown_pixels_keep_their_value();
    void saved_rows_survive_what_comes_after_them();
    void rows_are_taken_again_after_a_commit();
    void rows_of_another_file_are_refused();
    void full_disk_is_said_and_changes_nothing();
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

private:
    fs::path path(const char* name) const { return m_folder.path().toStdString() + "/" + name; }

    QTemporaryDir m_folder;
};

void TestTrainSemiParts::draw_takes_the_asked_part_of_what_has_a_mask()
{
    auto data = namedSamples(40);
    for (int i = 0; i < 20; ++i)
        data.samples[std::size_t(2 * i)].labelled = false;
    models::LvitTrainOptions options;
    options.labelledFraction = 0.25;
    const auto split = models::drawLabelled(options, data);
    QCOMPARE(split.labelled.size(), std::size_t(5));
    QCOMPARE(split.unlabelled.size(), std::size_t(35));
    for (const auto index : split.labelled)
        QVERIFY(data.samples[std::size_t(index)].labelled);
    QCOMPARE(models::drawLabelled(options, data).labelled, split.labelled);
    options.seed = 2;
    QVERIFY(models::drawLabelled(options, data).labelled != split.labelled);
    options.labelledFraction = 1e-9;
    QCOMPARE(models::drawLabelled(options, data).labelled.size(), std::size_t(1));
    for (auto& sample : data.samples)
        sample.labelled = false;
    QVERIFY(sentence(imaging::ErrorKind::InvalidInput, [&] { models::drawLabelled(options, data); }).contains("mask"));
}

void TestTrainSemiParts::split_file_lists_every_picture()
{
    const auto data = namedSamples(4);
    models::writeLabelledSplit(path("labelled.csv"), data, {{1, 3}, {0, 2}});
    const auto table = models::readCsv(path("labelled.csv"));
    QCOMPARE(table.columns, (std::vector<std::string>{"image", "labelled"}));
    QCOMPARE(table.rows.size(), std::size_t(4));
    for (std::size_t row = 0; row < 4; ++row)
        QCOMPARE(table.rows[row].fields,
            (std::vector<std::string>{"picture" + std::to_string(row), row % 2 == 1 ? "1" : "0"}));
}

void TestTrainSemiParts::every_pass_of_a_stream_shows_each_picture_once()
{
    QVERIFY(rc::check([] {
        const auto count = *rc::gen::inRange(1, 30), start = *rc::gen::inRange(0, 100),
                   length = *rc::gen::inRange(1, 60);
        std::vector<std::int64_t> pictures;
        for (int i = 0; i < count; ++i)
            pictures.push_back(100 + 3 * i);
        const models::PictureStream stream(pictures, 7, 1);
        std::set<std::int64_t> first;
        for (const auto& visit : stream.visits(std::int64_t(5) * count, count)) {
            RC_ASSERT(visit.pass == 5);
            RC_ASSERT(first.insert(visit.index).second);
        }
        // However the stream is cut into steps, it is the same one.
        const auto whole = stream.visits(0, start + length);
        const auto part = stream.visits(start, length);
        for (int i = 0; i < length; ++i)
            RC_ASSERT(part[std::size_t(i)] == whole[std::size_t(start + i)]);
    }));
}

void TestTrainSemiParts::plan_without_unlabelled_pictures_is_one_pass_an_epoch()
{
    models::LvitTrainOptions options;
    options.batchSize = 4;
    const models::StepPlan plan(options, {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {10, 11}});
    QCOMPARE(plan.stepsPerEpoch(), std::int64_t(3));
    for (int epoch = 0; epoch < 2; ++epoch) {
        std::set<std::int64_t> seen;
        for (int step = 3 * epoch; step < 3 * epoch + 3; ++step) {
            QVERIFY(!plan.showsUnlabelled(step) && plan.unlabelled(step).empty());
            const auto visits = plan.labelled(step);
            QCOMPARE(visits.size(), std::size_t(step % 3 == 2 ? 2 : 4));
            for (const auto& visit : visits) {
                QCOMPARE(visit.pass, epoch);
                seen.insert(visit.index);
            }
        }
        QCOMPARE(seen.size(), std::size_t(10));
    }
}

void TestTrainSemiParts::plan_shows_the_prototype_labelled_pictures_only()
{
    models::LvitTrainOptions options;
    options.batchSize = 4;
    options.unlabelled = "epi";
    options.prototypeEpochs = 2;
    options.unlabelledPerStep = 1;
    const models::StepPlan plan(options, {{0, 1, 2}, {3, 4, 5, 6, 7, 8, 9}});
    QCOMPARE(plan.stepsPerEpoch(), std::int64_t(3)); // 10 pictures, 4 a step
    std::map<std::int64_t, int> shown;
    for (std::int64_t step = 0; step < 20; ++step) {
        const auto labelled = plan.labelled(step), unlabelled = plan.unlabelled(step);
        QCOMPARE(labelled.size() + unlabelled.size(), std::size_t(4));
        QCOMPARE(unlabelled.size(), std::size_t(step < 6 ? 0 : 1));
        for (const auto& visit : labelled) {
            QVERIFY(visit.index < 3);
            QCOMPARE(visit.pass, shown[visit.index]++);
        }
        for (const auto& visit : unlabelled) {
            QVERIFY(visit.index >= 3);
            QCOMPARE(visit.pass, shown[visit.index]++);
        }
    }
    QCOMPARE(shown.size(), std::size_t(10));
}

void TestTrainSemiParts::weight_of_the_unlabelled_grows_over_the_ramp()
{
    models::LvitTrainOptions options;
    options.batchSize = 2;
    options.unlabelled = "pseudo";
    options.prototypeEpochs = 1;
    options.rampEpochs = 2;
    options.stepsPerEpoch = 10;
    options.unlabelledWeight = 0.3;
    const models::StepPlan plan(options, {{0}, {1}});
    QCOMPARE(plan.unlabelledWeight(9), 0.0);
    QVERIFY(std::abs(plan.unlabelledWeight(10) - 0.3 * std::exp(-5 * 0.95 * 0.95)) < 1e-12);
    QVERIFY(std::abs(plan.unlabelledWeight(19) - 0.3 * std::exp(-5 * 0.25)) < 1e-12);
    QCOMPARE(plan.unlabelledWeight(29), 0.3);
    QCOMPARE(plan.unlabelledWeight(1000), 0.3);
}

/// makeBatch moves the mask with the picture; P must go exactly the same way, or its target lies beside the picture.
void TestTrainSemiParts::mask_goes_the_same_way_as_makeBatch_takes_it()
{
    QVERIFY(rc::check([] {
        constexpr int kSize = 24;
        const auto augmentation = anyMovement();
        models::Dataset data;
        data.pictureSize = kSize;
        data.samples = {{"a", {"lower left lung"}}};
        const auto mask = (blob(kSize, 0.4, 0.6) > 0.3).to(torch::kFloat);
        for (int pixel = 0; pixel < kSize * kSize; ++pixel)
            data.masks.push_back(std::uint8_t(mask.data_ptr<float>()[pixel]));
        data.pictures.assign(std::size_t(kSize) * kSize, 100);
        const std::int64_t index = 0;
        const auto batch = models::makeBatch(data, nullptr, {&index, 1}, {&augmentation, 1}, {1});
        const auto own = models::toShownFrame(mask, augmentation);
        const auto sure = (own - 0.5).abs() > 1e-3; // Where rounding does not decide.
        RC_ASSERT(((own >= 0.5) == (batch.masks[0] > 0.5)).logical_or(sure.logical_not()).all().item<bool>());
    }));
}

void TestTrainSemiParts::frame_and_back_is_the_same_where_it_is_known()
{
    QVERIFY(rc::check([] {
        const auto augmentation = anyMovement();
        const auto planes = torch::cat({blob(48, 0.35, 0.6), blob(48, 0.6, 0.4)});
        const auto back = models::toOwnFrame(models::toShownFrame(planes, augmentation), augmentation);
        const auto difference = (back.values - planes).abs() * back.known;
        RC_ASSERT(difference.max().item<double>() < 0.06); // Two bilinear samplings of a blob 7 pixels wide.
        RC_ASSERT(meanOf(back.known.to(torch::kFloat)) > 0.3);
        if (!augmentation.moves()) {
            RC_ASSERT(back.known.all().item<bool>());
            RC_ASSERT(back.values.equal(planes));
        }
    }));
}

void TestTrainSemiParts::average_follows_the_formula()
{
    models::PseudoLabels labels(path("formula"), 3, 1, 8);
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
void TestTrainSemiParts::average_with_a_decay_near_one_still_moves()
{
    models::PseudoLabels labels(path("decay"), 1, 1, 4);
    labels.set(0, torch::full({1, 4, 4}, 0.9));
    for (int t = 0; t < 100; ++t)
        labels.update(0, torch::full({1, 4, 4}, 0.92), torch::ones({1, 4, 4}, torch::kBool), 0.99);
    const double expected = 0.92 - 0.02 * std::pow(0.99, 100);
    QVERIFY2(
        std::abs(meanOf(labels.of(0)) - expected) < 1e-3, qPrintable(QString::number(meanOf(labels.of(0)), 'g', 8)));
}

void TestTrainSemiParts::unknown_pixels_keep_their_value()
{
    models::PseudoLabels labels(path("unknown"), 1, 1, 2);
    labels.set(0, torch::zeros({1, 2, 2}));
    const auto known = torch::tensor({true, false, true, false}).view({1, 2, 2});
    labels.update(0, torch::ones({1, 2, 2}), known, 0.5);
    const auto p = labels.of(0).view({4});
    QVERIFY(std::abs(p[0].item<double>() - 0.5) < 1e-4);
    QCOMPARE(p[1].item<double>(), 0.0);
}

void TestTrainSemiParts::saved_rows_survive_what_comes_after_them()
{
    QVERIFY(rc::check([this] {
        const auto file = path("survive");
        fs::remove(file);
        constexpr int kPictures = 4;
        std::map<int, float> now, saved;
        at::Tensor rows;
        {
            models::PseudoLabels labels(file, kPictures, 1, 2);
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
        models::PseudoLabels labels(file, kPictures, 1, 2);
        labels.restore(rows);
        for (int picture = 0; picture < kPictures; ++picture) {
            RC_ASSERT(labels.has(picture) == saved.contains(picture));
            if (saved.contains(picture))
                RC_ASSERT(std::abs(meanOf(labels.of(picture)) - saved[picture]) < 1e-4);
        }
    }));
}

void TestTrainSemiParts::rows_are_taken_again_after_a_commit()
{
    models::PseudoLabels labels(path("again"), 10, 1, 16);
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

void TestTrainSemiParts::rows_of_another_file_are_refused()
{
    models::PseudoLabels labels(path("other"), 3, 1, 4);
    labels.set(0, torch::zeros({1, 4, 4}));
    for (const auto& rows : {torch::tensor({0, 1, -1}, torch::kLong), torch::tensor({0, 0, -1}, torch::kLong),
             torch::tensor({0, -2, -1}, torch::kLong), torch::tensor({0}, torch::kLong), torch::zeros({3})})
        QVERIFY(sentence(imaging::ErrorKind::Model, [&] { labels.restore(rows); }).contains("does not belong"));
    labels.restore(torch::tensor({-1, 0, -1}, torch::kLong));
    QVERIFY(labels.has(1) && !labels.has(0));
    QVERIFY(sentence(imaging::ErrorKind::Io, [&] {
        models::PseudoLabels(path("no/folder"), 1, 1, 4);
    }).contains("cannot be written"));
}

void TestTrainSemiParts::full_disk_is_said_and_changes_nothing()
{
    if (!fs::exists("/dev/full"))
        QSKIP("there is no /dev/full here");
    models::PseudoLabels labels("/dev/full", 2, 1, 4);
    const auto said = sentence(imaging::ErrorKind::Io, [&] { labels.set(0, torch::zeros({1, 4, 4})); });
    QVERIFY2(said.contains("/dev/full") && said.contains("No space left"), qPrintable(said));
    QVERIFY(!labels.has(0));
}

void TestTrainSemiParts::report_words_are_read_data()
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

void TestTrainSemiParts::report_words_are_read()
{
    QFETCH(QString, text);
    QFETCH(int, areas);
    QFETCH(unsigned, left);
    QFETCH(unsigned, right);
    const auto words = models::readReportWords(text.toStdString());
    QCOMPARE(words.areas, areas);
    QCOMPARE(words.zones[0], left);
    QCOMPARE(words.zones[1], right);
    const auto mirrored = models::readReportWords(imaging::swapSideWords(text.toStdString()));
    QCOMPARE(mirrored.zones[0], right);
    QCOMPARE(mirrored.zones[1], left);
    QCOMPARE(models::similarity(words, words), words.areas > 0 ? 1.0 : 5.0 / 7);
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

void TestTrainSemiParts::drawings_say_what_they_show()
{
    const auto drawings = models::contrastDrawings(112, models::TextSides::Picture);
    QCOMPARE(drawings.size(), std::size_t(14));
    std::set<std::string> texts;
    for (const auto& drawing : drawings) {
        QVERIFY(texts.insert(drawing.text).second);
        const auto words = models::readReportWords(drawing.text);
        QCOMPARE(areasOf(drawing.mask), words.areas);
        QCOMPARE(drawing.mask.narrow(2, 0, 56).any().item<bool>(), words.zones[0] != 0);
        QCOMPARE(drawing.mask.narrow(2, 56, 56).any().item<bool>(), words.zones[1] != 0);
        QVERIFY(drawing.text.starts_with(words.zones[0] && words.zones[1] ? "bilateral" : "unilateral"));
    }
}

void TestTrainSemiParts::drawings_mirror_for_patient_sides()
{
    const auto picture = models::contrastDrawings(64, models::TextSides::Picture);
    const auto patient = models::contrastDrawings(64, models::TextSides::Patient);
    for (std::size_t i = 0; i < picture.size(); ++i) {
        QCOMPARE(patient[i].text, picture[i].text);
        QVERIFY(patient[i].mask.equal(picture[i].mask.flip(2)));
    }
}

void TestTrainSemiParts::drawings_resemble_the_authors()
{
    const fs::path folder = qEnvironmentVariable("LIMN_TEST_DATA").toStdString() + "/lv-contrast";
    if (!fs::exists(folder / "texts.csv"))
        QSKIP("the authors' drawings are not on this machine (LIMN_TEST_DATA)");
    const auto table = models::readCsv(folder / "texts.csv");
    const auto ours = models::contrastDrawings(350, models::TextSides::Picture);
    QCOMPARE(table.rows.size(), ours.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const auto words = models::readReportWords(table.rows[i].fields[1]);
        QCOMPARE(models::readReportWords(ours[i].text).areas, words.areas);
        QCOMPARE(models::readReportWords(ours[i].text).zones, words.zones);
        const auto picture = models::readGreyPng(folder / table.rows[i].fields[0]);
        auto theirs = torch::empty({1, picture.rows, picture.columns});
        for (std::size_t pixel = 0; pixel < picture.values.size(); ++pixel)
            theirs.data_ptr<float>()[pixel] = picture.values[pixel] >= 128;
        // Where they drew their ellipses is theirs; the place must tell the same sides of ours.
        std::size_t nearest = 0;
        double best = -1;
        for (std::size_t j = 0; j < ours.size(); ++j) {
            const double cosine = models::maskCosine(ours[j].mask, theirs).item<double>();
            if (cosine > best) {
                best = cosine;
                nearest = j;
            }
        }
        QVERIFY2(models::readReportWords(ours[nearest].text).sameSides(words),
            qPrintable(QString("%1 looks like our %2").arg(i).arg(nearest)));
    }
}

void TestTrainSemiParts::words_find_sides_and_areas_that_pooled_vectors_miss()
{
    const models::ContrastSet set(
        models::contrastDrawings(16, models::TextSides::Picture), models::ContrastSimilarity::Words, nullptr);
    const std::vector<std::string> texts{"unilateral pulmonary infection, one infected area, lower left lung.",
        "unilateral pulmonary infection, two infected areas, upper lower right lung.",
        "bilateral pulmonary infection, two infected areas, lower left lung and lower right lung.",
        "bilateral pulmonary infection, three infected areas, all left lung and upper lower right lung.",
        "bilateral pulmonary infection, four infected areas, upper lower left lung and upper lower right lung."};
    const auto agreement = models::measureAgreement(set, texts);
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
    const auto table = models::readCsv(manifest);
    const auto split = std::size_t(table.column("split")), text = std::size_t(table.column("text_lvit"));
    for (const auto& row : table.rows)
        if (row.fields[split] == "train" && !row.fields[text].empty())
            texts.push_back(row.fields[text]);
    return texts;
}

/// Prints how often each similarity finds a contrast text of the right sides and number of areas.
void TestTrainSemiParts::similarity_is_chosen_by_what_it_finds_in_real_texts()
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
    models::TextEncoder encoder(folder, models::TextConvention::Pieces);
    models::TextVectors vectors(encoder, 24);
    auto drawings = models::contrastDrawings(8, models::TextSides::Picture);
    std::set<std::string> all(texts.begin(), texts.end());
    for (const auto& drawing : drawings)
        all.insert(drawing.text);
    vectors.add(all, {}, {});
    const auto found = [&](models::ContrastSimilarity similarity, const char* name) {
        const auto agreement = models::measureAgreement(models::ContrastSet(drawings, similarity, &vectors), texts);
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

void TestTrainSemiParts::labelled_contrast_is_the_mean_mask_of_a_text()
{
    models::Dataset data;
    data.pictureSize = 2;
    data.samples = {{"a", {"left"}}, {"b", {"left"}}, {"c", {"right"}}, {"d", {"nothing"}}, {"e", {"right"}}};
    data.masks = {1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1};
    const auto cases = models::contrastFromLabelled(data, {{0, 1, 2, 3}, {4}});
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
void TestTrainSemiParts::lv_cosine_is_the_goldens()
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
            const double cosine = models::maskCosine(first, second).item<double>();
            QVERIFY(std::abs(cosine - goldens["cosine"][i][j].get<double>()) < 2e-6);
        }
}

void TestTrainSemiParts::lv_loss_and_gradient_are_the_goldens()
{
    const auto goldens = lvGoldens();
    const fs::path folder = qEnvironmentVariable("LIMN_TEST_DATA").toStdString() + "/lv-contrast";
    if (!goldens.is_object() || !fs::exists(folder / "fig1.png"))
        QSKIP("lv.json or the authors' drawings are not on this machine (LIMN_GOLDENS, LIMN_TEST_DATA)");
    const auto soft = goldens["soft_prediction"];
    auto prediction = fill::uniform("lv.pred", 2026, {1, 224, 224}, 0, 1).requires_grad_(true);
    for (std::size_t i = 0; i < goldens["order"].size(); ++i) {
        const auto picture = models::readGreyPng(folder / goldens["order"][i].get<std::string>());
        auto mask = torch::empty({1, 224, 224});
        for (int y = 0; y < 224; ++y)
            for (int x = 0; x < 224; ++x) {
                const auto pixel = std::size_t(y * 350 / 224) * 350 + std::size_t(x * 350 / 224);
                mask.data_ptr<float>()[y * 224 + x] = picture.values[pixel] >= 128;
            }
        const double cosine = models::maskCosine(prediction, mask).item<double>();
        QVERIFY(std::abs(cosine - soft["cosine_with_fig1_to_14"][i].get<double>()) < 2e-6);
        if (i > 0)
            continue;
        const auto loss = models::lvLoss(prediction, mask);
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

void TestTrainSemiParts::lv_gradient_agrees_with_differences()
{
    torch::manual_seed(3);
    const auto p = torch::rand({2, 1, 4, 4}, torch::kDouble).requires_grad_(true);
    const auto c = (torch::rand({2, 1, 4, 4}) > 0.5).to(torch::kDouble);
    models::lvLoss(p, c).backward();
    constexpr double kStep = 1e-6;
    for (std::int64_t i = 0; i < p.numel(); ++i) {
        auto moved = p.detach().clone();
        moved.view({-1})[i] += kStep;
        const double up = models::lvLoss(moved, c).item<double>();
        moved.view({-1})[i] -= 2 * kStep;
        const double slope = (up - models::lvLoss(moved, c).item<double>()) / (2 * kStep);
        QVERIFY(std::abs(slope - p.grad().view({-1})[i].item<double>()) < 1e-7);
    }
}

void TestTrainSemiParts::lv_loss_of_an_empty_prediction_has_a_finite_gradient()
{
    const auto p = torch::zeros({1, 1, 4, 4}).requires_grad_(true);
    const auto loss = models::lvLoss(p, torch::ones({1, 1, 4, 4}));
    loss.backward();
    QCOMPARE(loss.item<double>(), 1.0);
    QVERIFY(p.grad().isfinite().all().item<bool>());
}

QTEST_GUILESS_MAIN(TestTrainSemiParts)
#include "tst_train_semi_parts.moc"
