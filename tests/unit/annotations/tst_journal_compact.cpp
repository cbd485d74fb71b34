#include "annotations/journal_compact.h"

#include "annotations/journal.h"
#include "annotations/journal_record.h"
#include "annotations/label_map.h"
#include "annotations/mask_edit.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include <sys/resource.h>
#include <sys/stat.h>

using annotations::Journal;
using annotations::JournalContent;
using annotations::LabelMap;
using annotations::MaskDelta;
using annotations::MaskEdit;

namespace {

using Records = std::vector<std::string>;
using Voxels = std::vector<std::uint16_t>;

imaging::VoxelGrid smallGrid()
{
    imaging::VoxelGrid grid;
    grid.columns = 8;
    grid.rows = 6;
    grid.slices = 2;
    return grid;
}

/// What a journal brings back.
struct State
{
    Voxels voxels;
    Voxels savedVoxels; ///< As they were saved last.
    annotations::LabelTable labels;
    annotations::LabelTable savedLabels;
    std::optional<annotations::SavedNote> saved;
    std::optional<annotations::StudyNote> study;

    friend bool operator==(const State&, const State&) = default;
};

Voxels voxelsOf(const LabelMap& map)
{
    return {map.voxels().begin(), map.voxels().end()};
}

State stateOf(const JournalContent& content)
{
    State state;
    LabelMap map(smallGrid());
    state.saved = content.saved;
    state.study = content.study;
    state.savedVoxels = voxelsOf(map);
    for (std::size_t i = 0; i < content.steps.size(); ++i) {
        const auto& step = content.steps[i];
        if (step.mask)
            step.mask->apply(map);
        if (step.labels)
            state.labels = *step.labels;
        if (i + 1 == content.savedSteps) {
            state.savedVoxels = voxelsOf(map);
            state.savedLabels = state.labels;
        }
    }
    state.voxels = voxelsOf(map);
    return state;
}

State replay(std::span<const std::string> records)
{
    JournalContent content;
    for (const auto& record : records)
        RC_ASSERT(takeJournalRecord(record, smallGrid(), content));
    return stateOf(content);
}

State replay(const std::filesystem::path& path)
{
    return stateOf(annotations::readJournal(path, "k", smallGrid()));
}

/// Work as a session does it: strokes, undo, labels, visibility, saves.
class Work
{
public:
    std::string next(int kind, std::size_t offset, std::size_t count, std::uint16_t value)
    {
        if (kind == 0)
            return journalRecord(annotations::SavedNote{"m.dcm", {}, static_cast<std::int64_t>(offset), count, value});
        if (kind == 1)
            return journalRecord(annotations::StudyNote{"/p", std::to_string(offset), "Doe", {}, "CT", {}});
        if (kind == 2) {
            m_labels[value % m_labels.size()].visible = offset % 2 == 0;
            return annotations::journalRecord({}, nullptr, m_labels);
        }
        if (kind == 3)
            m_labels[value % m_labels.size()].name = "Label " + std::to_string(offset);
        if (kind == 4 && !m_undoable.empty()) {
            const auto undone = m_undoable.back().inverted();
            m_undoable.pop_back();
            undone.apply(m_map);
            return journalRecord(undone);
        }
        MaskEdit edit(m_map);
        edit.paintRun(offset, std::min(count, m_map.voxels().size() - offset), value);
        auto delta = edit.commit("Brush");
        if (!delta || kind == 3) {
            m_undoable.clear();
            return annotations::journalRecord("Labels", delta ? &*delta : nullptr, m_labels);
        }
        m_undoable.push_back(std::move(*delta));
        return journalRecord(m_undoable.back());
    }

