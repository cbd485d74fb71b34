#include "tests/support/cli_fixture.h"
#include "tests/support/dicom_bytes.h"

#include <QElapsedTimer>
#include <QJsonArray>

#include <csignal>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using support::limn;
using support::Outcome;
using support::runProgram;

namespace {

/// Runs limn in a shell, for what only a shell can do to it.
Outcome shell(const QString& command, const QString& folder)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start("bash",
        {"-c", "limn() { '" + QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn") + "' \"$@\"; }; " + command});
    process.waitForFinished(60'000);
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

/// Listens and never answers.
class SilentArchive
{
public:
    SilentArchive()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::listen(m_socket, 1);
    }
    ~SilentArchive() { ::close(m_socket); }
    SilentArchive(const SilentArchive&) = delete;
    SilentArchive& operator=(const SilentArchive&) = delete;

    int port() const
    {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }
    void waitForCaller() const
    {
        pollfd waiting{m_socket, POLLIN, 0};
        ::poll(&waiting, 1, 20'000);
    }

private:
    int m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

} // namespace

/// What the command line does to files, pipes and streams, whatever it is asked for. Needs no model.
class CliFilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void an_input_is_never_overwritten_data();
    void an_input_is_never_overwritten();
    void only_a_mask_is_written_over_data();
    void only_a_mask_is_written_over();
    void a_folder_that_is_missing_is_said_before_the_work();
    void a_result_that_does_not_fit_is_refused_before_the_model_data();
    void a_result_that_does_not_fit_is_refused_before_the_model();
    void a_failure_is_one_document_data();
    void a_failure_is_one_document();
    void a_sentence_about_a_setting_names_its_option_data();
    void a_sentence_about_a_setting_names_its_option();
    void an_option_may_be_empty_before_another();
    void masks_become_surfaces();
    void scan_lists_what_open_opens();
    void a_threshold_must_be_a_number();
    void a_closed_pipe_is_no_failure_and_a_full_disk_is();
    void a_limit_on_file_sizes_is_an_error_and_leaves_no_half_file();
    void an_unknown_command_is_named_data();
    void an_unknown_command_is_named();
    void a_named_pipe_in_training_data_is_refused_data();
    void a_named_pipe_in_training_data_is_refused();
    void a_refused_training_leaves_no_folder();
    void a_flipped_mask_of_an_xray_becomes_the_same_seg();
    void masks_are_compared_by_place_not_by_order();
    void a_mask_in_another_order_is_laid_on_its_place();
    void values_without_a_name_are_no_finding();
    void masks_of_other_places_are_refused();
    void seg_info_says_how_far_a_volume_is_known();
    void overlapping_segments_of_another_program_survive();
    void the_archive_prints_one_document();
    void an_interrupt_ends_with_130();
    void a_command_ends_at_once();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    /// A mask in text, so that its order of voxels and its place are seen here.
    void writeNrrd(const QString& name, const QByteArray& sizes, const QByteArray& directions, const QByteArray& origin,
        const QByteArray& voxels) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("NRRD0004\ntype: uint8\ndimension: 3\nspace: left-posterior-superior\nsizes: " + sizes
            + "\nspace directions: " + directions
            + "\nkinds: domain domain domain\nencoding: ascii\nspace origin: " + origin + "\n\n" + voxels + "\n");
    }
    static QByteArray read(const QString& name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
};

void CliFilesTest::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QCOMPARE(runProgram("limn-phantom", {"xray", path("cxr.dcm"), "--columns", "40", "--rows", "30"}).code, 0);
    QCOMPARE(
        runProgram("limn-phantom", {"ct", path("ct"), "--columns", "20", "--rows", "16", "--slices", "4"}).code, 0);
    QDir().mkpath(path("study"));
    QVERIFY(QFile::copy(path("cxr.dcm"), path("study/cxr.dcm")));
    QVERIFY(QFile::link(path("cxr.dcm"), path("link.dcm")));
}

void CliFilesTest::an_input_is_never_overwritten_data()
{
    QTest::addColumn<QStringList>("arguments");
    const auto segment = [&](const char* input, const char* output) {
        return QStringList{"segment", "--text", "infection", "--input", path(input), "--output", path(output)};
    };
    QTest::newRow("the input") << segment("cxr.dcm", "cxr.dcm");
    QTest::newRow("through a link") << segment("cxr.dcm", "link.dcm");
    QTest::newRow("in the folder") << segment("study", "study/cxr.dcm");
    QTest::newRow("another picture") << segment("study", "cxr.dcm");
    QTest::newRow("the source") << QStringList{
        "seg", "convert", path("mask.nrrd"), path("cxr.dcm"), "--source", path("cxr.dcm")};
    QTest::newRow("two results") << segment("cxr.dcm", "a.png") + QStringList{"--overlay", path("a.png")};
}

void CliFilesTest::an_input_is_never_overwritten()
{
    QFETCH(QStringList, arguments);
    const QByteArray before = read(path("cxr.dcm"));
    const Outcome result = limn(arguments);
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains("cannot be written"), result.err);
    QVERIFY(read(path("cxr.dcm")) == before);
    QVERIFY(read(path("study/cxr.dcm")) == before);
}

void CliFilesTest::only_a_mask_is_written_over_data()
{
    QTest::addColumn<QByteArray>("sopClass");
    QTest::addColumn<int>("code");
    QTest::newRow("segmentation") << QByteArray("1.2.840.10008.5.1.4.1.1.66.4") << 0;
    QTest::newRow("label map") << QByteArray("1.2.840.10008.5.1.4.1.1.66.7") << 0;
    QTest::newRow("computed radiography") << QByteArray("1.2.840.10008.5.1.4.1.1.1") << 2;
}

void CliFilesTest::only_a_mask_is_written_over()
{
    QFETCH(QByteArray, sopClass);
    writeNrrd("new.nrrd", "40 30 1", "(1,0,0) (0,1,0) (0,0,1)", "(0,0,0)", QByteArray("1 ").repeated(40 * 30));
    test::DicomBytes set;
    set.text(0x00080016, "UI", sopClass.toStdString()).text(0x00080018, "UI", "1.2.3").text(0x00080060, "CS", "OT");
    const auto old = test::part10(set, "1.2.840.10008.1.2.1");
    test::writeFile(path("old.dcm").toStdString(), old);
    const auto done = limn({"seg", "convert", path("new.nrrd"), path("old.dcm"), "--source", path("cxr.dcm")});
    QFETCH(int, code);
    QVERIFY2(done.code == code, done.err);
    QCOMPARE(read(path("old.dcm")).size() == static_cast<qsizetype>(old.size()), code != 0);
}

void CliFilesTest::a_folder_that_is_missing_is_said_before_the_work()
{
    const Outcome result =
        limn({"segment", "--text", "infection", "--input", path("nowhere.dcm"), "--output", path("nowhere/mask.dcm")});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("there is no folder"), result.err);
}

