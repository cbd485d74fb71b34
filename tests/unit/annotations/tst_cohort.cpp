#include "annotations/cohort/cohort.h"

#include "annotations/cohort/cohort_schema.h"
#include "annotations/cohort/review_queue.h"
#include "cohort_fixture.h"
#include "imaging/error.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QDir>
#include <QFile>
#include <QTest>

#include <functional>
#include <random>

using namespace annotations;
using cohort_test::CohortFixture;
using cohort_test::maskOf;
using cohort_test::pictureOf;
using cohort_test::predictionOf;
using imaging::ErrorKind;

namespace {

/// The kind of Error that `work` throws, and its sentence.
std::pair<int, std::string> errorOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const imaging::Error& error) {
        return {static_cast<int>(error.kind()), error.what()};
    }
    return {-1, {}};
}

Decision by(const std::string& who, Verdict verdict, const Study& seen)
{
    return {verdict, seen.revision, who, {}, {}};
}

Decision editBy(const std::string& who, const Study& seen, unsigned mask)
{
    return {Verdict::Edit, seen.revision, who, {}, maskOf(mask)};
}

} // namespace

class TestCohort : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_new_cohort_is_empty_and_keeps_its_settings();
    void a_second_cohort_in_one_folder_is_refused();
    void an_init_that_was_killed_is_done_again();
    void the_same_picture_is_not_added_twice();
    void a_study_without_digest_or_size_is_refused_and_nothing_is_added();
    void another_sentence_about_a_picture_is_a_case_of_its_own();
    void texts_and_splits_that_come_later_are_taken();
    void a_mask_survives_reopening_bit_for_bit();
    void masks_of_several_labels_keep_their_values();
    void a_mask_of_another_size_is_refused();
    void a_label_is_imported_once();
    void an_imported_label_does_not_overwrite_a_readers();
    void a_prediction_brings_scores_and_opens_a_rejected_case_again();
    void a_prediction_does_not_touch_a_decided_case();
    void a_prediction_from_an_old_text_is_dropped();
    void accepting_keeps_the_kind_of_the_mask_data();
    void accepting_keeps_the_kind_of_the_mask();
    void deciding_about_nothing_is_refused();
    void a_second_reader_who_decides_otherwise_conflicts_and_loses_nothing();
    void a_second_reader_who_says_the_same_is_merged();
    void a_decision_on_an_older_prediction_takes_the_mask_that_was_seen();
    void reopening_goes_back_to_the_prediction();
    void the_history_says_who_did_what_from_which_text();
    void uncertainty_combines_what_is_known();
    void a_damaged_store_gives_an_error_data();
    void a_damaged_store_gives_an_error();
    void a_store_with_flipped_bytes_never_crashes();
    void a_newer_store_is_refused_with_a_sentence();
    void a_store_with_other_tables_is_refused();
    void a_store_of_the_first_version_is_brought_up_to_date();
    void what_a_model_said_of_a_case_is_kept_with_it();
    void a_case_that_was_not_drawn_comes_first_and_says_why();
    void sides_stand_in_the_store_as_ever_data();
    void sides_stand_in_the_store_as_ever();
    void whose_sides_the_texts_mean_is_decided_once();
    void a_mask_path_that_leaves_the_folder_is_refused();
    void a_damaged_mask_file_is_noticed();
    void a_full_disk_loses_nothing();
    void a_shared_cohort_has_no_wal();
    void times_are_written_in_utc();
};

void TestCohort::a_new_cohort_is_empty_and_keeps_its_settings()
{
    QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.filePath("new/deep").toStdString());
    createCohort(path, {"COVID", imaging::Sides::Patient, "Consolidation"});
    const Cohort cohort(path);
    QCOMPARE(cohort.settings().name, std::string("COVID"));
    QVERIFY(cohort.settings().textSides == imaging::Sides::Patient);
    QCOMPARE(cohort.settings().finding, std::string("Consolidation"));
    QCOMPARE(cohort.counts().studies, 0);
    QVERIFY(!cohort.findByName("S000001"));
    QVERIFY(!cohort.findByName("x"));
    QVERIFY(!cohort.findByName("S99999999999999999999999"));
    QCOMPARE(errorOf([&] { cohort.study(1); }).first, static_cast<int>(ErrorKind::NotFound));
}

