#include "imaging/dicom/scan.h"

#include "imaging/dicom/series.h"
#include "imaging/dicom/zip_archive.h"
#include "imaging/error.h"
#include "tests/unit/imaging/scan_folder.h"

#include <QDir>
#include <QFile>
#include <QtTest>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zip.h>

using test::at;
using test::DicomBytes;
using test::Folder;
using test::PictureSpec;

namespace {

/// A zip archive of these entries, in this order.
void writeZip(const std::string& path, const std::vector<std::pair<std::string, test::Bytes>>& entries)
{
    int code = 0;
    zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    QVERIFY(zip);
    for (const auto& [name, bytes] : entries) {
        if (name.ends_with('/'))
            zip_dir_add(zip, name.c_str(), 0);
        else
            zip_file_add(zip, name.c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), 0);
    }
    QCOMPARE(zip_close(zip), 0);
}

test::PictureSpec slice(int number)
{
    test::PictureSpec spec = at(2.0 * number);
    spec.instanceUid = "1.2.3.1." + std::to_string(number);
    return spec;
}

} // namespace

class TestScan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void other_objects_are_listed_but_not_opened_data()
    {
        QTest::addColumn<QString>("sopClass");
        QTest::newRow("segmentation") << "1.2.840.10008.5.1.4.1.1.66.4";
        QTest::newRow("structured report") << "1.2.840.10008.5.1.4.1.1.88.33";
        QTest::newRow("rt structure set") << "1.2.840.10008.5.1.4.1.1.481.3";
        QTest::newRow("rt dose") << "1.2.840.10008.5.1.4.1.1.481.2";
        QTest::newRow("presentation state") << "1.2.840.10008.5.1.4.1.1.11.1";
        QTest::newRow("colour palette") << "1.2.840.10008.5.1.4.39.1";
        QTest::newRow("hanging protocol") << "1.2.840.10008.5.1.4.38.1";
        QTest::newRow("encapsulated pdf") << "1.2.840.10008.5.1.4.1.1.104.1";
    }

    void other_objects_are_listed_but_not_opened()
    {
        QFETCH(QString, sopClass);
        DicomBytes set;
        set.text(0x00080016, "UI", sopClass.toStdString())
            .text(0x00080018, "UI", "1.2.3")
            .text(0x0020000E, "UI", "1.2.4");
        const auto result = Folder().addBytes("object", test::part10(set, "1.2.840.10008.1.2.1")).scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        QVERIFY(!result.series[0].displayable);
        QCOMPARE(result.series[0].slices, 0);
        QVERIFY(result.refused.empty());
    }

    void refused_files_are_named_with_the_reason_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("reason");
        QTest::newRow("pixels too short") << "short"
                                          << "needs 24 bytes of pixel data, but only 20";
        QTest::newRow("no pixels") << "none"
                                   << "holds no pixel data";
        QTest::newRow("no rows") << "rows"
                                 << "how many rows";
        QTest::newRow("huge") << "huge"
                              << "";
        QTest::newRow("huge and compressed") << "bomb"
                                             << "";
        QTest::newRow("video") << "video"
                               << "MPEG-4 video";
        QTest::newRow("three samples of nothing known") << "samples"
                                                        << "";
        QTest::newRow("not dicom") << "text"
                                   << "not a DICOM file";
        QTest::newRow("zip") << "zip"
                             << "open it by itself";
        QTest::newRow("more frames than can be") << "frames"
                                                 << "200000 frames, more than";
        QTest::newRow("colours in floating point") << "float"
                                                   << "colours of 64 bits or in floating point";
        QTest::newRow("palette of 32-bit samples") << "palette"
                                                   << "palette does not fit";
        QTest::newRow("cut in the header") << "cut"
                                           << "cut off in the middle";
    }

    void refused_files_are_named_with_the_reason()
    {
        QFETCH(QString, kind);
        QFETCH(QString, reason);
        const auto result = Folder().addBytes("trouble.dcm", troubled(kind)).scan();
        QVERIFY(result.series.empty());
        QCOMPARE(result.refused.size(), std::size_t{1});
        const QString given = QString::fromStdString(result.refused[0].reason);
        QVERIFY2(given.contains("trouble.dcm") && given.endsWith('.') && given.contains(reason), qPrintable(given));
        QCOMPARE(result.refused[0].isDicom, kind != "text" && kind != "zip");
    }

    void a_dicomdir_gives_the_files_it_names_and_nothing_outside()
    {
        Folder outside;
        outside.addBytes("SECRET", test::pictureFile(at(0)));
        Folder folder;
        QDir(QString::fromStdString(folder.path())).mkdir("IMAGES");
        folder.addBytes("IMAGES/ONE", test::pictureFile(at(0)));
        PictureSpec second = at(2);
        second.instanceUid = "1.2.3.2";
        folder.addBytes("IMAGES/two", test::pictureFile(second));
        PictureSpec unnamed = at(4);
        unnamed.instanceUid = "1.2.3.3";
        folder.addBytes("IMAGES/THREE", test::pictureFile(unnamed));
        QFile::link(QString::fromStdString(outside.path("SECRET")), QString::fromStdString(folder.path("LINK")));
        std::vector<DicomBytes> records;
        for (const char* name : {"IMAGES\\ONE", "IMAGES\\TWO", "..\\..\\SECRET", "LINK", "IMAGES\\GONE", "/etc/passwd"})
            records.push_back(DicomBytes().text(0x00041430, "CS", "IMAGE").text(0x00041500, "CS", name));
        DicomBytes set;
        set.sequence(0x00041220, records);
        folder.addBytes("DICOMDIR", test::part10(set.bytes(), "1.2.840.10008.1.2.1", "1.2.840.10008.1.3.10"));
        const auto result = imaging::scanPath(folder.path("DICOMDIR"), {}, {});
        QCOMPARE(result.series.size(), std::size_t{1});
        QCOMPARE(result.series[0].slices, 2);
        QCOMPARE(result.refused.size(), std::size_t{4});
        for (const auto& refused : result.refused)
            QVERIFY(QString::fromStdString(refused.reason).contains("DICOMDIR"));
        // In a folder the DICOMDIR itself is no object and no failure.
        QCOMPARE(imaging::scanPath(folder.path(), {}, {}).refused.size(), std::size_t{0});
    }

    void names_and_descriptions_are_utf8()
    {
        DicomBytes named;
        named.text(0x00080005, "CS", "ISO_IR 144")
            .text(0x0008103E, "LO", "<b>\xBB\xEE</b>")
            .text(0x00100010, "PN", "\xBB\xEE^A");
        named.raw(test::pictureDataset(PictureSpec{}, DicomBytes()).bytes());
        const auto result = Folder().addBytes("x", test::part10(named, "1.2.840.10008.1.2.1")).scan();
        QCOMPARE(QString::fromStdString(result.series.at(0).study.patientName), QString("Лю^A"));
        QCOMPARE(QString::fromStdString(result.series[0].study.seriesDescription), QString("<b>Лю</b>"));
    }

    void missing_paths_and_odd_ones_are_errors()
    {
        QVERIFY_EXCEPTION_THROWN(imaging::scanPath("/nowhere/at/all", {}, {}), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(imaging::scanPath("/dev/null", {}, {}), imaging::Error);
    }

    void an_empty_folder_has_no_series()
    {
        const auto result = Folder().scan();
        QVERIFY(result.series.empty() && result.refused.empty() && !result.cancelled);
    }

    void a_zip_archive_is_opened_like_a_folder()
    {
        const QTemporaryDir folder;
        const auto path = folder.filePath("study.zip").toStdString();
        writeZip(path,
            {{"../../evil/one.dcm", test::pictureFile(slice(1))}, {"/etc/two.dcm", test::pictureFile(slice(2))},
                {"a/b/", {}}, {"a/b/three.dcm", test::pictureFile(slice(3))}, {"readme.txt", test::toBytes("hello")}});
        std::filesystem::path unpacked;
        {
            const auto result = imaging::scanPath(path, {}, {});
            QCOMPARE(result.series.size(), std::size_t{1});
            QCOMPARE(result.series[0].slices, 3);
            QCOMPARE(result.warnings, (imaging::Warnings{
                                          "The zip archive \"study.zip\" holds 4 files, 3 of them DICOM objects."}));
            QCOMPARE(result.refused.size(), std::size_t{1});
            QVERIFY(!result.refused[0].isDicom);
            QCOMPARE(result.refused[0].reason,
                std::string("The file \"readme.txt\" in \"study.zip\" is not a DICOM file."));
            QCOMPARE(result.refused[0].path, path + "/readme.txt");
            unpacked = result.series[0].unpacked->path();
            for (const auto& file : result.series[0].files) {
                const auto real = std::filesystem::canonical(file.path).string();
                QVERIFY2(real.starts_with(std::filesystem::canonical(unpacked).string()), real.c_str());
            }
            const auto perms = std::filesystem::status(unpacked).permissions();
            QVERIFY((perms & (std::filesystem::perms::group_all | std::filesystem::perms::others_all))
                == std::filesystem::perms::none);
        }
        QVERIFY(!std::filesystem::exists(unpacked));
    }

    /// Refusals and files alike, also where two names are the same once they are harmless.
    void every_sentence_calls_a_file_of_a_zip_archive_as_it_is_called_there()
    {
        const QTemporaryDir folder;
        const auto path = folder.filePath("study.zip").toStdString();
        auto cut = test::pictureFile(slice(1));
        cut.resize(cut.size() - 10);
        test::DicomBytes deep;
        for (int i = 0; i < 80; ++i)
            deep.head(0x00081140, "SQ", test::DicomBytes::kUndefined).mark(0xFFFEE000, test::DicomBytes::kUndefined);
        writeZip(path,
            {{"a/cut-short.dcm", cut}, {"b/deep-one.dcm", test::part10(deep, "1.2.840.10008.1.2.1")},
                {"c/two words", test::toBytes("hello")}, {"c/two_words", test::toBytes("hello")},
                {"d/good.dcm", test::pictureFile(slice(1))}});
        const auto result = imaging::scanPath(path, {}, {});
        QCOMPARE(result.series.size(), std::size_t{1});
        QCOMPARE(std::filesystem::path(result.series[0].files[0].path).filename(),
            std::filesystem::path("good.dcm")); // What reading it says is right, too.
        QCOMPARE(result.refused.size(), std::size_t{4});
        QVERIFY(result.refused[0].reason.starts_with("The file \"cut-short.dcm\" in \"study.zip\" was refused:"));
        QVERIFY(result.refused[1].reason.starts_with("The file \"deep-one.dcm\" in \"study.zip\" was refused:"));
        QCOMPARE(result.refused[1].path, path + "/deep-one.dcm");
        for (const std::size_t i : {2, 3})
            QVERIFY(result.refused[i].reason.starts_with("The file \"two_words"));
    }

    void a_volume_from_a_zip_archive_keeps_its_files()
    {
        const QTemporaryDir folder;
        const auto path = folder.filePath("study.zip").toStdString();
        writeZip(path, {{"one.dcm", test::pictureFile(slice(1))}});
        std::shared_ptr<const imaging::Volume> volume;
        {
            const auto result = imaging::scanPath(path, {}, {});
            volume = imaging::readVolume(result.series.at(0), {}, {}).volume;
        }
        const std::filesystem::path source = volume->info().sources.at(0).path;
        QVERIFY(std::filesystem::exists(source));
        volume.reset();
        QVERIFY(!std::filesystem::exists(source));
    }

    void hostile_zip_archives_are_refused_data()
    {
        QTest::addColumn<quint64>("entries");
        QTest::addColumn<quint64>("bytes");
        QTest::addColumn<QString>("reason");
        QTest::newRow("too many files") << quint64{1} << (quint64{1} << 30) << QString("more than 1 files");
        QTest::newRow("too many bytes") << quint64{10} << (quint64{1} << 20) << QString("unpack to more than 1 MB");
    }

    void hostile_zip_archives_are_refused()
    {
        QFETCH(quint64, entries);
        QFETCH(quint64, bytes);
        QFETCH(QString, reason);
        const QTemporaryDir folder;
        const auto path = folder.filePath("bomb.zip").toStdString();
        writeZip(path, {{"one", test::Bytes(3U << 20U)}, {"two", test::toBytes("hello")}});
        try {
            imaging::unpackZip(path, {.mostEntries = entries, .mostBytes = bytes}, {}, {});
            QFAIL("It was unpacked.");
        } catch (const imaging::Error& error) {
            QVERIFY2(QString(error.what()).contains(reason), error.what());
            QVERIFY2(QString(error.what()).contains("bomb.zip"), error.what());
        }
    }

    void a_zip_archive_unpacks_to_no_more_than_many_times_its_size()
    {
        const QTemporaryDir folder;
        const auto path = folder.filePath("bomb.zip").toStdString();
        writeZip(path, {{"one", test::Bytes(3U << 20U)}}); // Some 3 KB.
        QVERIFY_EXCEPTION_THROWN(
            imaging::unpackZip(path, {.mostRatio = 10, .alwaysBytes = 1000}, {}, {}), imaging::Error);
        QCOMPARE(imaging::unpackZip(path, {}, {}, {}).files.size(), std::size_t{1});
    }

    void a_cut_zip_archive_is_refused()
    {
        const QTemporaryDir folder;
        const auto path = folder.filePath("cut.zip").toStdString();
        writeZip(path, {{"one.dcm", test::pictureFile(slice(1))}});
        std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
        QVERIFY_EXCEPTION_THROWN(imaging::scanPath(path, {}, {}), imaging::Error);
    }

    void circles_of_links_are_not_followed()
    {
        Folder folder;
        folder.add(at(0));
        QFile::link(QString::fromStdString(folder.path()), QString::fromStdString(folder.path("again")));
        const auto result = folder.scan();
        QCOMPARE(result.series.at(0).slices, 1);
        QVERIFY(result.refused.empty() && result.warnings.empty() && result.series[0].warnings.empty());
    }

    void links_to_folders_are_followed_once()
    {
        Folder elsewhere;
        elsewhere.add(at(0)).add(at(2)).add(at(4));
        Folder folder;
        for (const char* name : {"one", "two"})
            QFile::link(QString::fromStdString(elsewhere.path()), QString::fromStdString(folder.path(name)));
        // Back from there: gone through already.
        QFile::link(QString::fromStdString(folder.path()), QString::fromStdString(elsewhere.path("back")));
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        QCOMPARE(result.series[0].slices, 3);
        QVERIFY(result.series[0].warnings.empty()); // No copies.
        QVERIFY(result.refused.empty() && result.warnings.empty());
    }

    void a_link_to_what_lies_around_the_folder_is_said()
    {
        Folder folder;
        folder.add(at(0));
        QFile::link("/", QString::fromStdString(folder.path("all")));
        const auto result = folder.scan();
        QCOMPARE(result.series.at(0).slices, 1);
        QVERIFY(test::mentions(result.warnings, "all\" was not followed"));
    }

    void a_link_that_leads_nowhere_is_said_data()
    {
        QTest::addColumn<QString>("target");
        QTest::newRow("dangling") << "nowhere";
        QTest::newRow("circle") << "link";
    }

    void a_link_that_leads_nowhere_is_said()
    {
        QFETCH(QString, target);
        Folder folder;
        folder.add(at(0));
        QFile::link(target, QString::fromStdString(folder.path("link")));
        const auto result = folder.scan();
        QCOMPARE(result.series.at(0).slices, 1);
        QCOMPARE(result.refused.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(result.refused[0].reason).contains("link\" leads nowhere"));
        QVERIFY(result.refused[0].isDicom);
    }

    void pipes_sockets_and_devices_in_a_folder_are_passed_over()
    {
        Folder folder;
        folder.add(at(0));
        QCOMPARE(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
        QFile::link("/dev/zero", QString::fromStdString(folder.path("zeros")));
        const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::snprintf(address.sun_path, sizeof address.sun_path, "%s", folder.path("socket").c_str());
        QCOMPARE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        const auto result = folder.scan();
        ::close(listener);
        QCOMPARE(result.series.size(), std::size_t{1});
        QCOMPARE(result.refused.size(), std::size_t{3}); // Listed, and not looked into.
        for (const auto& refused : result.refused)
            QVERIFY(!refused.isDicom && QString::fromStdString(refused.reason).contains("neither a file nor a folder"));
    }

    void a_folder_or_file_that_cannot_be_read_is_told_and_hides_no_others()
    {
        Folder folder;
        folder.add(at(0));
        QDir(QString::fromStdString(folder.path())).mkpath("closed/inside");
        QDir(QString::fromStdString(folder.path())).mkpath("open");
        PictureSpec other = at(2);
        other.instanceUid = "1.2.3.9";
        folder.addBytes("open/picture", test::pictureFile(other));
        folder.addBytes("secret", test::pictureFile(other));
        ::chmod(folder.path().c_str(), 0755);
        ::chmod(folder.path("closed").c_str(), 0);
        ::chmod(folder.path("secret").c_str(), 0);
        const uid_t self = ::geteuid();
        const bool isRoot = self == 0;
        QVERIFY(!isRoot || ::seteuid(65534) == 0); // No folder is closed to root.
        const auto result = folder.scan();
        QVERIFY(!isRoot || ::seteuid(self) == 0);
        ::chmod(folder.path("closed").c_str(), 0755);
        QCOMPARE(result.series.at(0).slices, 2);
        QCOMPARE(result.refused.size(), std::size_t{2});
        for (const auto& refused : result.refused)
            QVERIFY2(refused.isDicom && refused.reason.ends_with("could not be read: Permission denied."),
                refused.reason.c_str());
    }

    void names_from_files_are_single_lines_that_steer_no_terminal()
    {
        DicomBytes named;
        named.text(0x0008103E, "LO", "\x1B[31mred\nwarning: fake");
        named.raw(test::pictureDataset(PictureSpec{}, DicomBytes()).bytes());
        Folder folder;
        folder.addBytes("picture", test::part10(named, "1.2.840.10008.1.2.1"));
        folder.addBytes("a\nb\x1B[2J.txt", test::toBytes("no picture"));
        const auto result = folder.scan();
        const auto hasControls = [](const std::string& text) {
            return std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < 0x20; });
        };
        QVERIFY(!hasControls(result.series.at(0).study.seriesDescription));
        QCOMPARE(result.refused.size(), std::size_t{1});
        QVERIFY(!hasControls(result.refused[0].reason));
    }

    void cancelling_is_an_outcome_and_progress_is_reported()
    {
        Folder folder;
        for (int i = 0; i < 20; ++i)
            folder.add(at(i));
        std::stop_source source;
        source.request_stop();
        QVERIFY(imaging::scanPath(folder.path(), source.get_token(), {}).cancelled);
        std::atomic<int> calls{0};
        imaging::scanPath(folder.path(), {}, imaging::Progress([&](double fraction, std::string_view) {
            calls += fraction > 0 && fraction <= 1 ? 1 : 1000;
        }));
        QVERIFY(calls > 0 && calls <= 60);
    }