void CliFilesTest::a_result_that_does_not_fit_is_refused_before_the_model_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("words");
    writeNrrd("one.nrrd", "2 2 1", "(1,0,0) (0,1,0) (0,0,1)", "(0,0,0)", "1 2 3 4");
    const auto segment = [&](const char* input, const char* output) {
        // No such model is there: it would be told if it were looked for first.
        return QStringList{
            "segment", "--text", "x", "--model", "nowhere", "--input", path(input), "--output", path(output)};
    };
    QTest::newRow("a stack as PNG") << segment("ct", "m.png") << QByteArray("one slice, and there are 4");
    QTest::newRow("its probabilities") << segment("ct", "m.dcm") + QStringList{"--probabilities", path("p.png")}
                                       << QByteArray("one slice, and there are 4");
    QTest::newRow("a SEG of no DICOM") << segment("one.nrrd", "m.dcm") << QByteArray("refers to DICOM pictures");
    QTest::newRow("an overlay") << segment("ct", "m.dcm") + QStringList{"--overlay", path("o.jpg")}
                                << QByteArray(".png");
    QTest::newRow("a table") << QStringList{"evaluate", "--model", "nowhere", "--data", path("ct"), "--output",
        path("t.xlsx")} << QByteArray(".csv");
    QTest::newRow("a sheet") << QStringList{"evaluate", "--model", "nowhere", "--data", path("ct"), "--sheet",
        path("s.pdf")} << QByteArray(".png");
    QTest::newRow("a heat map") << QStringList{"explain", "--model", "nowhere", "--input", path("ct"), "--text", "x",
        "--output", path("e.tif")} << QByteArray(".png");
    QTest::newRow("a converted stack") << QStringList{"seg", "convert", path("one.nrrd"), path("m.png"), "--source",
        path("ct")} << QByteArray("one slice, and there are 4");
}