void TestCohort::a_second_cohort_in_one_folder_is_refused()
{
    const CohortFixture fixture(1);
    QCOMPARE(errorOf([&] { createCohort(fixture.path(), {}); }).first, static_cast<int>(ErrorKind::WrongUse));
    QCOMPARE(Cohort(fixture.path()).counts().studies, 1);
    QCOMPARE(errorOf([&] { Cohort(fixture.path() / "elsewhere"); }).first, static_cast<int>(ErrorKind::NotFound));
}

void TestCohort::an_init_that_was_killed_is_done_again()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("cohort.sqlite"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    createCohort(folder.path().toStdString(), {"again", imaging::Sides::Picture, ""});
    QCOMPARE(Cohort(folder.path().toStdString()).settings().name, std::string("again"));
}

void TestCohort::the_same_picture_is_not_added_twice()
{
    CohortFixture fixture(3);
    auto moved = pictureOf(2);
    moved.picture = "/elsewhere/2.png";
    auto other = pictureOf(2);
    other.slice = 1;
    const std::vector<NewStudy> studies{pictureOf(1), moved, other, pictureOf(4), pictureOf(4)};
    const auto added = fixture.cohort->addStudies(studies);
    QCOMPARE(added.size(), std::size_t(5));
    QVERIFY(!added[0].isNew && !added[1].isNew && added[2].isNew && added[3].isNew && !added[4].isNew);
    QCOMPARE(added[1].id, std::int64_t(2));
    QCOMPARE(added[4].id, added[3].id);
    QCOMPARE(fixture.cohort->counts().studies, 5);
    QCOMPARE(fixture.cohort->study(2).picture, std::string("images/2.png"));
    QCOMPARE(fixture.cohort->findByPicture(other.digest, 1).at(0).id, added[2].id);
    QCOMPARE(fixture.cohort->findByInstance("1.2.3.3")->name, std::string("S000003"));
    QVERIFY(!fixture.cohort->findByInstance(""));
    QCOMPARE(fixture.cohort->studiesAfter(3, 10).size(), std::size_t(2));
}

void TestCohort::a_study_without_digest_or_size_is_refused_and_nothing_is_added()
{
    CohortFixture fixture;
    auto broken = pictureOf(2);
    broken.digest = "abc";
    const std::vector<NewStudy> studies{pictureOf(1), broken};
    QCOMPARE(errorOf([&] { fixture.cohort->addStudies(studies); }).first, static_cast<int>(ErrorKind::InvalidInput));
    broken = pictureOf(2);
    broken.rows = 0;
    QCOMPARE(errorOf([&] {
        fixture.cohort->addStudies({&broken, 1});
    }).first,
        static_cast<int>(ErrorKind::InvalidInput));
    QCOMPARE(fixture.cohort->counts().studies, 0);
}

void TestCohort::another_sentence_about_a_picture_is_a_case_of_its_own()
{
    CohortFixture fixture;
    auto study = pictureOf(1, "left lung");
    fixture.cohort->addStudies({&study, 1});
    study.text = "right lung";
    QVERIFY(fixture.cohort->addStudies({&study, 1})[0].isNew);
    QCOMPARE(fixture.cohort->study(1).text, std::string("left lung"));
    QCOMPARE(fixture.cohort->findByPicture(study.digest, 0).size(), std::size_t(2));
    // What a reader makes of a sentence does not bring it in once more with the next import of the same table.
    QVERIFY(fixture.cohort->setText(2, fixture.cohort->study(2).revision, "right lower lung", "anna"));
    QVERIFY(!fixture.cohort->addStudies({&study, 1})[0].isNew);
    study.text = "right lower lung";
    QCOMPARE(fixture.cohort->addStudies({&study, 1})[0].id, std::int64_t(2));
    study.text.clear(); // Says nothing new.
    QVERIFY(!fixture.cohort->addStudies({&study, 1})[0].isNew);
    QCOMPARE(fixture.cohort->counts().studies, 2);
    // Each has a mask of its own.
    fixture.cohort->importLabel(1, maskOf(1), "import", "a");
    QCOMPARE(fixture.cohort->study(2).state, CaseState::Unlabelled);
}

void TestCohort::texts_and_splits_that_come_later_are_taken()
{
    CohortFixture fixture;
    auto study = pictureOf(1, "");
    study.split.clear();
    fixture.cohort->addStudies({&study, 1});
    study.text = "left lung";
    study.split = "valid";
    fixture.cohort->addStudies({&study, 1});
    QCOMPARE(fixture.cohort->study(1).text, std::string("left lung"));
    QCOMPARE(fixture.cohort->study(1).split, std::string("valid"));
    const int revision = fixture.cohort->study(1).revision;
    QVERIFY(!fixture.cohort->setText(1, revision - 1, "right lung", "anna"));
    QVERIFY(fixture.cohort->setText(1, revision, "right lung", "anna"));
    QCOMPARE(fixture.cohort->study(1).text, std::string("right lung"));
    QCOMPARE(fixture.cohort->history(1).back().text, std::string("right lung"));
    QCOMPARE(fixture.cohort->counts().texts, 1);
}