private:
    static test::Bytes troubled(const QString& kind)
    {
        PictureSpec spec;
        if (kind == "short")
            spec.pixels = test::Bytes(20);
        if (kind == "rows")
            spec.rows = 0;
        if (kind == "huge" || kind == "bomb") {
            spec.rows = spec.columns = 65535;
            spec.pixels = test::Bytes(100);
        }
        if (kind == "samples") {
            spec.samples = 7;
            spec.pixels = test::Bytes(2000);
        }
        if (kind == "text")
            return test::toBytes("This is no picture.");
        if (kind == "zip")
            return test::toBytes("PK\x03\x04 and more");
        if (kind == "frames") {
            spec.columns = spec.rows = spec.bitsAllocated = spec.bitsStored = 1;
            spec.frames = "200000";
        }
        if (kind == "palette") {
            spec.photometric = "PALETTE COLOR";
            spec.bitsAllocated = spec.bitsStored = 32;
        }
        if (kind == "float") {
            spec.samples = 3;
            spec.photometric = "RGB";
            spec.bitsAllocated = spec.bitsStored = 32;
            test::Bytes bytes = test::pictureDataset(spec, DicomBytes()).bytes();
            const std::size_t pixels = static_cast<std::size_t>(spec.columns * spec.rows * 3 * 4);
            bytes[bytes.size() - pixels - 12 + 2] = std::byte{8}; // (7FE0,0008), Float Pixel Data.
            return test::part10(bytes, "1.2.840.10008.1.2.1");
        }
        DicomBytes set = test::pictureDataset(spec, DicomBytes());
        test::Bytes bytes = set.bytes();
        if (kind == "none")
            bytes.resize(bytes.size() - 36);
        if (kind == "cut")
            bytes.resize(bytes.size() - 40);
        if (kind != "bomb" && kind != "video")
            return test::part10(bytes, "1.2.840.10008.1.2.1");
        bytes.resize(bytes.size() - (kind == "bomb" ? 112 : 36));
        DicomBytes end;
        end.head(0x7FE00010, "OB", DicomBytes::kUndefined)
            .mark(0xFFFEE000, 0)
            .mark(0xFFFEE000, 8)
            .raw(test::Bytes(8))
            .mark(0xFFFEE0DD, 0);
        bytes.insert(bytes.end(), end.bytes().begin(), end.bytes().end());
        return test::part10(bytes, kind == "bomb" ? "1.2.840.10008.1.2.4.80" : "1.2.840.10008.1.2.4.102");
    }
};

QTEST_APPLESS_MAIN(TestScan)
#include "tst_scan.moc"