void CliFilesTest::a_result_that_does_not_fit_is_refused_before_the_model()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, words);
    const Outcome result = limn(arguments);
    QVERIFY2(result.code == 2 && result.err.contains(words), result.err);
}

void CliFilesTest::a_failure_is_one_document_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::newRow("refused") << QStringList{"scan", path("nowhere")} << 3;
    QTest::newRow("wrong usage") << QStringList{"scan"} << 2;
    QTest::newRow("unknown option") << QStringList{"scan", path("ct"), "--nonsense"} << 2;
    QTest::newRow("no command") << QStringList{} << 2;
    QTest::newRow("no archive") << QStringList{"pacs", "echo", "NOBODY@127.0.0.1:1"} << 1;
    QTest::newRow("no DICOM to send") << QStringList{"pacs", "send", "NOBODY@127.0.0.1:1", path("nowhere.dcm")} << 3;
}

void CliFilesTest::a_failure_is_one_document()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    const Outcome result = limn(arguments + QStringList{"--json"});
    QCOMPARE(result.code, code);
    QJsonParseError problem{};
    const auto document = QJsonDocument::fromJson(result.out, &problem).object();
    QVERIFY2(problem.error == QJsonParseError::NoError, result.out);
    if (!document.contains("files")) // A send lists what became of each file.
        QCOMPARE(document["exit_code"].toInt(), code);
}

void CliFilesTest::a_sentence_about_a_setting_names_its_option_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("option");
    writeNrrd("alone.nrrd", "2 2 2", "(1,0,0) (0,1,0) (0,0,1)", "(0,0,0)", "1 2 3 4 5 6 7 8");
    const QStringList convert{"seg", "convert", path("alone.nrrd"), path("no.dcm")};
    QTest::newRow("pictures of a mask") << convert << QByteArray("--source");
    QTest::newRow("one of several series") << convert + QStringList{"--source", path("")} << QByteArray("--series");
    QTest::newRow("none") << QStringList{"scan", path("nowhere")} << QByteArray();
}

void CliFilesTest::a_sentence_about_a_setting_names_its_option()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, option);
    const Outcome result = limn(arguments);
    QVERIFY(result.code == 2 || result.code == 3);
    if (option.isEmpty())
        QVERIFY2(!result.err.contains("(The option is"), result.err);
    else
        QVERIFY2(result.err.contains("(The option is " + option + ".)"), result.err);
}

void CliFilesTest::an_option_may_be_empty_before_another()
{
    const QStringList segment{"segment", "--input", path("cxr.dcm"), "--output", path("empty.dcm")};
    const Outcome result = limn(segment + QStringList{"--text=", "--json"});
    QVERIFY2(result.out.startsWith("{"), result.out + result.err); // --json is no text.
    QCOMPARE(result.code, limn(segment + QStringList{"--text", "", "--json"}).code);
}