void TestCohort::a_mask_survives_reopening_bit_for_bit()
{
    CohortFixture fixture(1);
    QVERIFY(fixture.cohort->addPrediction(1, predictionOf(0b101100)));
    const Cohort again(fixture.path());
    const auto study = again.study(1);
    QCOMPARE(study.maskRevision, 1);
    QVERIFY(again.readMask(1, 1) == maskOf(0b101100));
    QVERIFY(std::filesystem::exists(again.maskFile(1, 1)));
    QCOMPARE(errorOf([&] { again.readMask(1, 2); }).first, static_cast<int>(ErrorKind::NotFound));
    QCOMPARE(errorOf([&] { again.readMask(7, 1); }).first, static_cast<int>(ErrorKind::NotFound));
}

void TestCohort::masks_of_several_labels_keep_their_values()
{
    CohortFixture fixture(1);
    auto mask = maskOf(0);
    mask.values[3] = 2;
    mask.values[7] = 300;
    fixture.cohort->decide(1, {Verdict::Edit, 0, "anna", {}, mask});
    QVERIFY(fixture.cohort->readMask(1, 1) == mask);
}

void TestCohort::a_mask_of_another_size_is_refused()
{
    CohortFixture fixture(1);
    auto mask = maskOf(1);
    mask.columns = 4;
    mask.rows = 6;
    const Decision decision{Verdict::Edit, 0, "anna", {}, mask};
    QCOMPARE(errorOf([&] { fixture.cohort->decide(1, decision); }).first, static_cast<int>(ErrorKind::WrongUse));
    mask = maskOf(1);
    mask.values.pop_back();
    QCOMPARE(errorOf([&] { fixture.cohort->importLabel(1, mask, "anna", ""); }).first,
        static_cast<int>(ErrorKind::WrongUse));
    QCOMPARE(fixture.cohort->study(1).revision, 0);
}

void TestCohort::a_label_is_imported_once()
{
    CohortFixture fixture(2);
    QVERIFY(fixture.cohort->importLabel(1, maskOf(7), "anna", "masks/1.png"));
    QVERIFY(!fixture.cohort->importLabel(1, maskOf(7), "anna", "masks/1.png"));
    QCOMPARE(fixture.cohort->study(1).state, CaseState::Labelled);
    QVERIFY(fixture.cohort->importLabel(1, maskOf(8), "anna", "better/1.png"));
    QVERIFY(fixture.cohort->readMask(1, fixture.cohort->study(1).maskRevision) == maskOf(8));
    QCOMPARE(fixture.cohort->history(1).size(), std::size_t(2));
    QCOMPARE(fixture.cohort->counts().of(CaseState::Labelled), 1);
    QCOMPARE(fixture.cohort->counts().open(), 1);
}

void TestCohort::an_imported_label_does_not_overwrite_a_readers()
{
    CohortFixture fixture(1);
    fixture.cohort->decide(1, editBy("anna", fixture.cohort->study(1), 5));
    QVERIFY(fixture.cohort->importLabel(1, maskOf(9), "ben", "late.png"));
    const auto study = fixture.cohort->study(1);
    QCOMPARE(study.state, CaseState::Edited);
    QVERIFY(fixture.cohort->readMask(1, study.maskRevision) == maskOf(5));
    QVERIFY(fixture.cohort->history(1).back().conflicting);
    QVERIFY(fixture.cohort->readMask(1, 2) == maskOf(9));
}

void TestCohort::a_prediction_brings_scores_and_opens_a_rejected_case_again()
{
    CohortFixture fixture(1);
    QVERIFY(fixture.cohort->addPrediction(1, predictionOf(3, 0.25, "a")));
    QCOMPARE(fixture.cohort->study(1).uncertainty, 0.25);
    fixture.cohort->decide(1, by("anna", Verdict::Reject, fixture.cohort->study(1)));
    QCOMPARE(fixture.cohort->study(1).state, CaseState::Rejected);
    QVERIFY(!fixture.cohort->addPrediction(1, predictionOf(4, 0.5, "a")));
    QVERIFY(fixture.cohort->addPrediction(1, predictionOf(4, 0.5, "b")));
    QCOMPARE(fixture.cohort->study(1).state, CaseState::Predicted);
    QCOMPARE(*fixture.cohort->study(1).scores.entropy, 0.5);
    QVERIFY(!fixture.cohort->study(1).scores.mismatch);
}

