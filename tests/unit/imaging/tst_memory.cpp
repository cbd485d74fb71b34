#include "imaging/memory.h"

#include "imaging/error.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

class TestMemory : public QObject
{
    Q_OBJECT

    static void write(const std::filesystem::path& path, const std::string& text)
    {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }

private Q_SLOTS:
    void the_least_that_machine_and_groups_leave_is_free()
    {
        QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        QVERIFY(!imaging::availableMemory(root));
        write(root / "proc/meminfo", "MemTotal: 9000 kB\nMemAvailable: 5000 kB\n");
        QCOMPARE(*imaging::availableMemory(root), std::uint64_t{5000 * 1024});
        write(root / "proc/self/cgroup", "0::/user/one\n");
        write(root / "sys/fs/cgroup/user/one/memory.max", "max\n");
        write(root / "sys/fs/cgroup/user/one/memory.current", "100\n");
        QCOMPARE(*imaging::availableMemory(root), std::uint64_t{5000 * 1024});
        write(root / "sys/fs/cgroup/user/memory.max", "1000\n");
        write(root / "sys/fs/cgroup/user/memory.current", "700\n");
        write(root / "sys/fs/cgroup/user/memory.stat", "anon 3\ninactive_file 100\n");
        QCOMPARE(*imaging::availableMemory(root), std::uint64_t{400});
    }

    void what_does_not_fit_is_a_sentence()
    {
        imaging::requireMemory(1'000'000, "The series", 500'000'000);
        imaging::requireMemory(1ull << 60, "The series", std::nullopt);
        try {
            imaging::requireMemory(3'000'000'000, "The series", 2'000'000'000);
            QFAIL("It fits.");
        } catch (const imaging::Error& error) {
            const std::string text = error.what();
            QVERIFY2(text.starts_with("The series needs 3.1 GB of memory and 2.0 GB are free"), text.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestMemory)
#include "tst_memory.moc"