void CliFilesTest::masks_become_surfaces()
{
    writeNrrd("boxes.nrrd", "4 3 3", "(2,0,0) (0,2,0) (0,0,5)", "(7,0,0)",
        "1 1 0 2 1 1 0 2 1 1 0 2 1 1 0 2 1 1 0 2 1 1 0 2 1 1 0 2 1 1 0 2 1 1 0 2");
    const Outcome both = limn({"seg", "convert", path("boxes.nrrd"), path("boxes.stl")});
    QCOMPARE(both.code, 0);
    QVERIFY(both.err.contains("boxes-1.stl, boxes-2.stl"));
    for (const char* name : {"boxes-1.stl", "boxes-2.stl"}) {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.size() > 84 && (file.size() - 84) % 50 == 0);
    }
    QVERIFY(!QFile::exists(path("boxes.stl")));
    writeNrrd("flat.nrrd", "2 2 1", "(1,0,0) (0,1,0) (0,0,1)", "(0,0,0)", "1 1 1 1");
    const Outcome flat = limn({"seg", "convert", path("flat.nrrd"), path("flat.stl")});
    QCOMPARE(flat.code, 3);
    QVERIFY2(flat.err.contains("one slice has no surface"), flat.err.constData());
    writeNrrd("none.nrrd", "2 2 2", "(1,0,0) (0,1,0) (0,0,1)", "(0,0,0)", "0 0 0 0 0 0 0 0");
    QCOMPARE(limn({"seg", "convert", path("none.nrrd"), path("none.stl")}).code, 3);
}

void CliFilesTest::scan_lists_what_open_opens()
{
    writeNrrd("alone.nrrd", "3 2 2", "(2,0,0) (0,2,0) (0,0,5)", "(7,0,0)", "1 2 3 4 5 6 7 8 9 10 11 12");
    const Outcome found = limn({"scan", path("alone.nrrd"), "--json"});
    QCOMPARE(found.code, 0);
    const auto series = found.json()["series"].toArray();
    QCOMPARE(series.size(), 1);
    QCOMPARE(series[0].toObject()["columns"].toInt(), 3);
    QCOMPARE(series[0].toObject()["slices"].toInt(), 2);
    QVERIFY(!series[0].toObject().contains("sum"));
    const Outcome read = limn({"scan", path("alone.nrrd"), "--read", "--json"});
    QCOMPARE(read.json()["series"].toArray()[0].toObject()["sum"].toDouble(), 78.0);
    QCOMPARE(limn({"scan", path("gone.png"), "--json"}).code, 3);
}

void CliFilesTest::a_threshold_must_be_a_number()
{
    for (const char* threshold : {"nan", "-nan", "1.1", "-0.1", "x", ""}) {
        const Outcome result = limn({"segment", "--text", "infection", "--input", path("cxr.dcm"), "--output",
            path("t.dcm"), "--threshold", threshold});
        QVERIFY2(result.code == 2, threshold);
    }
}

void CliFilesTest::a_limit_on_file_sizes_is_an_error_and_leaves_no_half_file()
{
    QDir(path("")).mkdir("limited");
    QByteArray noise;
    for (unsigned pixel = 0, state = 1; pixel < 40 * 30; ++pixel) {
        state = state * 1664525 + 1013904223;
        noise += QByteArray::number(state >> 24) + " ";
    }
    writeNrrd("noise.nrrd", "40 30 1", "(1,0,0) (0,0,-1) (0,1,0)", "(0,0,0)", noise);
    for (const char* name : {"m.dcm", "m.nii", "m.nrrd", "m.png"}) {
        const Outcome done = shell("ulimit -f 1; limn seg convert noise.nrrd limited/" + QString(name)
                + " --source cxr.dcm",
            path(""));
        QCOMPARE(done.code, 1); // By the signal it would be 153.
        QVERIFY2(done.err.contains("cannot be written"), done.err);
        QVERIFY(QDir(path("limited")).isEmpty());
    }
}

void CliFilesTest::an_unknown_command_is_named_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("foo") << QStringList{"foo"};
    QTest::newRow("seg foo") << QStringList{"seg", "foo"};
    QTest::newRow("--json foo") << QStringList{"--json", "foo"};
}

void CliFilesTest::an_unknown_command_is_named()
{
    QFETCH(QStringList, arguments);
    const Outcome done = limn(arguments);
    QCOMPARE(done.code, 2);
    QVERIFY2(done.err.contains("no command \"foo\""), done.err);
}

void CliFilesTest::a_named_pipe_in_training_data_is_refused_data()
{
    QTest::addColumn<QString>("pipe");
    QTest::newRow("picture") << QString("p.png");
    QTest::newRow("mask") << QString("m.png");
}