void TestCohort::a_prediction_does_not_touch_a_decided_case()
{
    CohortFixture fixture(1);
    QVERIFY(fixture.cohort->addPrediction(1, predictionOf(3)));
    fixture.cohort->decide(1, by("anna", Verdict::Accept, fixture.cohort->study(1)));
    QVERIFY(!fixture.cohort->addPrediction(1, predictionOf(4, 0.5, "b")));
    QVERIFY(fixture.cohort->readMask(1, fixture.cohort->study(1).maskRevision) == maskOf(3));
}

void TestCohort::a_prediction_from_an_old_text_is_dropped()
{
    CohortFixture fixture(1);
    QVERIFY(fixture.cohort->setText(1, 0, "all right lung", "anna"));
    QVERIFY(!fixture.cohort->addPrediction(1, predictionOf(3)));
    QVERIFY(fixture.cohort->addPrediction(1, predictionOf(3, 0.5, "a", "all right lung")));
    QCOMPARE(fixture.cohort->history(1).back().text, std::string("all right lung"));
}

void TestCohort::accepting_keeps_the_kind_of_the_mask_data()
{
    QTest::addColumn<int>("origin");
    QTest::addColumn<int>("state");
    QTest::newRow("a model's") << static_cast<int>(Action::Predicted) << static_cast<int>(CaseState::Accepted);
    QTest::newRow("an imported one") << static_cast<int>(Action::Imported) << static_cast<int>(CaseState::Labelled);
    QTest::newRow("one drawn by hand") << static_cast<int>(Action::Edited) << static_cast<int>(CaseState::Edited);
}

void TestCohort::accepting_keeps_the_kind_of_the_mask()
{
    QFETCH(int, origin);
    QFETCH(int, state);
    CohortFixture fixture(1);
    if (static_cast<Action>(origin) == Action::Predicted)
        fixture.cohort->addPrediction(1, predictionOf(3));
    else if (static_cast<Action>(origin) == Action::Imported)
        fixture.cohort->importLabel(1, maskOf(3), "anna", "");
    else
        fixture.cohort->decide(1, editBy("anna", fixture.cohort->study(1), 3));
    const auto outcome = fixture.cohort->decide(1, by("ben", Verdict::Accept, fixture.cohort->study(1)));
    QCOMPARE(static_cast<int>(outcome.study.state), state);
    QCOMPARE(outcome.study.maskRevision, 1);
    QCOMPARE(fixture.cohort->history(1).back().who, std::string("ben"));
    QCOMPARE(fixture.cohort->history(1).back().maskRevision, 1);
}

void TestCohort::deciding_about_nothing_is_refused()
{
    CohortFixture fixture(1);
    const auto study = fixture.cohort->study(1);
    for (const auto verdict : {Verdict::Accept, Verdict::Reject, Verdict::Edit})
        QCOMPARE(errorOf([&] { fixture.cohort->decide(1, by("anna", verdict, study)); }).first,
            static_cast<int>(ErrorKind::WrongUse));
    Decision future{Verdict::Edit, 5, "anna", {}, maskOf(1)};
    QCOMPARE(errorOf([&] { fixture.cohort->decide(1, future); }).first, static_cast<int>(ErrorKind::WrongUse));
    QCOMPARE(fixture.cohort->study(1).revision, 0);
}

void TestCohort::a_second_reader_who_decides_otherwise_conflicts_and_loses_nothing()
{
    CohortFixture fixture(1);
    fixture.cohort->addPrediction(1, predictionOf(3));
    const auto seen = fixture.cohort->study(1);
    QCOMPARE(fixture.cohort->decide(1, by("anna", Verdict::Accept, seen)).result, DecisionResult::Applied);
    const auto late = fixture.cohort->decide(1, editBy("ben", seen, 12));
    QCOMPARE(late.result, DecisionResult::Conflict);
    QCOMPARE(late.otherReader, std::string("anna"));
    QCOMPARE(late.study.state, CaseState::Accepted);
    QVERIFY(fixture.cohort->readMask(1, late.study.maskRevision) == maskOf(3));
    const auto history = fixture.cohort->history(1);
    QCOMPARE(history.size(), std::size_t(3));
    QVERIFY(history.back().conflicting);
    QVERIFY(fixture.cohort->readMask(1, late.revision) == maskOf(12));

    // Seen anew, the same decision counts.
    const auto again = fixture.cohort->decide(1, editBy("ben", late.study, 12));
    QCOMPARE(again.result, DecisionResult::Applied);
    QCOMPARE(again.study.state, CaseState::Edited);
}

