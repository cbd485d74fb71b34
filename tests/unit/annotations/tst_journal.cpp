#include "annotations/journal.h"
#include "annotations/journal_lock.h"
#include "annotations/label_map.h"
#include "annotations/mask_edit.h"
#include "imaging/error.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

using annotations::Journal;
using annotations::LabelMap;
using annotations::MaskDelta;
using annotations::MaskEdit;

namespace {

imaging::VoxelGrid smallGrid()
{
    imaging::VoxelGrid grid;
    grid.columns = 8;
    grid.rows = 6;
    grid.slices = 2;
    return grid;
}

MaskDelta paint(LabelMap& map, std::size_t offset, std::size_t count, std::uint16_t value, const char* name)
{
    MaskEdit edit(map);
    edit.paintRun(offset, count, value);
    return *edit.commit(name);
}

template <typename... Parts> void add(Journal& journal, const Parts&... parts)
{
    journal.append(annotations::journalRecord(parts...));
    journal.flush();
}

void add(Journal& journal, std::string_view name, const MaskDelta* mask, const annotations::LabelTable& labels)
{
    journal.append(annotations::journalRecord(name, mask, labels));
    journal.flush();
}

void addTo(const std::filesystem::path& path, std::string_view key, const imaging::VoxelGrid& grid, const MaskDelta& delta)
{
    Journal journal(path, key, grid);
    add(journal, delta);
}

void replay(const annotations::JournalContent& content, LabelMap& map)
{
    for (const auto& step : content.steps)
        if (step.mask)
            step.mask->apply(map);
}

std::string bytesOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::filesystem::path& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path m_path;

private Q_SLOTS:
    void init()
    {
        m_path = std::filesystem::path(m_folder.path().toStdString()) / "sub" / "study.journal";
        std::filesystem::remove(m_path);
    }

    void replay_gives_the_state_after_edits_and_undo()
    {
        LabelMap map(smallGrid());
        {
            Journal journal(m_path, "1.2.3", map.grid());
            add(journal, paint(map, 3, 20, 1, "Brush"));
            const MaskDelta second = paint(map, 10, 30, 2, "Model");
            add(journal, second);
            second.revert(map);
            add(journal, second.inverted());
            add(journal, paint(map, 80, 5, 3, "Brush"));
        }
        LabelMap restored(smallGrid());
        const auto content = annotations::readJournal(m_path, "1.2.3", restored.grid());
        replay(content, restored);
        QCOMPARE(content.steps.size(), std::size_t{4});
        QCOMPARE(content.steps[1].name, std::string("Model"));
        QVERIFY(content.warnings.empty());
        QVERIFY(std::ranges::equal(map.voxels(), restored.voxels()));
    }

    void labels_come_back_whole_step_by_step()
    {
        LabelMap map(smallGrid());
        auto labels = annotations::defaultLabels();
        const auto first = labels;
        std::optional<MaskDelta> both;
        {
            Journal journal(m_path, "k", map.grid());
            add(journal, {}, nullptr, labels);
            add(journal, paint(map, 3, 20, 1, "Brush"));
            labels[0].name = "My nodule";
            labels[0].colour = {1, 2, 3};
            labels[1].locked = true;
            labels[2].visible = false;
            labels[3].algorithm = annotations::AlgorithmType::Automatic;
            labels[3].description = std::string("a\0b", 3);
            add(journal, "Rename", nullptr, labels);
            both = paint(map, 40, 2, 2, "Accept");
            add(journal, "Accept", &*both, first);
        }
        const auto content = annotations::readJournal(m_path, "k", map.grid());
        QVERIFY(content.warnings.empty());
        QCOMPARE(content.steps.size(), std::size_t{4});
        QVERIFY((content.steps[0] == annotations::JournalStep{{}, std::nullopt, first, std::nullopt}));
        QVERIFY(content.steps[1].mask && !content.steps[1].labels);
        QVERIFY((content.steps[2] == annotations::JournalStep{"Rename", std::nullopt, labels, std::nullopt}));
        QVERIFY((content.steps[3] == annotations::JournalStep{"Accept", both, first, std::nullopt}));
    }