void CliFilesTest::a_named_pipe_in_training_data_is_refused()
{
    QFETCH(QString, pipe);
    const QString folder = path("pipes-" + pipe);
    QImage picture(16, 16, QImage::Format_Grayscale8);
    picture.fill(255);
    QVERIFY(picture.save(path("noise.png")));
    const Outcome done = shell("mkdir '" + folder + "' && cd '" + folder
            + "' && printf 'split,image,mask,text\\ntrain,p.png,m.png,x\\nvalid,p.png,m.png,x\\n' > manifest.csv && cp ../noise.png p.png && cp ../noise.png m.png && rm "
            + pipe + " && mkfifo " + pipe + " && timeout 20 '"
            + QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn") + "' train lvit --data . --output ../pipe-model",
        path(""));
    QCOMPARE(done.code, 3); // 124: it waited for the pipe's other end.
    QVERIFY2(done.err.contains(pipe.toUtf8()), done.err);
}

void CliFilesTest::a_refused_training_leaves_no_folder()
{
    QDir(path("")).mkdir("no-data");
    QVERIFY(limn({"train", "lvit", "--data", path("no-data"), "--output", path("refused")}).code != 0);
    QVERIFY(!QFile::exists(path("refused")));
    QDir(path("")).mkdir("mine");
    QVERIFY(limn({"train", "lvit", "--data", path("no-data"), "--output", path("mine")}).code != 0);
    QVERIFY(QDir(path("mine")).isEmpty());
}

void CliFilesTest::a_flipped_mask_of_an_xray_becomes_the_same_seg()
{
    QByteArray stored, flipped;
    for (int pixel = 0; pixel < 40 * 30; ++pixel) {
        stored += pixel % 40 < 10 ? "1 " : "0 ";
        flipped += pixel % 40 >= 30 ? "1 " : "0 ";
    }
    // As the phantom's X-ray has it: the patient's left at its right edge, the head above.
    writeNrrd("left.nrrd", "40 30 1", "(1,0,0) (0,0,-1) (0,1,0)", "(0,0,0)", stored);
    writeNrrd("right.nrrd", "40 30 1", "(-1,0,0) (0,0,-1) (0,1,0)", "(39,0,0)", flipped);
    for (const char* name : {"left", "right"})
        QCOMPARE(limn({"seg", "convert", path(QString(name) + ".nrrd"), path(QString(name) + ".dcm"), "--source",
                          path("cxr.dcm"), "--label", "1=X"})
                     .code,
            0);
    const Outcome compared = limn({"seg", "compare", path("left.dcm"), path("right.dcm"), "--json"});
    QCOMPARE(compared.json()["dice"].toDouble(), 1.0);
}

void CliFilesTest::a_closed_pipe_is_no_failure_and_a_full_disk_is()
{
    const Outcome closed = shell("limn scan ct --json | head -c 1; echo; echo ${PIPESTATUS[0]}", m_folder.path());
    QCOMPARE(closed.out.trimmed().split('\n').last(), QByteArray("0"));
    QVERIFY2(closed.err.isEmpty(), closed.err);
    const Outcome full = shell("limn scan ct --json > /dev/full", m_folder.path());
    QCOMPARE(full.code, 1);
    QVERIFY2(full.err.contains("No space left"), full.err);
}