void TestCohort::a_second_reader_who_says_the_same_is_merged()
{
    CohortFixture fixture(1);
    fixture.cohort->addPrediction(1, predictionOf(3));
    const auto seen = fixture.cohort->study(1);
    fixture.cohort->decide(1, by("anna", Verdict::Reject, seen));
    const auto late = fixture.cohort->decide(1, by("ben", Verdict::Reject, seen));
    QCOMPARE(late.result, DecisionResult::Merged);
    QCOMPARE(late.otherReader, std::string("anna"));
    QCOMPARE(late.study.state, CaseState::Rejected);
    QVERIFY(!fixture.cohort->history(1).back().conflicting);
    QCOMPARE(fixture.cohort->decisionsSince("ben", fixture.time), 1);
    QCOMPARE(fixture.cohort->decisionsSince("ben", fixture.time + std::chrono::seconds(1)), 0);
}

void TestCohort::a_decision_on_an_older_prediction_takes_the_mask_that_was_seen()
{
    CohortFixture fixture(1);
    fixture.cohort->addPrediction(1, predictionOf(3, 0.5, "a"));
    const auto seen = fixture.cohort->study(1);
    fixture.cohort->addPrediction(1, predictionOf(4, 0.5, "b"));
    const auto outcome = fixture.cohort->decide(1, by("anna", Verdict::Accept, seen));
    QCOMPARE(outcome.result, DecisionResult::Merged);
    QCOMPARE(outcome.study.state, CaseState::Accepted);
    QVERIFY(fixture.cohort->readMask(1, outcome.study.maskRevision) == maskOf(3));
}

void TestCohort::reopening_goes_back_to_the_prediction()
{
    CohortFixture fixture(2);
    fixture.cohort->addPrediction(1, predictionOf(3));
    fixture.cohort->decide(1, editBy("anna", fixture.cohort->study(1), 9));
    const auto outcome = fixture.cohort->decide(1, by("anna", Verdict::Reopen, fixture.cohort->study(1)));
    QCOMPARE(outcome.study.state, CaseState::Predicted);
    QCOMPARE(outcome.study.maskRevision, 1);
    const auto accepted = fixture.cohort->decide(1, by("anna", Verdict::Accept, outcome.study));
    QVERIFY(fixture.cohort->readMask(1, accepted.study.maskRevision) == maskOf(3));

    fixture.cohort->decide(2, editBy("anna", fixture.cohort->study(2), 9));
    const auto bare = fixture.cohort->decide(2, by("anna", Verdict::Reopen, fixture.cohort->study(2)));
    QCOMPARE(bare.study.state, CaseState::Unlabelled);
    QCOMPARE(bare.study.maskRevision, 0);
    QCOMPARE(errorOf([&] { fixture.cohort->decide(2, by("anna", Verdict::Accept, bare.study)); }).first,
        static_cast<int>(ErrorKind::WrongUse));
}

void TestCohort::the_history_says_who_did_what_from_which_text()
{
    CohortFixture fixture(1);
    fixture.cohort->addPrediction(1, predictionOf(3, 0.25));
    fixture.time += std::chrono::minutes(3);
    auto decision = by("anna", Verdict::Reject, fixture.cohort->study(1));
    decision.note = "misses the apex";
    fixture.cohort->decide(1, decision);
    const auto history = fixture.cohort->history(1);
    QCOMPARE(history.size(), std::size_t(2));
    QCOMPARE(history[0].action, Action::Predicted);
    QVERIFY((history[0].model == ModelStamp{"lvit", "1", "hash of a", 1}));
    QCOMPARE(history[0].text, std::string("one infected area, lower left lung"));
    QCOMPARE(history[0].modelText, std::string("one infected area, lower left lung."));
    QCOMPARE(*history[0].threshold, 0.5);
    QCOMPARE(*history[0].scores.entropy, 0.25);
    QCOMPARE(history[1].who, std::string("anna"));
    QCOMPARE(history[1].note, std::string("misses the apex"));
    QCOMPARE(history[1].maskRevision, 1);
    QVERIFY(history[1].time - history[0].time == std::chrono::minutes(3));
    QVERIFY(!history[1].threshold);
}

