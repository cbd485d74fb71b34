#include "models/lvit/training/evaluate.h"

#include "imaging/error.h"
#include "models/scoring/pixel_counts.h"
#include "tests/support/cli_fixture.h"
#include "tests/unit/models/tiny_lvit.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>

/// A package opened on a split: the same answers in whatever order they are asked for.
class LvitEvaluateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void each_case_gets_the_answer_of_its_own_text();
    void mirror_images_count_in_every_answer();
    void some_of_the_cases_give_what_all_of_them_give();
    void pictures_and_masks_are_those_of_the_data();
    void a_perfect_mask_of_the_networks_size_loses_only_by_size();
    void rows_without_a_mask_are_left_out_and_counted();
    void a_stop_request_ends_the_run_early();
    void what_cannot_be_scored_is_refused();
    void weights_that_are_no_numbers_are_refused();
    void sentences_of_one_picture_are_cases();

private:
    models::EvaluateOptions options(const QString& data = "data") const;
    void copyData(const QString& name, const std::function<void(QList<QByteArray>&, int)>& change) const;

    QTemporaryDir m_folder;
};

namespace {

constexpr int kCases = 4;

using Answers = std::vector<std::vector<float>>; // By case.

/// The probabilities of every case under each text of a run.
std::vector<Answers> answersOf(models::Evaluation& evaluation, std::vector<std::vector<std::string>> texts,
    std::vector<std::size_t> cases = {0, 1, 2, 3})
{
    models::EvaluationRun run{std::move(cases), std::move(texts)};
    std::vector<Answers> answers(run.texts.size());
    const auto keep = [&](const models::CasePrediction& one) {
        QCOMPARE(one.position, answers[one.text].size());
        QCOMPARE(one.probabilities.size(), one.truth.size());
        answers[one.text].emplace_back(one.probabilities.begin(), one.probabilities.end());
    };
    evaluation.run(run, keep, {}, {});
    return answers;
}

double difference(const std::vector<float>& a, const std::vector<float>& b)
{
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::abs(double(a[i]) - double(b[i])));
    return largest;
}

/// Another number of pictures at once may round differently.
bool same(const std::vector<float>& a, const std::vector<float>& b)
{
    return a.size() == b.size() && difference(a, b) < 1e-6;
}

std::vector<std::string> givenTexts(const models::Evaluation& evaluation)
{
    std::vector<std::string> texts;
    for (const auto& entry : evaluation.cases())
        texts.push_back(entry.text);
    return texts;
}

} // namespace

void LvitEvaluateTest::initTestCase()
{
    support::writeTrainingFolder(m_folder.filePath("data"), 16);
    tiny::writePackage(m_folder.path().toStdString());
}

models::EvaluateOptions LvitEvaluateTest::options(const QString& data) const
{
    models::EvaluateOptions options;
    options.model = m_folder.filePath("tiny").toStdString();
    options.data = m_folder.filePath(data).toStdString();
    options.device = "cpu";
    return options;
}

/// A copy of the data, each row of the validation split changed.
void LvitEvaluateTest::copyData(const QString& name, const std::function<void(QList<QByteArray>&, int)>& change) const
{
    const QDir from(m_folder.filePath("data"));
    QVERIFY(QDir().mkpath(m_folder.filePath(name)));
    const QDir to(m_folder.filePath(name));
    for (const QString& file : from.entryList({"*.png"}, QDir::Files))
        QVERIFY(QFile::copy(from.filePath(file), to.filePath(file)));
    QFile manifest(from.filePath("manifest.csv")), changed(to.filePath("manifest.csv"));
    QVERIFY(manifest.open(QIODevice::ReadOnly) && changed.open(QIODevice::WriteOnly));
    int row = 0;
    while (!manifest.atEnd()) {
        auto fields = manifest.readLine().split(',');
        if (fields[0] == "valid")
            change(fields, row++);
        changed.write(fields.join(','));
    }
}