void CliFilesTest::masks_are_compared_by_place_not_by_order()
{
    writeNrrd("as-is.nrrd", "3 2 2", "(2,0,0) (0,3,0) (0,0,5)", "(10,20,30)", "1 0 0 0 0 0 0 1 0 0 0 0");
    writeNrrd("flipped.nrrd", "3 2 2", "(-2,0,0) (0,3,0) (0,0,5)", "(14,20,30)", "0 0 1 0 0 0 0 1 0 0 0 0");
    writeNrrd("mirrored.nrrd", "3 2 2", "(2,0,0) (0,3,0) (0,0,5)", "(10,20,30)", "0 0 1 0 0 0 0 1 0 0 0 0");
    const Outcome same = limn({"seg", "compare", path("as-is.nrrd"), path("flipped.nrrd"), "--json"});
    QVERIFY2(same.code == 0, same.err);
    QCOMPARE(same.json()["dice"].toDouble(), 1.0);
    const Outcome other = limn({"seg", "compare", path("as-is.nrrd"), path("mirrored.nrrd"), "--json"});
    QCOMPARE(other.json()["dice"].toDouble(), 0.5);
    QCOMPARE(other.json()["hausdorff_mm"].toDouble(), 4.0);
    QVERIFY(other.json()["segments"].toArray().isEmpty()); // One value: the whole is the segment.
    writeNrrd("two.nrrd", "3 2 2", "(2,0,0) (0,3,0) (0,0,5)", "(10,20,30)", "1 0 0 0 0 0 0 2 0 0 0 0");
    const auto segments =
        limn({"seg", "compare", path("as-is.nrrd"), path("two.nrrd"), "--json"}).json()["segments"].toArray();
    QCOMPARE(segments.size(), 2);
    QCOMPARE(segments[0].toObject()["dice"].toDouble(), 2.0 / 3);
    QCOMPARE(segments[1].toObject()["number"].toInt(), 2);
    QCOMPARE(segments[1].toObject()["dice"].toDouble(), 0.0);
}

/// The phantom CT: 20 x 16 x 4 voxels of 3 x 3 x 5 mm around the origin of the patient's frame.
void CliFilesTest::a_mask_in_another_order_is_laid_on_its_place()
{
    QByteArray plain;
    QByteArray turned;
    for (int slice = 0; slice < 4; ++slice) {
        for (int row = 0; row < 16; ++row) {
            plain += QByteArray(slice == 1 && row > 11 ? "2 " : "0 ").repeated(20);
            turned += QByteArray(slice == 1 && row < 4 ? "2 " : "0 ").repeated(20);
        }
    }
    writeNrrd("plain.nrrd", "20 16 4", "(3,0,0) (0,3,0) (0,0,5)", "(-28.5,-22.5,-7.5)", plain);
    writeNrrd("turned.nrrd", "20 16 4", "(3,0,0) (0,-3,0) (0,0,5)", "(-28.5,22.5,-7.5)", turned);
    for (const char* name : {"plain", "turned"}) {
        const Outcome converted = limn({"seg", "convert", path(QString(name) + ".nrrd"), path(QString(name) + ".dcm"),
            "--source", path("ct"), "--label", "2=Lung consolidation"});
        QVERIFY2(converted.code == 0 && !converted.err.contains("does not say"), converted.err);
    }
    for (const char* other : {"plain.dcm", "turned.nrrd", "plain.nrrd"}) {
        const Outcome compared = limn({"seg", "compare", path("turned.dcm"), path(other), "--json"});
        QVERIFY2(compared.code == 0, compared.err);
        QCOMPARE(compared.json()["dice"].toDouble(), 1.0);
        QCOMPARE(compared.json()["common"].toInt(), 80);
    }
    const auto segment = limn({"seg", "info", path("turned.dcm"), "--json"}).json()["segments"].toArray().at(0);
    QCOMPARE(segment.toObject()["name"].toString(), QString("Lung consolidation"));
    QCOMPARE(segment.toObject()["region"].toObject()["meaning"].toString(), QString("Lung"));
    QVERIFY(segment.toObject()["laterality"].isNull());
}

void CliFilesTest::values_without_a_name_are_no_finding()
{
    writeNrrd("nameless.nrrd", "20 16 4", "(3,0,0) (0,3,0) (0,0,5)", "(-28.5,-22.5,-7.5)",
        "1 " + QByteArray("0 ").repeated(20 * 16 * 4 - 1));
    const QStringList convert{"seg", "convert", path("nameless.nrrd"), path("nameless.dcm"), "--source", path("ct")};
    const Outcome converted = limn(convert);
    QVERIFY2(converted.code == 0 && converted.err.contains("does not say what its values mean"), converted.err);
    const auto segment = limn({"seg", "info", path("nameless.dcm"), "--json"}).json()["segments"].toArray().at(0);
    QCOMPARE(segment.toObject()["name"].toString(), QString("Segment 1"));
    QCOMPARE(segment.toObject()["type"].toObject()["meaning"].toString(), QString("Tissue"));
    for (const char* wrong : {"2=Nodule", "Nodule", "1=", "0=Nodule", "1x=Nodule", "-1=Nodule", "70000=Nodule"})
        QCOMPARE(limn(convert + QStringList{"--label", wrong}).code, 2);
    QCOMPARE(limn(convert + QStringList{"--label", "1=Nodule", "--label", "1=Lung"}).code, 2);
    QCOMPARE(limn({"seg", "convert", path("nameless.nrrd"), path("nameless.nii"), "--label", "1=Nodule"}).code, 2);
}

