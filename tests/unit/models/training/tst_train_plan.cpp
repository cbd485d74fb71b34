// Which pictures are labelled, and what each step of a semi-supervised training shows.

#include "imaging/error.h"
#include "models/data/csv.h"
#include "models/facade/lvit_training.h"
#include "models/training/step_plan.h"
#include "tests/support/error_sentence.h"

#include <QTemporaryDir>
#include <QTest>

#include <rapidcheck.h>

#include <cmath>
#include <set>

namespace {

namespace fs = std::filesystem;

models::data::Dataset namedSamples(int count)
{
    models::data::Dataset data;
    for (int i = 0; i < count; ++i)
        data.samples.push_back({"picture" + std::to_string(i), {}});
    return data;
}

} // namespace

class TestTrainPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void draw_takes_the_asked_part_of_what_has_a_mask();
    void split_file_lists_every_picture();
    void every_pass_of_a_stream_shows_each_picture_once();
    void plan_without_unlabelled_pictures_is_one_pass_an_epoch();
    void plan_shows_the_prototype_labelled_pictures_only();
    void weight_of_the_unlabelled_grows_over_the_ramp();

private:
    fs::path path(const char* name) const { return m_folder.path().toStdString() + "/" + name; }

    QTemporaryDir m_folder;
};

void TestTrainPlan::draw_takes_the_asked_part_of_what_has_a_mask()
{
    auto data = namedSamples(40);
    for (int i = 0; i < 20; ++i)
        data.samples[std::size_t(2 * i)].labelled = false;
    models::LvitTrainOptions options;
    options.labelledFraction = 0.25;
    const auto split = models::training::drawLabelled(options, options.labelledFraction, data);
    QCOMPARE(split.labelled.size(), std::size_t(5));
    QCOMPARE(split.unlabelled.size(), std::size_t(35));
    for (const auto index : split.labelled)
        QVERIFY(data.samples[std::size_t(index)].labelled);
    QCOMPARE(models::training::drawLabelled(options, options.labelledFraction, data).labelled, split.labelled);
    options.seed = 2;
    QVERIFY(models::training::drawLabelled(options, options.labelledFraction, data).labelled != split.labelled);
    options.labelledFraction = 1e-9;
    QCOMPARE(models::training::drawLabelled(options, options.labelledFraction, data).labelled.size(), std::size_t(1));
    for (auto& sample : data.samples)
        sample.labelled = false;
    QVERIFY(support::sentence(imaging::ErrorKind::InvalidInput, [&] {
        models::training::drawLabelled(options, options.labelledFraction, data);
    }).contains("mask"));
}

void TestTrainPlan::split_file_lists_every_picture()
{
    const auto data = namedSamples(4);
    models::training::writeLabelledSplit(path("labelled.csv"), data, {{1, 3}, {0, 2}});
    const auto table = models::data::readCsv(path("labelled.csv"));
    QCOMPARE(table.columns, (std::vector<std::string>{"image", "labelled"}));
    QCOMPARE(table.rows.size(), std::size_t(4));
    for (std::size_t row = 0; row < 4; ++row)
        QCOMPARE(table.rows[row].fields,
            (std::vector<std::string>{"picture" + std::to_string(row), row % 2 == 1 ? "1" : "0"}));
}

void TestTrainPlan::every_pass_of_a_stream_shows_each_picture_once()
{
    QVERIFY(rc::check([] {
        const auto count = *rc::gen::inRange(1, 30), start = *rc::gen::inRange(0, 100),
                   length = *rc::gen::inRange(1, 60);
        std::vector<std::int64_t> pictures;
        for (int i = 0; i < count; ++i)
            pictures.push_back(100 + 3 * i);
        const models::training::PictureStream stream(pictures, 7, 1);
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

void TestTrainPlan::plan_without_unlabelled_pictures_is_one_pass_an_epoch()
{
    models::LvitTrainOptions options;
    options.batchSize = 4;
    const models::training::StepPlan plan(options, {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {10, 11}}, std::nullopt);
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

void TestTrainPlan::plan_shows_the_prototype_labelled_pictures_only()
{
    models::LvitTrainOptions options;
    options.batchSize = 4;
    options.unlabelledPlan.prototypeEpochs = 2;
    options.unlabelledPlan.perStep = 1;
    const models::training::StepPlan plan(options, {{0, 1, 2}, {3, 4, 5, 6, 7, 8, 9}}, options.unlabelledPlan);
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

void TestTrainPlan::weight_of_the_unlabelled_grows_over_the_ramp()
{
    models::LvitTrainOptions options;
    options.batchSize = 2;
    options.unlabelledPlan.prototypeEpochs = 1;
    options.unlabelledPlan.rampEpochs = 2;
    options.stepsPerEpoch = 10;
    options.unlabelledPlan.weight = 0.3;
    const models::training::StepPlan plan(options, {{0}, {1}}, options.unlabelledPlan);
    QCOMPARE(plan.unlabelledWeight(9), 0.0);
    QVERIFY(std::abs(plan.unlabelledWeight(10) - 0.3 * std::exp(-5 * 0.95 * 0.95)) < 1e-12);
    QVERIFY(std::abs(plan.unlabelledWeight(19) - 0.3 * std::exp(-5 * 0.25)) < 1e-12);
    QCOMPARE(plan.unlabelledWeight(29), 0.3);
    QCOMPARE(plan.unlabelledWeight(1000), 0.3);
}

QTEST_GUILESS_MAIN(TestTrainPlan)
#include "tst_train_plan.moc"