    Voxels voxels() const { return voxelsOf(m_map); }

private:
    LabelMap m_map{smallGrid()};
    annotations::LabelTable m_labels{annotations::defaultLabels()[0], annotations::defaultLabels()[1]};
    std::vector<MaskDelta> m_undoable; ///< The steps done last.
};

std::string anyStep(Work& work)
{
    return work.next(*rc::gen::inRange(0, 12), *rc::gen::inRange<std::size_t>(0, 95),
        *rc::gen::inRange<std::size_t>(1, 60), static_cast<std::uint16_t>(*rc::gen::inRange(0, 5)));
}

Records anyRecords()
{
    Work work;
    Records records;
    const int count = *rc::gen::inRange(0, 40);
    for (int i = 0; i < count; ++i)
        records.push_back(anyStep(work));
    return records;
}

std::uint64_t bytesOf(std::span<const std::string> records)
{
    std::uint64_t bytes = 0;
    for (const auto& record : records)
        bytes += record.size();
    return bytes;
}

/// No file can be opened while this is there.
class NoMoreFiles
{
public:
    NoMoreFiles()
    {
        getrlimit(RLIMIT_NOFILE, &m_old);
        const rlimit none{3, m_old.rlim_max};
        setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoMoreFiles() { setrlimit(RLIMIT_NOFILE, &m_old); }
    NoMoreFiles(const NoMoreFiles&) = delete;
    NoMoreFiles& operator=(const NoMoreFiles&) = delete;

private:
    rlimit m_old{};
};

} // namespace

class TestJournalCompact : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path m_path;

private Q_SLOTS:
    void init()
    {
        m_path = std::filesystem::path(m_folder.path().toStdString()) / "study.journal";
        std::filesystem::remove(m_path);
    }

    void what_is_compacted_brings_the_same_back()
    {
        QVERIFY(rc::check([] {
            const Records records = anyRecords();
            const auto kept = *rc::gen::inRange<std::uint64_t>(0, 2000);
            const Records fewer = annotations::compacted(records, smallGrid(), kept);
            RC_ASSERT(replay(fewer) == replay(records));
            // At most study, two steps and the save in front of those that stay.
            std::size_t newest = 0;
            while (newest < records.size() && bytesOf(std::span(records).last(newest + 1)) <= kept)
                ++newest;
            RC_ASSERT(fewer.size() <= newest + 4);
            RC_ASSERT(fewer.size() >= newest);
            RC_ASSERT(std::equal(fewer.end() - static_cast<std::ptrdiff_t>(newest), fewer.end(),
                records.end() - static_cast<std::ptrdiff_t>(newest)));
            // A torn end loses the same steps, whatever stands in front of it.
            for (std::size_t torn = 0; torn <= newest; ++torn)
                RC_ASSERT(replay(std::span(fewer).first(fewer.size() - torn))
                    == replay(std::span(records).first(records.size() - torn)));
            // Again: nothing more is lost.
            RC_ASSERT(replay(annotations::compacted(fewer, smallGrid(), 0)) == replay(records));
        }));
    }

    void a_journal_stays_small_however_long_the_work_and_comes_back_from_any_byte()
    {
        QVERIFY(rc::check([this] {
            std::filesystem::remove(m_path);
            constexpr std::uint64_t kLarge = 600;
            Work work;
            Records records;
            std::vector<State> states{replay(records)};
            std::uintmax_t appendedFrom = 0; // What stands before was written whole before it got its name.
            std::uintmax_t size = 0;
            ino_t file = 0;
            {
                Journal journal(m_path, "k", smallGrid(), kLarge);
                const int count = *rc::gen::inRange(10, 40);
                for (int i = 0; i < count; ++i) {
                    records.push_back(anyStep(work));
                    journal.append(records.back());
                    journal.flush();
                    states.push_back(replay(records));
                    RC_ASSERT(journal.isOnDisk());
                    RC_ASSERT(replay(m_path) == states.back());
                    struct stat now{};
                    ::stat(m_path.c_str(), &now);
                    size = static_cast<std::uintmax_t>(now.st_size);
                    if (std::exchange(file, now.st_ino) != now.st_ino)
                        appendedFrom = size;
                    RC_ASSERT(size < 8 * kLarge);
                }
            }
            std::filesystem::resize_file(m_path, *rc::gen::inRange(appendedFrom, size + 1));
            RC_ASSERT(std::find(states.begin(), states.end(), replay(m_path)) != states.end());
        }));
    }