void CliFilesTest::masks_of_other_places_are_refused()
{
    const QByteArray voxels = "2 " + QByteArray("0 ").repeated(20 * 16 * 4 - 1);
    writeNrrd("shifted.nrrd", "20 16 4", "(3,0,0) (0,3,0) (0,0,5)", "(-27,-22.5,-7.5)", voxels);
    writeNrrd("placed.nrrd", "20 16 4", "(3,0,0) (0,3,0) (0,0,5)", "(-28.5,-22.5,-7.5)", voxels);
    const Outcome compared = limn({"seg", "compare", path("shifted.nrrd"), path("placed.nrrd")});
    QCOMPARE(compared.code, 3);
    QVERIFY2(compared.err.contains("do not lie at the same places"), compared.err);
    const Outcome converted =
        limn({"seg", "convert", path("shifted.nrrd"), path("shifted.dcm"), "--source", path("ct")});
    QCOMPARE(converted.code, 3);
    QVERIFY2(converted.err.contains("lie elsewhere"), converted.err);
    QVERIFY(!QFile::exists(path("shifted.dcm")));
}

void CliFilesTest::seg_info_says_how_far_a_volume_is_known()
{
    writeNrrd("ten.nrrd", "20 16 4", "(3,0,0) (0,3,0) (0,0,5)", "(-28.5,-22.5,-7.5)",
        QByteArray("2 ").repeated(10) + QByteArray("0 ").repeated(20 * 16 * 4 - 10));
    const Outcome ct = limn({"seg", "convert", path("ten.nrrd"), path("ten.dcm"), "--source", path("ct")});
    QVERIFY2(ct.code == 0, ct.err);
    QVERIFY2(ct.err.contains("2 became 1"), ct.err);
    const Outcome renumbered = limn({"seg", "compare", path("ten.nrrd"), path("ten.dcm")});
    QVERIFY2(renumbered.err.contains("number their segments differently"), renumbered.err);
    const auto known = limn({"seg", "info", path("ten.dcm"), "--json"}).json()["segments"].toArray().at(0).toObject();
    QCOMPARE(known["volume"].toString(), QString("known"));
    QVERIFY(std::abs(known["millilitres"].toDouble() - 10 * 3 * 3 * 5 / 1000.0) < 1e-9);
    QVERIFY(limn({"seg", "info", path("ten.dcm")}).out.contains("10 voxels, 0.45 ml"));

    writeNrrd("flat.nrrd", "40 30 1", "(1,0,0) (0,1,0) (0,0,1)", "(0,0,0)", QByteArray("1 ").repeated(40 * 30));
    const Outcome film = limn({"seg", "convert", path("flat.nrrd"), path("flat.dcm"), "--source", path("cxr.dcm")});
    QVERIFY2(film.code == 0, film.err);
    const auto shadow = limn({"seg", "info", path("flat.dcm"), "--json"}).json()["segments"].toArray().at(0).toObject();
    QCOMPARE(shadow["volume"].toString(), QString("unknown"));
    QVERIFY(shadow["millilitres"].isNull());
    QVERIFY(limn({"seg", "info", path("flat.dcm")}).out.contains("volume unknown"));
}

