#include "app/session/session.h"

#include "imaging/error.h"
#include "tests/support/synthetic_volume.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <functional>

using app::Session;

namespace {

void paint(Session& session, std::size_t offset, std::size_t count, std::uint16_t value, const QString& name)
{
    auto edit = session.beginEdit();
    edit->paintRun(offset, count, value);
    session.commit(*edit, name);
}

std::vector<std::uint16_t> voxels(const Session& session)
{
    const auto span = session.labelMap()->voxels();
    return {span.begin(), span.end()};
}

} // namespace

class SessionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void every_edit_that_draws_is_held_to_the_rules_and_one_of_whole_labels_is_not()
    {
        Session session({});
        session.open(support::rampXray(20, 20, "L\\F"), QStringLiteral("s"));
        paint(session, 0, 10, 2, QStringLiteral("before"));
        session.setDrawRules({{annotations::DrawOver::Mode::BackgroundOnly, 0}, std::nullopt});
        paint(session, 5, 10, 1, QStringLiteral("rules"));
        QCOMPARE(session.voxelsOf(1), std::size_t{5});
        QCOMPARE(session.voxelsOf(2), std::size_t{10});
        const double value = session.volume()->value({3, 4, 0});
        session.setDrawRules({{}, annotations::ValueRange{value, value}});
        paint(session, 0, 400, 3, QStringLiteral("values"));
        QVERIFY(session.voxelsOf(3) > 0);
        for (int row = 0; row < 20; ++row)
            for (int column = 0; column < 20; ++column)
                if (session.labelMap()->at({column, row, 0}) == 3)
                    QCOMPARE(session.volume()->value({column, row, 0}), value);
        auto edit = session.beginEdit(app::EditKind::WholeLabels);
        edit->paintRun(0, 400, 4);
        QVERIFY(session.commit(*edit, QStringLiteral("whole")));
        QCOMPARE(session.voxelsOf(4), std::size_t{400});
    }

    void undo_and_redo_have_names_and_restore_voxels()
    {
        Session session({});
        session.open(support::rampXray(20, 20, "L\\F"), QStringLiteral("s"));
        const auto empty = voxels(session);
        paint(session, 5, 10, 1, QStringLiteral("Brush"));
        const auto first = voxels(session);
        paint(session, 10, 10, 2, QStringLiteral("Fill"));
        const auto second = voxels(session);
        QCOMPARE(session.undoName(), QStringLiteral("Fill"));
        session.undo();
        QCOMPARE(voxels(session), first);
        QCOMPARE(session.redoName(), QStringLiteral("Fill"));
        session.undo();
        QCOMPARE(voxels(session), empty);
        QVERIFY(!session.canUndo());
        session.redo();
        session.redo();
        QCOMPARE(voxels(session), second);
    }

    void label_sizes_follow_every_step()
    {
        Session session({});
        session.open(support::rampXray(20, 20, ""), QStringLiteral("s"));
        paint(session, 0, 30, 1, QStringLiteral("a"));
        paint(session, 20, 20, 2, QStringLiteral("b"));
        QCOMPARE(session.voxelsOf(1), std::size_t{20});
        QCOMPARE(session.voxelsOf(2), std::size_t{20});
        session.undo();
        QCOMPARE(session.voxelsOf(1), std::size_t{30});
        QCOMPARE(session.voxelsOf(2), std::size_t{0});
    }

    void voxels_are_counted_by_slice()
    {
        Session session({});
        session.open(support::steppedCt(10, 10, 3), QStringLiteral("s"));
        paint(session, 90, 120, 1, QStringLiteral("over two borders"));
        QCOMPARE(session.voxelsOnSlice(0), std::size_t{10});
        QCOMPARE(session.voxelsOnSlice(1), std::size_t{100});
        QCOMPARE(session.voxelsOnSlice(2), std::size_t{10});
        paint(session, 95, 10, 2, QStringLiteral("another label"));
        QCOMPARE(session.voxelsOnSlice(0), std::size_t{10});
        paint(session, 95, 10, 0, QStringLiteral("erase"));
        QCOMPARE(session.voxelsOnSlice(0), std::size_t{5});
        QCOMPARE(session.voxelsOnSlice(1), std::size_t{95});
        session.undo();
        session.undo();
        session.undo();
        for (const int slice : {0, 1, 2, 3})
            QCOMPARE(session.voxelsOnSlice(slice), std::size_t{0});
    }

    void locked_and_hidden_labels_are_protected()
    {
        Session session({});
        session.open(support::rampXray(20, 20, ""), QStringLiteral("s"));
        paint(session, 0, 10, 1, QStringLiteral("a"));
        auto labels = session.labels();
        labels[0].locked = true;
        session.setLabels(labels);
        paint(session, 0, 10, 0, QStringLiteral("erase"));
        QCOMPARE(session.voxelsOf(1), std::size_t{10});
        labels[0].locked = false;
        labels[0].visible = false;
        session.setLabels(labels);
        paint(session, 0, 10, 2, QStringLiteral("over"));
        QCOMPARE(session.voxelsOf(1), std::size_t{10});
    }

    void unsaved_work_is_known()
    {
        Session session({});
        session.open(support::rampXray(20, 20, ""), QStringLiteral("s"));
        QVERIFY(!session.hasUnsavedWork());
        paint(session, 0, 10, 1, QStringLiteral("a"));
        QVERIFY(session.hasUnsavedWork());
        const auto old = session.revision();
        paint(session, 30, 10, 1, QStringLiteral("b"));
        session.markSaved(old); // Saved before the last stroke.
        QVERIFY(session.hasUnsavedWork());
        session.markSaved(session.revision());
        QVERIFY(!session.hasUnsavedWork());
        session.undo();
        QVERIFY(session.hasUnsavedWork());
        session.redo();
        QVERIFY(!session.hasUnsavedWork());
    }

    void a_change_of_labels_is_work_with_a_name_data()
    {
        using Labels = annotations::LabelTable;
        QTest::addColumn<std::function<void(Labels&)>>("change");
        QTest::addColumn<QString>("name");
        const auto row = [](const char* name, std::function<void(Labels&)> change) {
            QTest::newRow(name) << std::move(change) << QString::fromUtf8(name);
        };
        row("Rename “One”", [](Labels& labels) { labels[0].name = "Nodule"; });
        row("Colour of “One”", [](Labels& labels) { labels[0].colour = {1, 2, 3}; });
        row("Lock “One”", [](Labels& labels) { labels[0].locked = true; });
        row("Unlock “Two”", [](Labels& labels) { labels[1].locked = false; });
        row("Code of “Two”", [](Labels& labels) { labels[1].type = {"1", "SCT", "x"}; });
        row("Change of “Two”", [](Labels& labels) { labels[1].description = "by hand"; });
        row("Add label “Three”", [](Labels& labels) {
            labels.push_back(labels[0]);
            labels.back().value = 3;
            labels.back().name = "Three";
        });
        row("Remove label “One”", [](Labels& labels) { labels.erase(labels.begin()); });
        row("Order of labels", [](Labels& labels) { std::swap(labels[0], labels[1]); });
    }

    void a_change_of_labels_is_work_with_a_name()
    {
        QFETCH(const std::function<void(annotations::LabelTable&)>, change);
        QFETCH(const QString, name);
        QTemporaryDir folder;
        const auto volume = support::rampXray(20, 20, "");
        annotations::LabelTable two(2);
        two[0].name = "One";
        two[1].name = "Two";
        two[1].value = 2;
        two[1].locked = true;
        auto changed = two;
        change(changed);
        {
            Session session(folder.path().toStdString());
            session.open(volume, QStringLiteral("s"));
            session.setLabels(two, QStringLiteral("Two labels"));
            session.markSaved(session.revision());
            const auto saved = session.revision();
            session.setLabels(changed);
            QCOMPARE(session.undoName(), name);
            QVERIFY(session.hasUnsavedWork());
            QVERIFY(session.revision() != saved);
            QVERIFY(session.label(session.activeLabel()));
            session.undo();
            QVERIFY(session.labels() == two);
            QVERIFY(!session.hasUnsavedWork());
            session.redo();
            QVERIFY(session.labels() == changed);
        }
        Session session(folder.path().toStdString());
        const auto restored = session.open(volume, QStringLiteral("s"));
        QCOMPARE(restored.steps, std::size_t{4});
        QVERIFY(session.labels() == changed);
        QVERIFY(session.hasUnsavedWork());
        QCOMPARE(session.undoName(), name);
        session.undo();
        QVERIFY(session.labels() == two);
    }

    void what_is_hidden_is_a_view_and_no_work()
    {
        QTemporaryDir folder;
        const auto volume = support::rampXray(20, 20, "");
        {
            Session session(folder.path().toStdString());
            session.open(volume, QStringLiteral("s"));
            paint(session, 0, 10, 1, QStringLiteral("a"));
            session.markSaved(session.revision());
            auto labels = session.labels();
            labels[1].visible = false;
            session.setLabels(labels);
            QVERIFY(!session.hasUnsavedWork());
            QCOMPARE(session.undoName(), QStringLiteral("a"));
            session.undo();
            QVERIFY(!session.labels()[1].visible);
            session.redo();
            paint(session, 30, 10, 1, QStringLiteral("b"));
        }
        Session session(folder.path().toStdString());
        const auto restored = session.open(volume, QStringLiteral("s"));
        QVERIFY(!session.labels()[1].visible);
        QCOMPARE(restored.steps, std::size_t{4}); // a, its undo, its redo, b.
    }

    void masks_and_labels_change_in_one_step()
    {
        QTemporaryDir folder;
        const auto volume = support::rampXray(20, 20, "");
        annotations::LabelTable first;
        {
            Session session(folder.path().toStdString());
            session.open(volume, QStringLiteral("s"));
            first = session.labels();
            auto labels = first;
            labels.push_back(labels[0]);
            labels.back().value = 30;
            auto edit = session.beginEdit();
            edit->paintRun(0, 10, 30);
            QVERIFY(session.commit(*edit, QStringLiteral("Accept"), labels));
            session.undo();
            QVERIFY(session.labels() == first);
            QCOMPARE(session.voxelsOf(30), std::size_t{0});
            QVERIFY(!session.canUndo());
            session.redo();
        }
        Session session(folder.path().toStdString());
        session.open(volume, QStringLiteral("s"));
        QCOMPARE(session.voxelsOf(30), std::size_t{10});
        QVERIFY(session.label(30));
        session.undo();
        QVERIFY(session.labels() == first);
        QCOMPARE(session.voxelsOf(30), std::size_t{0});
    }

    void a_commit_that_changes_nothing_is_no_step()
    {
        Session session({});
        session.open(support::rampXray(20, 20, ""), QStringLiteral("s"));
        auto edit = session.beginEdit();
        QVERIFY(!session.commit(*edit, QStringLiteral("a"), session.labels()));
        QVERIFY(!session.canUndo());
    }

    void a_crash_loses_no_stroke()
    {
        QTemporaryDir folder;
        const std::filesystem::path journals = folder.path().toStdString();
        const auto volume = support::steppedCt(20, 20, 3);
        std::vector<std::uint16_t> before;
        {
            // Never closed: its journal stays, as after a crash.
            Session session(journals);
            session.open(volume, QStringLiteral("series"));
            paint(session, 5, 10, 1, QStringLiteral("one"));
            paint(session, 400, 50, 2, QStringLiteral("two"));
            paint(session, 100, 5, 1, QStringLiteral("three"));
            session.undo();
            before = voxels(session);
        }
        Session session(journals);
        const auto restored = session.open(volume, QStringLiteral("series"));
        QCOMPARE(restored.steps, std::size_t{4}); // The undo is a step too.
        QCOMPARE(voxels(session), before);
        QCOMPARE(session.voxelsOf(2), std::size_t{50});
        QVERIFY(session.hasUnsavedWork());
    }

    void a_crash_loses_no_name_and_no_colour()
    {
        QTemporaryDir folder;
        const std::filesystem::path journals = folder.path().toStdString();
        const auto volume = support::steppedCt(20, 20, 3);
        std::vector<annotations::Label> labels;
        {
            // Never closed: its journal stays, as after a crash.
            Session session(journals);
            session.open(volume, QStringLiteral("series"));
            labels = session.labels();
            labels[1].name = "My nodule";
            labels[1].colour = {9, 8, 7};
            session.setLabels(labels);
            paint(session, 5, 10, 2, QStringLiteral("Brush"));
        }
        Session session(journals);
        session.open(volume, QStringLiteral("series"));
        QVERIFY(session.labels() == labels);
        QCOMPARE(session.voxelsOf(2), std::size_t{10});
    }

    void given_masks_are_there_saved_and_counted()
    {
        Session session({});
        const auto volume = support::steppedCt(10, 10, 3);
        app::GivenMasks given{annotations::defaultLabels(), std::vector<std::uint16_t>(100), 1};
        std::fill_n(given.voxels.begin() + 20, 30, std::uint16_t{2});
        session.open(volume, QStringLiteral("s"), app::prepareWork({}, *volume, QStringLiteral("s"), &given));
        QCOMPARE(session.voxelsOf(2), std::size_t{30});
        QCOMPARE(session.voxelsOnSlice(1), std::size_t{30});
        QVERIFY(!session.hasUnsavedWork());
        QVERIFY(!session.canUndo());
        paint(session, 130, 10, 0, QStringLiteral("erase"));
        QCOMPARE(session.voxelsOf(2), std::size_t{20});
        session.undo();
        QCOMPARE(session.voxelsOf(2), std::size_t{30});
        QVERIFY(!session.hasUnsavedWork());
    }

    void strokes_on_given_masks_come_back_on_them()
    {
        QTemporaryDir folder;
        const std::filesystem::path journals = folder.path().toStdString();
        const auto volume = support::steppedCt(10, 10, 1);
        const app::GivenMasks given{annotations::defaultLabels(), std::vector<std::uint16_t>(100, 1), 0};
        const QString id = QStringLiteral("case, mask 4");
        {
            Session session(journals);
            session.open(volume, id, app::prepareWork(journals, *volume, id, &given));
            paint(session, 0, 10, 0, QStringLiteral("erase"));
        }
        Session session(journals);
        session.open(volume, id, app::prepareWork(journals, *volume, id, &given));
        QCOMPARE(session.voxelsOf(1), std::size_t{90});
        QVERIFY(session.hasUnsavedWork());
    }

    void a_given_mask_of_another_size_is_refused()
    {
        const auto volume = support::steppedCt(10, 10, 1);
        const app::GivenMasks given{annotations::defaultLabels(), std::vector<std::uint16_t>(99, 1), 0};
        QVERIFY_EXCEPTION_THROWN(app::prepareWork({}, *volume, QStringLiteral("s"), &given), imaging::Error);
    }

    void saving_then_crashing_brings_all_back()
    {
        QTemporaryDir folder;
        const auto volume = support::rampXray(20, 20, "");
        {
            Session session(folder.path().toStdString());
            session.open(volume, QStringLiteral("s"));
            paint(session, 0, 10, 1, QStringLiteral("a"));
            session.markSaved(session.revision());
            paint(session, 50, 10, 1, QStringLiteral("b"));
        }
        Session session(folder.path().toStdString());
        session.open(volume, QStringLiteral("s"));
        QCOMPARE(session.voxelsOf(1), std::size_t{20});
    }

    void work_that_was_given_up_does_not_come_back()
    {
        QTemporaryDir folder;
        const auto volume = support::rampXray(20, 20, "");
        Session session(folder.path().toStdString());
        session.open(volume, QStringLiteral("s"));
        paint(session, 0, 10, 1, QStringLiteral("a"));
        session.close();
        const auto restored = session.open(volume, QStringLiteral("s"));
        QCOMPARE(restored.steps, std::size_t{0});
        QVERIFY(session.labelMap()->empty());
    }

    void a_journal_that_cannot_be_written_is_said_and_caught_up_with()
    {
        QTemporaryDir folder;
        QFile blocker(folder.filePath(QStringLiteral("journals")));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        const std::filesystem::path journals(blocker.fileName().toStdString());
        const auto volume = support::rampXray(20, 20, "");
        {
            Session session(journals);
            QSignalSpy failed(&session, &Session::journalFailed);
            QSignalSpy recovered(&session, &Session::journalRecovered);
            session.open(volume, QStringLiteral("s"));
            QTRY_COMPARE(failed.count(), 1);
            QCOMPARE(session.journalState(), app::JournalState::Failed);
            QVERIFY(session.journalProblem().contains(QStringLiteral("cannot be written")));
            paint(session, 0, 10, 1, QStringLiteral("a"));
            QCOMPARE(session.voxelsOf(1), std::size_t{10});
            QCOMPARE(session.journalState(), app::JournalState::Failed);
            QVERIFY(blocker.remove()); // The folder can be made now.
            QTRY_COMPARE(recovered.count(), 1);
            QCOMPARE(session.journalState(), app::JournalState::OnDisk);
            QCOMPARE(failed.count(), 1);
        }
        Session session(journals);
        session.open(volume, QStringLiteral("s"));
        QCOMPARE(session.voxelsOf(1), std::size_t{10});
    }

    void a_journal_that_is_removed_is_written_again()
    {
        QTemporaryDir folder;
        const std::filesystem::path journals = std::filesystem::path(folder.path().toStdString()) / "journals";
        const auto volume = support::rampXray(20, 20, "");
        {
            Session session(journals);
            QSignalSpy recovered(&session, &Session::journalRecovered);
            session.open(volume, QStringLiteral("s"));
            paint(session, 0, 10, 1, QStringLiteral("a"));
            QTRY_COMPARE(session.journalState(), app::JournalState::OnDisk);
            std::filesystem::remove_all(journals);
            QTRY_COMPARE(recovered.count(), 1);
        }
        Session session(journals);
        session.open(volume, QStringLiteral("s"));
        QCOMPARE(session.voxelsOf(1), std::size_t{10});
    }

    void all_is_on_disk_when_it_says_so()
    {
        QTemporaryDir folder;
        const std::filesystem::path journals = folder.path().toStdString();
        const auto volume = support::rampXray(20, 20, "");
        Session session(journals);
        QCOMPARE(session.journalState(), app::JournalState::None);
        session.open(volume, QStringLiteral("s"));
        paint(session, 0, 10, 1, QStringLiteral("a"));
        QCOMPARE(session.journalState(), app::JournalState::Writing);
        QTRY_COMPARE(session.journalState(), app::JournalState::OnDisk);
        const auto file = std::find_if(std::filesystem::directory_iterator(journals),
            std::filesystem::directory_iterator(), [](const auto& e) { return e.path().extension() == ".journal"; });
        const auto content = annotations::readJournal(file->path(), "s", volume->grid());
        QCOMPARE(content.steps.size(), std::size_t{1});
    }

    void saved_masks_are_there_again()
    {
        QTemporaryDir folder;
        const std::filesystem::path journals = folder.path().toStdString();
        const auto volume = support::rampXray(20, 20, "");
        Session session(journals);
        session.open(volume, QStringLiteral("s"));
        paint(session, 0, 10, 1, QStringLiteral("a"));
        session.markSaved(session.revision(), {{}, "PACS", 7, 0, 0});
        session.close();
        session.journalPlace().settled.wait();
        for (int again = 0; again < 2; ++again) { // A saved state stays however often it is only looked at.
            Session next(journals);
            const auto restored = next.open(volume, QStringLiteral("s"));
            QCOMPARE(next.voxelsOf(1), std::size_t{10});
            QCOMPARE(restored.steps, std::size_t{0});
            QCOMPARE(restored.saved->archive, std::string("PACS"));
            QVERIFY(!next.hasUnsavedWork());
        }
    }

    void discarding_goes_back_to_what_was_saved()
    {
        QTemporaryDir folder;
        const auto volume = support::rampXray(20, 20, "");
        Session session(folder.path().toStdString());
        session.open(volume, QStringLiteral("s"));
        paint(session, 0, 10, 1, QStringLiteral("a"));
        session.markSaved(session.revision(), {"mask.dcm", {}, 7, 0, 0});
        paint(session, 30, 10, 2, QStringLiteral("b"));
        session.close();
        const auto restored = session.open(volume, QStringLiteral("s"));
        QCOMPARE(restored.steps, std::size_t{0});
        QCOMPARE(session.voxelsOf(1), std::size_t{10});
        QCOMPARE(session.voxelsOf(2), std::size_t{0});
    }

    void work_after_a_save_comes_back_as_unsaved()
    {
        QTemporaryDir folder;
        const auto volume = support::rampXray(20, 20, "");
        {
            Session session(folder.path().toStdString());
            session.open(volume, QStringLiteral("s"));
            paint(session, 0, 10, 1, QStringLiteral("a"));
            session.markSaved(session.revision(), {"mask.dcm", {}, 7, 0, 0});
            paint(session, 30, 10, 2, QStringLiteral("b"));
        }
        Session session(folder.path().toStdString());
        const auto restored = session.open(volume, QStringLiteral("s"));
        QCOMPARE(restored.steps, std::size_t{1});
        QVERIFY(session.hasUnsavedWork());
        session.undo();
        QVERIFY(!session.hasUnsavedWork());
        QCOMPARE(session.voxelsOf(1), std::size_t{10});
    }

    void a_second_window_reads_only_until_the_first_ends()
    {
        QTemporaryDir folder;
        const std::filesystem::path journals = folder.path().toStdString();
        const auto volume = support::rampXray(20, 20, "");
        Session first(journals);
        first.open(volume, QStringLiteral("s"));
        paint(first, 0, 10, 1, QStringLiteral("a"));
        QTRY_COMPARE(first.journalState(), app::JournalState::OnDisk);

        Session second(journals);
        QSignalSpy refused(&second, &Session::editRefused);
        QSignalSpy freed(&second, &Session::journalFreed);
        second.open(volume, QStringLiteral("s"));
        QCOMPARE(second.journalState(), app::JournalState::Elsewhere);
        QVERIFY(second.readOnlyReason().contains(QString::number(QCoreApplication::applicationPid())));
        QCOMPARE(second.voxelsOf(1), std::size_t{10}); // As far as the first had come.
        paint(second, 50, 10, 1, QStringLiteral("b"));
        auto labels = second.labels();
        labels[0].name = "Mine";
        second.setLabels(labels);
        second.undo();
        QCOMPARE(refused.count(), 3);
        QCOMPARE(second.voxelsOf(1), std::size_t{10});
        QVERIFY(second.labels() == first.labels());
        QVERIFY(second.labelMap()->count(1) == 10);
        QVERIFY(!second.hasUnsavedWork());
        second.close(); // Removes nobody's journal.

        second.open(volume, QStringLiteral("s"));
        paint(first, 20, 10, 1, QStringLiteral("c"));
        first.markSaved(first.revision(), {"mask.dcm", {}, 7, 0, 0});
        QCOMPARE(freed.count(), 0);
        first.close();
        QTRY_COMPARE(freed.count(), 1);
        second.open(volume, QStringLiteral("s"));
        QVERIFY(second.readOnlyReason().isEmpty());
        QCOMPARE(second.voxelsOf(1), std::size_t{20});
        paint(second, 50, 10, 1, QStringLiteral("b"));
        QCOMPARE(second.voxelsOf(1), std::size_t{30});
    }

    void what_is_held_cannot_be_changed_until_it_is_released()
    {
        Session session({});
        session.open(support::rampXray(20, 20, ""), QStringLiteral("s"));
        session.hold(QStringLiteral("Another picture is being read."));
        paint(session, 0, 10, 1, QStringLiteral("a"));
        QVERIFY(session.labelMap()->empty());
        session.release();
        paint(session, 0, 10, 1, QStringLiteral("a"));
        QCOMPARE(session.voxelsOf(1), std::size_t{10});
    }

    void an_edit_is_refused_before_memory_runs_out_and_work_is_on_disk()
    {
        QTemporaryDir folder;
        Session session(folder.path().toStdString());
        session.open(support::rampXray(20, 20, ""), QStringLiteral("s"));
        paint(session, 0, 10, 1, QStringLiteral("a"));
        std::optional<std::uint64_t> free = 5'000'000;
        session.setMemory([&] { return free; });
        QSignalSpy refused(&session, &Session::editRefused);
        paint(session, 50, 10, 1, QStringLiteral("b"));
        QCOMPARE(session.voxelsOf(1), std::size_t{10});
        QCOMPARE(session.labelMap()->voxels()[50], std::uint16_t{0});
        QCOMPARE(refused.count(), 1);
        QVERIFY(refused[0][0].toString().contains(QStringLiteral("5 MB are free")));
        QTRY_COMPARE(session.journalState(), app::JournalState::OnDisk);
        free.reset(); // A system that does not say.
        paint(session, 50, 10, 1, QStringLiteral("b"));
        QCOMPARE(session.voxelsOf(1), std::size_t{20});
    }

    void values_without_a_label_get_one_when_restored()
    {
        QTemporaryDir folder;
        const auto volume = support::rampXray(20, 20, "");
        {
            Session session(folder.path().toStdString());
            session.open(volume, QStringLiteral("s"));
            paint(session, 0, 10, 77, QStringLiteral("a"));
        }
        Session session(folder.path().toStdString());
        session.open(volume, QStringLiteral("s"));
        QVERIFY(session.label(77));
    }
};

QTEST_GUILESS_MAIN(SessionTest)
#include "tst_session.moc"