void LvitEvaluateTest::each_case_gets_the_answer_of_its_own_text()
{
    const auto evaluation = models::lvit::openLvitEvaluation(options(), {}, {});
    QCOMPARE(evaluation->cases().size(), std::size_t(kCases));
    const auto given = givenTexts(*evaluation);
    const std::vector<std::string> none(kCases), other(kCases, "two areas, left upper lung");
    const auto answers = answersOf(*evaluation, {given, none, other, given});
    const auto noneFirst = answersOf(*evaluation, {none, given});
    auto mixed = none;
    mixed[2] = given[2];
    const auto some = answersOf(*evaluation, {none, mixed})[1];
    for (std::size_t i = 0; i < kCases; ++i) {
        QVERIFY(difference(answers[0][i], answers[1][i]) > 1e-5);
        QVERIFY(answers[0][i] != answers[2][i]);
        QCOMPARE(answers[3][i], answers[0][i]);
        QVERIFY(same(noneFirst[0][i], answers[1][i]));
        QVERIFY(same(some[i], answers[i == 2 ? 0 : 1][i]));
    }
}

void LvitEvaluateTest::mirror_images_count_in_every_answer()
{
    auto settings = tiny::settings();
    const auto plain = models::lvit::openLvitEvaluation(options(), {}, {});
    settings.mirror = true;
    auto mirrored = options();
    mirrored.model = tiny::writePackage(m_folder.filePath("mirrored").toStdString(), settings);
    const auto evaluation = models::lvit::openLvitEvaluation(mirrored, {}, {});
    const auto given = givenTexts(*evaluation);
    auto some = std::vector<std::string>(kCases, "left lung");
    const auto alone = answersOf(*evaluation, {given, some});
    std::vector<std::string> mixed = given;
    mixed[1] = some[1]; // One case of the second text is answered on its own.
    const auto together = answersOf(*evaluation, {given, mixed});
    for (std::size_t i = 0; i < kCases; ++i) {
        QVERIFY(difference(alone[0][i], answersOf(*plain, {given})[0][i]) > 1e-6);
        QVERIFY(same(together[1][i], alone[i == 1 ? 1 : 0][i]));
    }
}

void LvitEvaluateTest::some_of_the_cases_give_what_all_of_them_give()
{
    const auto evaluation = models::lvit::openLvitEvaluation(options(), {}, {});
    const auto given = givenTexts(*evaluation);
    const auto all = answersOf(*evaluation, {given})[0];
    const auto some = answersOf(*evaluation, {{given[3], given[1]}}, {3, 1})[0];
    QVERIFY(same(some[0], all[3]));
    QVERIFY(same(some[1], all[1]));
    QVERIFY(!same(some[0], some[1]));
}

void LvitEvaluateTest::pictures_and_masks_are_those_of_the_data()
{
    const auto evaluation = models::lvit::openLvitEvaluation(options(), {}, {});
    for (std::size_t i = 0; i < kCases; ++i) {
        const auto& entry = evaluation->cases()[i];
        QCOMPARE(QString::fromStdString(entry.image), QString("image%1.png").arg(4 * i + 3));
        QVERIFY(!entry.spacingMm);
        const QImage image(m_folder.filePath("data/image%1.png").arg(4 * i + 3));
        const QImage mask(m_folder.filePath("data/mask%1.png").arg(4 * i + 3));
        const auto picture = evaluation->picture(i);
        const auto truth = evaluation->truth(i);
        QCOMPARE(QSize(picture.columns, picture.rows), image.size());
        QCOMPARE(QSize(entry.columns, entry.rows), mask.size());
        for (int row = 0; row < 32; ++row)
            for (int column = 0; column < 32; ++column) {
                const auto place = std::size_t(row * 32 + column);
                QCOMPARE(int(picture.values[place]), qGray(image.pixel(column, row)));
                QCOMPARE(truth[place] != 0, qGray(mask.pixel(column, row)) > 127);
            }
    }
}

