#include "tests/support/edit_script.h"

#include <QTemporaryDir>
#include <QTest>
#include <rapidcheck.h>

#include <algorithm>
#include <fstream>
#include <iterator>

using app::Session;

namespace {

std::string bytesOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::filesystem::path& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

std::filesystem::path journalIn(const std::filesystem::path& folder)
{
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".journal")
            return entry.path();
    return {};
}

bool waitUntilKept(const Session& session)
{
    return QTest::qWaitFor([&] { return session.journalState() == app::JournalState::OnDisk; });
}

/// A journal of random work, how long it was after each step, and the state then.
struct Written
{
    std::string bytes;
    std::vector<std::size_t> sizes;
    QList<QByteArray> states;
};

Written written(const std::filesystem::path& folder, std::uint32_t seed, int steps)
{
    Written result;
    Session session(folder);
    session.open(support::scriptedCt(), QStringLiteral("s"));
    support::EditScript script(session, seed);
    for (int i = 0; i <= steps; ++i) {
        if (i > 0)
            script.step();
        waitUntilKept(session);
        result.sizes.push_back(std::filesystem::file_size(journalIn(folder)));
        result.states << support::digestOf(session);
    }
    result.bytes = bytesOf(journalIn(folder));
    return result;
}

/// What happens to files: bytes that change, blocks that are lost, nulls in the place of what was written last.
std::size_t damage(std::string& bytes)
{
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    const auto count = std::min(bytes.size() - at, *rc::gen::inRange<std::size_t>(1, 600));
    switch (*rc::gen::inRange(0, 5)) {
    case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ *rc::gen::inRange(1, 256));
        break;
    case 1:
        bytes.resize(at);
        break;
    case 2:
        bytes.erase(at, count);
        break;
    case 3:
        bytes.insert(at, std::string(count, static_cast<char>(*rc::gen::inRange(0, 256))));
        break;
    default:
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.size() - at, '\0');
    }
    return at;
}

} // namespace

class TestDamagedJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothing_in_front_of_the_damage_is_lost_and_it_is_said()
    {
        QTemporaryDir made;
        std::vector<Written> journals;
        for (std::uint32_t seed = 1; seed <= 4; ++seed)
            journals.push_back(written(std::filesystem::path(made.path().toStdString()) / std::to_string(seed), seed, 25));
        const auto name = journalIn(std::filesystem::path(made.path().toStdString()) / "1").filename();
        QVERIFY(rc::check([&] {
            const auto& journal = journals[static_cast<std::size_t>(*rc::gen::inRange(0, 4))];
            QTemporaryDir folder;
            const std::filesystem::path journalFolder = folder.path().toStdString();
            std::string bytes = journal.bytes;
            const auto at = damage(bytes);
            write(journalFolder / name, bytes);
            Session session(journalFolder);
            const auto restored = session.open(support::scriptedCt(), QStringLiteral("s"));
            const auto found = support::digestOf(session);
            const auto whole = std::upper_bound(journal.sizes.begin(), journal.sizes.end(), at) - journal.sizes.begin();
            const auto from = journal.states.begin() + std::max<std::ptrdiff_t>(0, whole - 1);
            RC_ASSERT(std::find(from, journal.states.end(), found) != journal.states.end());
            const bool cutBetween = std::binary_search(journal.sizes.begin(), journal.sizes.end(), bytes.size())
                && journal.bytes.starts_with(bytes);
            const bool none = bytes.empty() || bytes == journal.bytes; // An insertion of what is there, a cut to nothing.
            RC_ASSERT(cutBetween || none || !restored.warnings.empty());
            // Work goes on from there, and is kept.
            support::EditScript script(session, 99);
            for (int i = 0; i < 3; ++i)
                script.step();
            RC_ASSERT(waitUntilKept(session));
            const auto later = support::digestOf(session);
            QTemporaryDir copy; // As it would come back after a crash now.
            std::filesystem::copy_file(
                journalFolder / name, std::filesystem::path(copy.path().toStdString()) / name);
            Session next(copy.path().toStdString());
            const auto again = next.open(support::scriptedCt(), QStringLiteral("s"));
            RC_ASSERT(support::digestOf(next) == later);
            RC_ASSERT(again.warnings.empty());
        }));
    }

    void what_is_behind_the_damage_is_kept_as_a_file()
    {
        QTemporaryDir folder;
        const std::filesystem::path journals = folder.path().toStdString();
        const auto journal = written(journals, 5, 10);
        std::string bytes = journal.bytes;
        bytes[journal.sizes[5] + 30] ^= 1;
        write(journalIn(journals), bytes);
        Session session(journals);
        const auto restored = session.open(support::scriptedCt(), QStringLiteral("s"));
        QCOMPARE(support::digestOf(session), journal.states[5]);
        QCOMPARE(restored.warnings.size(), std::size_t{1});
        QVERIFY(restored.warnings[0].find("damaged") != std::string::npos);
        QVERIFY(waitUntilKept(session));
        int kept = 0;
        for (const auto& entry : std::filesystem::directory_iterator(journals))
            kept += entry.path().extension() == ".aside" && bytesOf(entry.path()) == bytes;
        QCOMPARE(kept, 1);
    }
};

QTEST_GUILESS_MAIN(TestDamagedJournal)
#include "tst_damaged_journal.moc"