/// dcmqi's file and the three CT slices that it was made from.
void CliFilesTest::overlapping_segments_of_another_program_survive()
{
    const QString data = qEnvironmentVariable("LIMN_TEST_DATA") + "/seg/";
    if (!QFile::exists(data + "dcmqi-partial_overlaps.dcm"))
        QSKIP("dcmqi-partial_overlaps.dcm is not there");
    QDir().mkpath(path("slices"));
    for (const char* name : {"dcmqi-ct-3slice-01.dcm", "dcmqi-ct-3slice-02.dcm", "dcmqi-ct-3slice-03.dcm"})
        QVERIFY(QFile::copy(data + name, path("slices/") + name));
    const Outcome converted =
        limn({"seg", "convert", data + "dcmqi-partial_overlaps.dcm", path("overlaps.dcm"), "--source", path("slices")});
    QVERIFY2(converted.code == 0, converted.err);
    const QJsonObject info = limn({"seg", "info", path("overlaps.dcm"), "--json"}).json();
    QVERIFY(info["overlap"].toBool());
    QList<int> voxels; // As pydicom counts them in dcmqi's file.
    for (const auto& segment : info["segments"].toArray())
        voxels.append(segment.toObject()["voxels"].toInt());
    QCOMPARE(voxels, (QList<int>{9602, 11888, 10743, 6693, 4713}));
}

void CliFilesTest::the_archive_prints_one_document()
{
    QProcess archive;
    archive.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"),
        {"pacs", "serve", "--folder", path("archive"), "--json"});
    QTRY_VERIFY_WITH_TIMEOUT(archive.canReadLine(), 20'000);
    QByteArray said = archive.readLine();
    const int port = QJsonDocument::fromJson(said + "]}").object()["listening"].toInt();
    QVERIFY2(port > 0, said);
    const QString node = "LIMN@127.0.0.1:" + QString::number(port);
    const Outcome sent = limn({"pacs", "send", node, path("cxr.dcm"), path("ct")});
    QVERIFY2(sent.code == 0, sent.out);
    const QStringList zip{"-m", "zipfile", "-c", path("study.zip"), path("cxr.dcm"), path("ct")};
    QCOMPARE(QProcess::execute(qEnvironmentVariable("LIMN_PYTHON", "python3"), zip), 0);
    const Outcome zipped = limn({"pacs", "send", node, path("study.zip"), "--json"});
    QVERIFY2(zipped.code == 0 && zipped.json()["stored"].toInt() == 5, zipped.out);
    for (const auto& file : zipped.json()["files"].toArray()) {
        const QString name = file.toObject()["path"].toString();
        QVERIFY2(name.startsWith(path("study.zip") + ": ") && name.endsWith(".dcm"), qPrintable(name));
    }
    archive.terminate();
    QVERIFY(archive.waitForFinished(10'000));
    QCOMPARE(archive.exitCode(), 0);
    said += archive.readAllStandardOutput();
    QCOMPARE(QJsonDocument::fromJson(said).object()["received"].toArray().size(), 10);
}

void CliFilesTest::an_interrupt_ends_with_130()
{
    const SilentArchive silent;
    QProcess send;
    send.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"),
        {"pacs", "send", "SILENT@127.0.0.1:" + QString::number(silent.port()), path("cxr.dcm"), "--json"});
    QVERIFY(send.waitForStarted());
    silent.waitForCaller();
    ::kill(static_cast<pid_t>(send.processId()), SIGINT);
    QVERIFY(send.waitForFinished(10'000));
    QCOMPARE(send.exitCode(), 130);
    const auto files = QJsonDocument::fromJson(send.readAllStandardOutput()).object()["files"].toArray();
    QCOMPARE(files.at(0).toObject()["state"].toString(), QString("cancelled"));
}

void CliFilesTest::a_command_ends_at_once()
{
    // The thread that waits for signals once held each command up by a quarter of a second.
    qint64 least = 10'000;
    for (int attempt = 0; attempt < 10; ++attempt) {
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(limn({"scan", path("cxr.dcm")}).code, 0);
        least = std::min(least, timer.elapsed());
    }
    QVERIFY2(least < 200, QByteArray::number(least));
}

QTEST_GUILESS_MAIN(CliFilesTest)
#include "tst_cli_files.moc"