void LvitEvaluateTest::a_perfect_mask_of_the_networks_size_loses_only_by_size()
{
    const auto evaluation = models::lvit::openLvitEvaluation(options(), {}, {});
    for (std::size_t i = 0; i < kCases; ++i) // 32 x 32 for the network, too.
        QVERIFY(
            models::scoring::dice(models::scoring::countPixels(evaluation->bestPossible(i), evaluation->truth(i), 0.5))
            > 0.999999);
    // The same masks at three times the size lose their finer border.
    copyData("larger", [&](QList<QByteArray>& fields, int) {
        for (const QByteArray& name : {fields[1], fields[2]}) {
            const QString file = m_folder.filePath("larger/" + name);
            QImage picture(96, 96, QImage::Format_Grayscale8);
            picture.fill(0);
            QPainter(&picture).fillRect(10, 13, 41, 38, Qt::white);
            QVERIFY(picture.save(file));
        }
    });
    const auto larger = models::lvit::openLvitEvaluation(options("larger"), {}, {});
    const auto counts = models::scoring::countPixels(larger->bestPossible(0), larger->truth(0), 0.5);
    QVERIFY(models::scoring::dice(counts) > 0.9 && models::scoring::dice(counts) < 1);
}

void LvitEvaluateTest::rows_without_a_mask_are_left_out_and_counted()
{
    copyData("unlabelled", [](QList<QByteArray>& fields, int row) {
        if (row != 1)
            fields[2].clear();
    });
    const auto evaluation = models::lvit::openLvitEvaluation(options("unlabelled"), {}, {});
    QCOMPARE(evaluation->unlabelled(), 3);
    QCOMPARE(evaluation->cases().size(), std::size_t(1));
    QCOMPARE(evaluation->cases()[0].image, std::string("image7.png"));
    copyData("none", [](QList<QByteArray>& fields, int) { fields[2].clear(); });
    QVERIFY_EXCEPTION_THROWN(models::lvit::openLvitEvaluation(options("none"), {}, {}), imaging::Error);
}

void LvitEvaluateTest::a_stop_request_ends_the_run_early()
{
    const auto evaluation = models::lvit::openLvitEvaluation(options(), {}, {});
    std::stop_source stop;
    stop.request_stop();
    int visits = 0;
    evaluation->run({{0, 1}, {{"", ""}}}, [&](const models::CasePrediction&) { ++visits; }, stop.get_token(), {});
    QCOMPARE(visits, 0);
}

void LvitEvaluateTest::what_cannot_be_scored_is_refused()
{
    auto wrong = options();
    wrong.model = m_folder.filePath("nowhere").toStdString();
    QVERIFY_EXCEPTION_THROWN(models::lvit::openLvitEvaluation(wrong, {}, {}), imaging::Error);
    wrong = options();
    wrong.split = "nothing";
    QVERIFY_EXCEPTION_THROWN(models::lvit::openLvitEvaluation(wrong, {}, {}), imaging::Error);
    wrong = options();
    wrong.textColumn = "words";
    QVERIFY_EXCEPTION_THROWN(models::lvit::openLvitEvaluation(wrong, {}, {}), imaging::Error);
}

void LvitEvaluateTest::weights_that_are_no_numbers_are_refused()
{
    auto damaged = options();
    damaged.model = tiny::writePackage(m_folder.filePath("damaged").toStdString());
    auto weights = models::weights::readSafetensors(damaged.model / "model.safetensors");
    weights["outc.weight"] = at::full_like(weights.at("outc.weight"), NAN);
    models::weights::writeSafetensors(damaged.model / "model.safetensors", weights);
    try {
        models::lvit::openLvitEvaluation(damaged, {}, {});
        QFAIL("nothing was refused");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        QVERIFY2(QString(error.what()).contains("no numbers"), error.what());
    }
}

void LvitEvaluateTest::sentences_of_one_picture_are_cases()
{
    copyData("sentences", [](QList<QByteArray>& fields, int row) {
        if (row != 1)
            return;
        fields[1] = "image3.png"; // The picture of row 0, with the mask of row 1 and a sentence of its own.
        fields[4] = " two infected areas";
    });
    const auto evaluation = models::lvit::openLvitEvaluation(options("sentences"), {}, {});
    const auto& cases = evaluation->cases();
    QCOMPARE(cases.size(), std::size_t(kCases));
    QCOMPARE(cases[0].image, cases[1].image);
    QVERIFY(evaluation->truth(0) != evaluation->truth(1));
    QVERIFY(evaluation->picture(0).values == evaluation->picture(1).values);
    QVERIFY(evaluation->warnings().empty());
}

QTEST_GUILESS_MAIN(LvitEvaluateTest)
#include "tst_lvit_evaluate.moc"