    void what_was_given_up_is_forgotten_after_it_was_compacted()
    {
        Work work;
        Records records;
        for (int i = 0; i < 200; ++i)
            records.push_back(i == 60
                    ? work.next(0, 1, 2, 3)
                    : work.next(9, static_cast<std::size_t>(i) % 90, 7, static_cast<std::uint16_t>(i % 3)));
        Journal journal(m_path, "k", smallGrid(), 1000);
        for (const auto& record : records) {
            journal.append(record);
            journal.flush();
        }
        journal.forgetUnsaved();
        journal.flush();
        QVERIFY(replay(m_path) == replay(std::span(records).first(61)));
    }

    void a_large_journal_of_an_earlier_version_is_compacted_when_it_is_written()
    {
        Work work;
        {
            Journal journal(m_path, "k", smallGrid());
            for (std::size_t i = 0; i < 300; ++i)
                journal.append(work.next(9, i % 90, 5, std::uint16_t(i % 4)));
            journal.flush();
        }
        const auto before = std::filesystem::file_size(m_path);
        const auto state = replay(m_path);
        Journal journal(m_path, "k", smallGrid(), 1000);
        QCOMPARE(std::filesystem::file_size(m_path), before);
        journal.flush();
        QVERIFY(std::filesystem::file_size(m_path) < before / 4);
        QVERIFY(replay(m_path) == state);
    }

    /// The new file is complete, or half of it is there, and has not got its name yet.
    void a_program_that_ends_while_it_compacts_loses_nothing_and_leaves_nothing()
    {
        Work work;
        Records records;
        const auto path = m_path;
        {
            Journal journal(path, "k", smallGrid());
            for (std::size_t i = 0; i < 100; ++i) {
                records.push_back(work.next(9, i % 90, 5, std::uint16_t(i % 4)));
                journal.append(records.back());
            }
            journal.flush();
        }
        const std::filesystem::path unfinished = path.string() + ".4711.0.part";
        const std::filesystem::path others = path.parent_path() / "other.journal.4711.0.part";
        std::filesystem::copy_file(path, unfinished);
        std::filesystem::resize_file(unfinished, 300);
        std::filesystem::copy_file(unfinished, others);
        Journal journal(path, "k", smallGrid(), 1000);
        QVERIFY(replay(path) == replay(records));
        journal.flush(); // Compacts.
        QVERIFY(replay(path) == replay(records));
        QVERIFY(!std::filesystem::exists(unfinished));
        QVERIFY(std::filesystem::exists(others));
        std::filesystem::remove(others);
    }

    void compacting_that_fails_loses_nothing()
    {
        Work work;
        Records records;
        const auto write = [&](Journal& journal, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) {
                records.push_back(work.next(9, i % 90, 5, std::uint16_t(i % 4)));
                journal.append(records.back());
                journal.flush();
            }
        };
        Journal journal(m_path, "k", smallGrid(), 1000);
        write(journal, 10);
        {
            const NoMoreFiles full;
            write(journal, 100);
        }
        QVERIFY(journal.isOnDisk());
        QVERIFY(replay(m_path) == replay(records));
        const auto large = std::filesystem::file_size(m_path);
        write(journal, 200);
        QVERIFY(std::filesystem::file_size(m_path) < large);
        QVERIFY(replay(m_path) == replay(records));
        for (const auto& entry : std::filesystem::directory_iterator(m_path.parent_path()))
            QVERIFY(entry.path().extension() != ".part");
    }
};

QTEST_APPLESS_MAIN(TestJournalCompact)
#include "tst_journal_compact.moc"