void TestCohort::uncertainty_combines_what_is_known()
{
    QCOMPARE(uncertaintyOf({}), -1.0);
    QCOMPARE(uncertaintyOf({0.5, {}, {}}), 0.5);
    QCOMPARE(uncertaintyOf({0.5, 0.5, {}}), 0.75);
    QCOMPARE(uncertaintyOf({0.0, {}, 1.0}), 1.0);
}

void TestCohort::a_damaged_store_gives_an_error_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("text") << QByteArray("this is no database at all, but long enough to look like one").repeated(100);
    QTest::newRow("header only") << QByteArray("SQLite format 3\0", 16);
    QTest::newRow("header and zeros") << (QByteArray("SQLite format 3\0", 16) + QByteArray(8192, '\0'));
}

void TestCohort::a_damaged_store_gives_an_error()
{
    QFETCH(QByteArray, content);
    QTemporaryDir folder;
    QFile file(folder.filePath("cohort.sqlite"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    const auto [kind, sentence] = errorOf([&] { Cohort(folder.path().toStdString()); });
    QCOMPARE(kind, static_cast<int>(ErrorKind::InvalidInput));
    QVERIFY(sentence.find(folder.path().toStdString()) != std::string::npos);
}

void TestCohort::a_store_with_flipped_bytes_never_crashes()
{
    CohortFixture fixture(30);
    for (int id = 1; id <= 30; ++id)
        fixture.cohort->addPrediction(id, predictionOf(static_cast<unsigned>(id)));
    fixture.cohort->database().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    fixture.cohort.reset();
    QFile file(QString::fromStdString((fixture.path() / "cohort.sqlite").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray good = file.readAll();
    file.close();
    std::mt19937 random(7);
    int refused = 0;
    for (int round = 0; round < 60; ++round) {
        QByteArray bad = good;
        for (int flip = 0; flip < 40; ++flip)
            bad[static_cast<int>(random() % static_cast<unsigned>(bad.size()))] = static_cast<char>(random());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bad);
        file.close();
        const auto [kind, sentence] = errorOf([&] {
            Cohort cohort(fixture.path());
            cohort.counts();
            for (const auto& study : cohort.studiesAfter(0, 100)) {
                cohort.history(study.id);
                if (study.maskRevision > 0)
                    cohort.readMask(study.id, study.maskRevision);
                cohort.decide(study.id, by("anna", Verdict::Accept, study));
            }
        });
        refused += kind >= 0;
        for (const char* rest : {"cohort.sqlite-wal", "cohort.sqlite-shm"})
            std::filesystem::remove(fixture.path() / rest);
    }
    QVERIFY2(refused > 0, "no damage was noticed");
}

void TestCohort::a_newer_store_is_refused_with_a_sentence()
{
    CohortFixture fixture(1);
    fixture.cohort->database().exec("PRAGMA user_version = 99");
    const auto [kind, sentence] = errorOf([&] { Cohort(fixture.path()); });
    QCOMPARE(kind, static_cast<int>(ErrorKind::Unsupported));
    QVERIFY(sentence.find("newer version of Limn") != std::string::npos);
}

void TestCohort::a_store_of_the_first_version_is_brought_up_to_date()
{
    QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString());
    {
        SQLite::Database old((path / "cohort.sqlite").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        old.exec(annotations::detail::kMigrations[0]);
        old.exec("PRAGMA application_id = " + std::to_string(annotations::detail::kApplicationId));
        old.exec("PRAGMA user_version = 1");
        old.exec("INSERT INTO settings VALUES('name', 'old'), ('textSides', 'picture'), ('finding', '')");
        old.exec("INSERT INTO studies VALUES(1, 'a.png', 0, '" + std::string(64, 'a')
            + "', '', 6, 4, 'text', '', 0, 0, 0, -1, -1, -1, -1, 7, '', 0)");
    }
    Cohort cohort(path);
    QVERIFY(cohort.settings().textSides == imaging::Sides::Picture);
    QCOMPARE(cohort.study(1).text, std::string("text"));
    QVERIFY(cohort.study(1).warnings.empty());
    QVERIFY(cohort.addPrediction(1, predictionOf(3, 0.5, "a", "text")));
}

void TestCohort::what_a_model_said_of_a_case_is_kept_with_it()
{
    CohortFixture fixture(1);
    auto prediction = predictionOf(3);
    prediction.warnings = {"First sentence.", "Second\nsentence."};
    QVERIFY(fixture.cohort->addPrediction(1, prediction));
    const std::vector<std::string> kept{"First sentence.", "Second sentence."};
    QCOMPARE(fixture.cohort->study(1).warnings, kept);
    QCOMPARE(fixture.cohort->history(1).back().warnings, kept);
    fixture.cohort->setText(1, 1, "another text", "anna");
    QVERIFY(fixture.cohort->study(1).warnings.empty());
    QCOMPARE(fixture.cohort->history(1).front().warnings, kept);
}

void TestCohort::a_case_that_was_not_drawn_comes_first_and_says_why()
{
    CohortFixture fixture(2);
    auto& cohort = *fixture.cohort;
    QVERIFY(cohort.addPrediction(1, predictionOf(3, 0.9)));
    QVERIFY(cohort.addPrediction(2, predictionOf(3, 0.1)));
    auto denied = predictionOf(0, 0, "b");
    denied.warnings = {"The sentence denies it."};
    QVERIFY(cohort.addNotDrawn(2, denied));
    const auto first = annotations::queuePage(cohort, annotations::QueueOrder::Uncertainty, {}, 1).front();
    QCOMPARE(first.id, std::int64_t{2});
    QCOMPARE(first.state, CaseState::Unlabelled);
    QCOMPARE(first.maskRevision, 0);
    QCOMPARE(first.warnings, denied.warnings);
    QCOMPARE(annotations::nameOf(cohort.history(2).back().action), std::string_view("not drawn"));
    QCOMPARE(errorOf([&] { cohort.decide(2, by("anna", Verdict::Accept, first)); }).first,
        static_cast<int>(ErrorKind::WrongUse));
    QCOMPARE(cohort.decide(2, editBy("anna", first, 5)).result, DecisionResult::Applied);
    QVERIFY(!cohort.addNotDrawn(2, denied)); // A reader has decided.
    const auto reopened = cohort.decide(2, by("anna", Verdict::Reopen, cohort.study(2))).study;
    QCOMPARE(reopened.state, CaseState::Unlabelled); // The last thing a model made of it is nothing.
}

void TestCohort::sides_stand_in_the_store_as_ever_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("sides");
    QTest::addColumn<bool>("damaged");
    QTest::newRow("patient") << "patient" << int(imaging::Sides::Patient) << false;
    QTest::newRow("picture") << "picture" << int(imaging::Sides::Picture) << false;
    QTest::newRow("not decided") << "" << -1 << false;
    QTest::newRow("neither") << "left" << -1 << true;
}

void TestCohort::sides_stand_in_the_store_as_ever()
{
    QFETCH(QString, word);
    QFETCH(int, sides);
    QFETCH(bool, damaged);
    CohortFixture fixture(1);
    fixture.cohort->database().exec("UPDATE settings SET value = '" + word.toStdString() + "' WHERE key = 'textSides'");
    if (damaged) {
        const auto [kind, sentence] = errorOf([&] { Cohort(fixture.path()); });
        QVERIFY2(sentence.find("neither 'picture' nor 'patient'") != std::string::npos, sentence.c_str());
        return;
    }
    const auto read = Cohort(fixture.path()).settings().textSides;
    QCOMPARE(read ? int(*read) : -1, sides);
    if (read) {
        QTemporaryDir other;
        createCohort(other.path().toStdString(), {"", *read, ""});
        Cohort made(other.path().toStdString());
        const auto stored = made.database().execAndGet("SELECT value FROM settings WHERE key = 'textSides'").getString();
        QCOMPARE(QString::fromStdString(stored), word);
    }
}

void TestCohort::whose_sides_the_texts_mean_is_decided_once()
{
    QTemporaryDir folder;
    createCohort(folder.path().toStdString(), {});
    Cohort cohort(folder.path().toStdString());
    QVERIFY(!cohort.settings().textSides);
    cohort.decideTextSides(imaging::Sides::Patient);
    cohort.decideTextSides(imaging::Sides::Patient);
    QVERIFY(cohort.settings().textSides == imaging::Sides::Patient);
    QCOMPARE(errorOf([&] { cohort.decideTextSides(imaging::Sides::Picture); }).first, static_cast<int>(ErrorKind::WrongUse));
    QVERIFY(Cohort(folder.path().toStdString()).settings().textSides == imaging::Sides::Patient);
}

void TestCohort::a_store_with_other_tables_is_refused()
{
    CohortFixture fixture(1);
    fixture.cohort.reset();
    {
        SQLite::Database raw((fixture.path() / "cohort.sqlite").string(), SQLite::OPEN_READWRITE);
        raw.exec("CREATE TRIGGER evil AFTER UPDATE ON studies BEGIN DELETE FROM history; END");
    }
    QCOMPARE(errorOf([&] { Cohort(fixture.path()); }).first, static_cast<int>(ErrorKind::InvalidInput));
}

void TestCohort::a_mask_path_that_leaves_the_folder_is_refused()
{
    CohortFixture fixture(1);
    fixture.cohort->addPrediction(1, predictionOf(3));
    for (const char* path : {"../secret.png", "masks/S1/../../../secret.png", "/etc/passwd", "masks/S000001/x.txt"}) {
        fixture.cohort->database().exec("UPDATE history SET mask_file = '" + std::string(path) + "'");
        QCOMPARE(errorOf([&] { fixture.cohort->readMask(1, 1); }).first, static_cast<int>(ErrorKind::InvalidInput));
    }
}

void TestCohort::a_damaged_mask_file_is_noticed()
{
    CohortFixture fixture(2);
    fixture.cohort->addPrediction(1, predictionOf(3));
    fixture.cohort->addPrediction(2, predictionOf(4));
    std::filesystem::copy_file(fixture.cohort->maskFile(2, 1), fixture.cohort->maskFile(1, 1),
        std::filesystem::copy_options::overwrite_existing);
    QCOMPARE(errorOf([&] { fixture.cohort->readMask(1, 1); }).first, static_cast<int>(ErrorKind::InvalidInput));
    std::filesystem::resize_file(fixture.cohort->maskFile(1, 1), 20);
    QCOMPARE(errorOf([&] { fixture.cohort->readMask(1, 1); }).first, static_cast<int>(ErrorKind::InvalidInput));
    std::filesystem::remove(fixture.cohort->maskFile(1, 1));
    QCOMPARE(errorOf([&] { fixture.cohort->readMask(1, 1); }).first, static_cast<int>(ErrorKind::NotFound));
}

void TestCohort::a_full_disk_loses_nothing()
{
    CohortFixture fixture(20);
    for (int id = 1; id <= 10; ++id)
        fixture.cohort->addPrediction(id, predictionOf(static_cast<unsigned>(id)));
    const auto pages = fixture.cohort->database().execAndGet("PRAGMA page_count").getInt();
    fixture.cohort->database().exec("PRAGMA max_page_count = " + std::to_string(pages));
    int kind = -1;
    for (int round = 0; round < 2000 && kind < 0; ++round) {
        auto decision = editBy("anna", fixture.cohort->study(11), static_cast<unsigned>(round));
        decision.note = std::string(1000, 'n');
        kind = errorOf([&] { fixture.cohort->decide(11, decision); }).first;
    }
    QCOMPARE(kind, static_cast<int>(ErrorKind::Io));
    const Cohort again(fixture.path());
    const auto study = again.study(11);
    QCOMPARE(static_cast<int>(again.history(11).size()), study.revision);
    QVERIFY(study.maskRevision == 0 || again.readMask(11, study.maskRevision).columns == 6);
    for (int id = 1; id <= 10; ++id)
        QVERIFY(again.readMask(id, 1) == maskOf(static_cast<unsigned>(id)));
}

void TestCohort::a_shared_cohort_has_no_wal()
{
    CohortFixture fixture(1);
    QVERIFY(std::filesystem::exists(fixture.path() / "cohort.sqlite-wal"));
    fixture.cohort.reset();
    shareCohort(fixture.path());
    Cohort shared(fixture.path());
    QVERIFY(shared.addPrediction(1, predictionOf(3)));
    QVERIFY(!std::filesystem::exists(fixture.path() / "cohort.sqlite-wal"));
    QCOMPARE(errorOf([&] { shareCohort(fixture.path() / "x"); }).first, static_cast<int>(ErrorKind::NotFound));

    QTemporaryDir folder;
    createCohort(folder.path().toStdString(), {}, CohortPlace::SeveralComputers);
    Cohort born(folder.path().toStdString());
    const auto study = pictureOf(1);
    born.addStudies({&study, 1});
    QVERIFY(!QDir(folder.path()).exists("cohort.sqlite-wal"));
}

void TestCohort::times_are_written_in_utc()
{
    QCOMPARE(textOf(CohortTime(std::chrono::milliseconds(0))), std::string("1970-01-01T00:00:00Z"));
    QCOMPARE(textOf(CohortTime(std::chrono::milliseconds(1'790'000'000'999))), std::string("2026-09-21T14:13:20Z"));
}

QTEST_APPLESS_MAIN(TestCohort)
#include "tst_cohort.moc"