    void measurements_come_back_with_what_else_their_step_did_data()
    {
        QTest::addColumn<bool>("labels");
        QTest::addColumn<bool>("mask");
        QTest::newRow("alone") << false << false;
        QTest::newRow("with labels") << true << false;
        QTest::newRow("with masks") << false << true;
        QTest::newRow("with both") << true << true;
    }

    void measurements_come_back_with_what_else_their_step_did()
    {
        QFETCH(bool, labels);
        QFETCH(bool, mask);
        LabelMap map(smallGrid());
        const auto table = annotations::defaultLabels();
        const auto delta = paint(map, 3, 20, 1, "Measure");
        const imaging::Plane plane{40, 30, {0.5, 0.7}, {1, 2, 3}, {imaging::PatientPoint{0, 1, 0}, {0, 0, -1}}};
        const annotations::MeasurementTable measured{
            {7, annotations::MeasureKind::Angle, plane, {{1, 2, 3}, {4, 5, 6}, {7, 8, 9.5}}, "Carina"},
            {2, annotations::MeasureKind::Length, plane, {{1, 2, 3}, {4, 5, 6}}, {}}};
        {
            Journal journal(m_path, "k", map.grid());
            journal.append(annotations::journalRecord("Measure", mask ? &delta : nullptr, labels ? &table : nullptr, measured));
            journal.append(annotations::journalRecord("Remove", nullptr, nullptr, {}));
            journal.flush();
        }
        const auto content = annotations::readJournal(m_path, "k", map.grid());
        QVERIFY(content.warnings.empty());
        QCOMPARE(content.steps.size(), std::size_t{2});
        const auto& step = content.steps[0];
        QVERIFY(step.measurements == measured && step.name == "Measure");
        QCOMPARE(step.labels.has_value(), labels);
        QCOMPARE(step.mask.has_value(), mask);
        QVERIFY(content.steps[1].measurements && content.steps[1].measurements->empty());
    }

    void damaged_measurements_end_the_journal()
    {
        const imaging::Plane plane{40, 30, {0.5, 0.7}, {1, 2, 3}, {imaging::PatientPoint{0, 1, 0}, {0, 0, -1}}};
        const annotations::Measurement good{7, annotations::MeasureKind::Length, plane, {{1, 2, 3}, {4, 5, 6}}, {}};
        auto twice = annotations::MeasurementTable{good, good};
        auto endless = annotations::MeasurementTable{good};
        endless[0].points[1].y = std::numeric_limits<double>::infinity();
        auto flat = annotations::MeasurementTable{good};
        flat[0].plane.spacingMm[0] = 0;
        auto nameless = annotations::MeasurementTable{good};
        nameless[0].id = 0;
        for (const auto& table : {twice, endless, flat, nameless}) {
            annotations::JournalContent content;
            QVERIFY(!takeJournalRecord(annotations::journalRecord("Measure", nullptr, nullptr, table), smallGrid(), content));
        }
        annotations::JournalContent content;
        const std::string whole = annotations::journalRecord("Measure", nullptr, nullptr, {good});
        QVERIFY(takeJournalRecord(whole, smallGrid(), content));
        for (std::size_t size = 4; size < whole.size(); ++size)
            QVERIFY(!takeJournalRecord(whole.substr(0, size), smallGrid(), content));
    }

    void damaged_label_steps_end_the_journal()
    {
        LabelMap map(smallGrid());
        {
            Journal journal(m_path, "k", map.grid());
            const MaskDelta delta = paint(map, 40, 2, 2, "Accept");
            add(journal, "Accept", &delta, annotations::defaultLabels());
        }
        const std::string good = bytesOf(m_path);
        QVERIFY(rc::check([&] {
            std::string bad = good;
            const auto at = *rc::gen::inRange<std::size_t>(0, bad.size());
            bad[at] = static_cast<char>(bad[at] ^ *rc::gen::inRange(1, 256));
            write(m_path, bad);
            RC_ASSERT(annotations::readJournal(m_path, "k", smallGrid()).steps.empty());
        }));
    }

    void a_torn_tail_is_left_out_and_later_steps_are_readable()
    {
        LabelMap map(smallGrid());
        std::size_t firstSize = 0;
        {
            Journal journal(m_path, "k", map.grid());
            add(journal, paint(map, 0, 5, 1, "kept"));
            firstSize = std::filesystem::file_size(m_path);
            add(journal, paint(map, 7, 5, 1, "torn"));
        }
        std::filesystem::resize_file(m_path, std::filesystem::file_size(m_path) - 3);
        auto content = annotations::readJournal(m_path, "k", map.grid());
        QCOMPARE(content.steps.size(), std::size_t{1});
        QCOMPARE(content.warnings.size(), std::size_t{1});
        {
            Journal journal(m_path, "k", map.grid());
            journal.flush();
            QCOMPARE(std::filesystem::file_size(m_path), std::uintmax_t{firstSize});
            add(journal, paint(map, 30, 5, 1, "later"));
        }
        content = annotations::readJournal(m_path, "k", map.grid());
        QCOMPARE(content.steps.size(), std::size_t{2});
        QCOMPARE(content.steps[1].name, std::string("later"));
        QVERIFY(content.warnings.empty());
    }

    void killed_at_any_byte_the_whole_steps_come_back()
    {
        LabelMap map(smallGrid());
        std::vector<std::size_t> ends; // Of the header and of each record.
        std::vector<MaskDelta> steps;
        {
            Journal journal(m_path, "k", map.grid());
            journal.flush();
            ends.push_back(std::filesystem::file_size(m_path));
            for (std::size_t i = 0; i < 4; ++i) {
                steps.push_back(paint(map, 3 * i, 20, static_cast<std::uint16_t>(i + 1), "step"));
                add(journal, steps.back());
                ends.push_back(std::filesystem::file_size(m_path));
            }
        }
        const std::string whole = bytesOf(m_path);
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            write(m_path, whole.substr(0, size));
            const auto content = annotations::readJournal(m_path, "k", smallGrid());
            const auto complete = std::upper_bound(ends.begin(), ends.end(), size) - ends.begin();
            QCOMPARE(content.steps.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(complete - 1, 0)));
            QVERIFY(std::equal(content.steps.begin(), content.steps.end(), steps.begin(),
                [](const auto& step, const MaskDelta& delta) { return step.mask == delta; }));
            const bool torn = complete == 0 || ends[static_cast<std::size_t>(complete) - 1] != size;
            QCOMPARE(content.warnings.empty(), !torn);
        }
    }

    void a_changed_byte_never_gives_a_changed_step()
    {
        LabelMap map(smallGrid());
        const MaskDelta first = paint(map, 0, 5, 1, "one");
        const MaskDelta second = paint(map, 9, 30, 2, "two");
        {
            Journal journal(m_path, "k", map.grid());
            add(journal, first);
            add(journal, second);
        }
        const std::string good = bytesOf(m_path);
        QVERIFY(rc::check([&] {
            std::string bad = good;
            const auto at = *rc::gen::inRange<std::size_t>(0, bad.size());
            bad[at] = static_cast<char>(bad[at] ^ *rc::gen::inRange(1, 256));
            bad.resize(*rc::gen::inRange<std::size_t>(0, bad.size() + 1));
            write(m_path, bad);
            const auto content = annotations::readJournal(m_path, "k", smallGrid());
            RC_ASSERT(content.steps.size() <= 2);
            if (!content.steps.empty())
                RC_ASSERT(content.steps[0].mask == first);
            if (content.steps.size() > 1)
                RC_ASSERT(content.steps[1].mask == second);
        }));
    }

    void a_journal_of_another_series_or_grid_is_not_replayed()
    {
        LabelMap map(smallGrid());
        addTo(m_path, "series-a", map.grid(), paint(map, 0, 5, 1, "a"));
        QVERIFY(annotations::readJournal(m_path, "series-b", map.grid()).steps.empty());
        imaging::VoxelGrid other = smallGrid();
        other.rows = 7;
        QVERIFY(annotations::readJournal(m_path, "series-a", other).steps.empty());
        QCOMPARE(annotations::readJournal(m_path, "series-a", map.grid()).steps.size(), std::size_t{1});
    }

    void what_was_given_up_is_cut_back_to_the_last_save()
    {
        LabelMap map(smallGrid());
        Journal journal(m_path, "k", map.grid());
        add(journal, paint(map, 0, 5, 1, "a"));
        add(journal, annotations::SavedNote{"mask.dcm", {}, 7, 8, 9});
        add(journal, paint(map, 9, 5, 1, "b"));
        auto content = annotations::readJournal(m_path, "k", map.grid());
        QCOMPARE(content.steps.size(), std::size_t{2});
        QCOMPARE(content.savedSteps, std::size_t{1});
        QVERIFY((content.saved == annotations::SavedNote{"mask.dcm", {}, 7, 8, 9}));
        journal.forgetUnsaved();
        journal.flush();
        content = annotations::readJournal(m_path, "k", map.grid());
        QCOMPARE(content.steps.size(), std::size_t{1});
        add(journal, paint(map, 20, 5, 1, "c"));
        content = annotations::readJournal(m_path, "k", map.grid());
        QCOMPARE(content.steps.size(), std::size_t{2});
        QCOMPARE(content.steps[1].name, std::string("c"));
        QVERIFY(content.warnings.empty());
    }

    void what_was_never_saved_and_given_up_leaves_no_file()
    {
        LabelMap map(smallGrid());
        Journal journal(m_path, "k", map.grid());
        add(journal, annotations::StudyNote{"/pictures", "1.2.3", "Doe", "20260101", "CR", "Chest"});
        add(journal, paint(map, 0, 5, 1, "a"));
        journal.forgetUnsaved();
        journal.flush();
        QVERIFY(!std::filesystem::exists(m_path));
    }

    void a_file_that_is_lost_or_changed_is_written_again_whole_data()
    {
        QTest::addColumn<int>("loss");
        QTest::newRow("removed") << 0;
        QTest::newRow("its folder removed") << 1;
        QTest::newRow("cut") << 2;
        QTest::newRow("replaced") << 3;
    }

    void a_file_that_is_lost_or_changed_is_written_again_whole()
    {
        QFETCH(int, loss);
        LabelMap map(smallGrid());
        Journal journal(m_path, "k", map.grid());
        add(journal, paint(map, 0, 5, 1, "a"));
        QVERIFY(journal.isOnDisk());
        if (loss == 0)
            std::filesystem::remove(m_path);
        else if (loss == 1)
            std::filesystem::remove_all(m_path.parent_path());
        else if (loss == 2)
            std::filesystem::resize_file(m_path, 20);
        else {
            std::filesystem::rename(m_path, m_path.string() + ".away");
            write(m_path, "another's work");
        }
        QVERIFY(!journal.isOnDisk());
        add(journal, paint(map, 9, 5, 1, "b"));
        QVERIFY(journal.isOnDisk());
        const auto content = annotations::readJournal(m_path, "k", map.grid());
        QCOMPARE(content.steps.size(), std::size_t{2});
        QVERIFY(content.warnings.empty());
        if (loss != 3)
            return;
        int kept = 0; // Nobody's work is written over.
        for (const auto& entry : std::filesystem::directory_iterator(m_path.parent_path()))
            kept += entry.path().extension() == ".aside" && bytesOf(entry.path()) == "another's work";
        QCOMPARE(kept, 1);
    }

    void only_the_user_can_read_it()
    {
        LabelMap map(smallGrid());
        addTo(m_path, "k", map.grid(), paint(map, 0, 5, 1, "a"));
        using std::filesystem::perms;
        QCOMPARE(std::filesystem::status(m_path).permissions(), perms::owner_read | perms::owner_write);
    }

    void one_has_the_lock_and_others_are_told_who()
    {
        using annotations::JournalHolder;
        using annotations::JournalLock;
        auto first = JournalLock::take(m_path);
        QVERIFY(std::holds_alternative<std::unique_ptr<JournalLock>>(first));
        const auto second = JournalLock::take(m_path);
        QVERIFY(std::holds_alternative<JournalHolder>(second));
        const auto& holder = std::get<JournalHolder>(second);
        QCOMPARE(holder.process, std::int64_t{getpid()});
        QVERIFY(!holder.host.empty() && !holder.user.empty() && holder.since > 1'600'000'000);
        QCOMPARE(JournalLock::holderOf(m_path)->process, holder.process);
        first = JournalHolder{};
        QVERIFY(!JournalLock::holderOf(m_path));
        QVERIFY(std::holds_alternative<std::unique_ptr<JournalLock>>(JournalLock::take(m_path)));
        QVERIFY(!std::filesystem::exists(m_path.string() + ".lock"));
    }

    void a_lock_whose_file_was_removed_is_known_to_be_none()
    {
        const auto taken = annotations::JournalLock::take(m_path);
        const auto& lock = std::get<std::unique_ptr<annotations::JournalLock>>(taken);
        QVERIFY(lock->isCurrent());
        std::filesystem::remove(m_path.string() + ".lock");
        QVERIFY(!lock->isCurrent());
    }

    void a_folder_lists_what_is_unfinished()
    {
        std::filesystem::remove_all(m_path.parent_path());
        LabelMap map(smallGrid());
        const annotations::StudyNote study{"/pictures", "1.2.3", "Doe", "20260101", "CR", "Chest"};
        const auto folder = m_path.parent_path();
        {
            Journal unfinished(folder / "a.journal", "a", map.grid());
            unfinished.append(annotations::journalRecord(study));
            add(unfinished, paint(map, 0, 5, 1, "a"));
            add(unfinished, annotations::SavedNote{"mask.dcm", {}, 7, 8, 9});
            add(unfinished, paint(map, 7, 5, 1, "b"));
            add(unfinished, {}, nullptr, annotations::defaultLabels());
            Journal saved(folder / "b.journal", "b", map.grid());
            add(saved, paint(map, 20, 5, 1, "a"));
            add(saved, annotations::SavedNote{{}, "PACS", 7, 0, 0});
            Journal empty(folder / "c.journal", "c", map.grid());
            empty.flush();
            addTo(folder / "d.journal", "d", map.grid(), paint(map, 40, 5, 1, "a"));
        }
        write(folder / "e.journal", "nothing of ours");
        const auto open = annotations::JournalLock::take(folder / "d.journal");
        auto found = annotations::journalsIn(folder);
        std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
        QCOMPARE(found.size(), std::size_t{2});
        QVERIFY(found[0].study == study);
        QCOMPARE(found[0].steps, std::size_t{2});
        QCOMPARE(found[0].unsavedSteps, std::size_t{1});
        QCOMPARE(found[1].unsavedSteps, std::size_t{0});
        QCOMPARE(found[1].saved->archive, std::string("PACS"));
        QVERIFY(std::filesystem::exists(folder / "e.journal"));
    }

    /// A file size limit stands for a full disk: the write stops in the middle of a record.
    void a_full_disk_is_a_sentence_and_earlier_steps_stay()
    {
        LabelMap map(smallGrid());
        Journal journal(m_path, "k", map.grid());
        add(journal, paint(map, 0, 5, 1, "kept"));
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit old{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &old), 0);
        const rlimit small{std::filesystem::file_size(m_path) + 20, old.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        QString message;
        try {
            add(journal, paint(map, 9, 30, 1, "late"));
        } catch (const imaging::Error& error) {
            message = error.what();
        }
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &old), 0);
        QVERIFY2(message.contains("cannot be written: File too large"), qPrintable(message));
        add(journal, paint(map, 45, 3, 2, "again room"));
        const auto content = annotations::readJournal(m_path, "k", map.grid());
        QVERIFY(content.warnings.empty());
        QCOMPARE(content.steps.size(), std::size_t{3}); // What did not fit is written when there is room.
        QCOMPARE(content.steps[1].name, std::string("late"));
        QCOMPARE(content.steps[2].name, std::string("again room"));
    }
};

QTEST_APPLESS_MAIN(TestJournal)
#include "tst_journal.moc"
