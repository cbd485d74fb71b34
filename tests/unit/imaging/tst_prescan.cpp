#include "imaging/dicom/prescan.h"

#include "imaging/error.h"
#include "tests/support/dicom_bytes.h"

#include <QTemporaryDir>
#include <QtTest>

#include <rapidcheck.h>
#include <sys/stat.h>
#include <zlib.h>

using imaging::DicomHeader;
using imaging::Error;
using imaging::prescanBytes;
using imaging::PrescanExtent;
using test::Bytes;
using test::DicomBytes;
using test::LengthKind;
using test::PictureSpec;
using test::Syntax;
namespace tags = imaging::tags;

namespace {

constexpr const char* kImplicit = "1.2.840.10008.1.2";
constexpr const char* kExplicit = "1.2.840.10008.1.2.1";
constexpr const char* kBig = "1.2.840.10008.1.2.2";
constexpr const char* kDeflated = "1.2.840.10008.1.2.1.99";
constexpr const char* kJpegLs = "1.2.840.10008.1.2.4.80";

std::optional<DicomHeader> prescan(const Bytes& bytes, PrescanExtent extent = PrescanExtent::UpToPixels)
{
    return prescanBytes(bytes, "folder/test.dcm", extent);
}

/// The refusal's text; empty when the bytes were taken.
QString refusalOf(const Bytes& bytes, PrescanExtent extent = PrescanExtent::UpToPixels)
{
    try {
        prescan(bytes, extent);
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

Bytes deflated(const Bytes& bytes)
{
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    Bytes result(bytes.size() + bytes.size() / 100 + 1000);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

PictureSpec spec(Syntax syntax)
{
    PictureSpec result;
    result.syntax = syntax;
    return result;
}

Bytes dataset(Syntax syntax)
{
    return test::pictureDataset(spec(syntax), DicomBytes(syntax)).bytes();
}

Bytes without(Bytes bytes, std::size_t count)
{
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    return bytes;
}

Bytes nested(int depth, LengthKind kind, Syntax syntax = Syntax::ExplicitLittle)
{
    DicomBytes inner(syntax);
    for (int i = 0; i < depth; ++i) {
        DicomBytes outer(syntax);
        outer.sequence(0x00409096, {inner}, kind);
        inner = outer;
    }
    return inner.bytes();
}

} // namespace

class TestPrescan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_attributes_and_pixels_in_every_encoding_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("syntax");
        const auto row = [](const char* name, const Bytes& bytes, const char* syntax) {
            QTest::newRow(name) << QByteArray(
                reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()))
                                << QString(syntax);
        };
        const Bytes little = dataset(Syntax::ExplicitLittle);
        const Bytes implicit = dataset(Syntax::ImplicitLittle);
        const Bytes big = dataset(Syntax::ExplicitBig);
        row("explicit", test::part10(little, kExplicit), kExplicit);
        row("implicit", test::part10(implicit, kImplicit), kImplicit);
        row("big endian", test::part10(big, kBig), kBig);
        row("deflated", test::part10(deflated(little), kDeflated), kDeflated);
        row("no preamble", without(test::part10(little, kExplicit), 132), kExplicit);
        row("no meta header, explicit", little, kExplicit);
        row("no meta header, implicit", implicit, kImplicit);
        row("no meta header, big endian", big, kBig);
        row("no transfer syntax", test::part10(little, ""), kExplicit);
        row("no transfer syntax, implicit", test::part10(implicit, ""), kImplicit);
        row("says implicit, is explicit", test::part10(little, kImplicit), kExplicit);
        row("says explicit, is implicit", test::part10(implicit, kExplicit), kImplicit);
        row("says little, is big endian", test::part10(big, kExplicit), kBig);
    }

    void finds_attributes_and_pixels_in_every_encoding()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, syntax);
        for (const auto extent : {PrescanExtent::UpToPixels, PrescanExtent::WholeFile}) {
            const auto header = prescanBytes(
                std::as_bytes(std::span(file.constData(), static_cast<std::size_t>(file.size()))), "test.dcm", extent);
            QVERIFY(header);
            QCOMPARE(QString::fromStdString(header->transferSyntaxUid), syntax);
            const auto root = header->root();
            QCOMPARE(root.integer(tags::kRows).value_or(-1), 3);
            QCOMPARE(root.integer(tags::kColumns).value_or(-1), 4);
            QCOMPARE(root.rawText(tags::kModality), std::string_view("CT"));
            QCOMPARE(root.numbers(tags::kImageOrientation), (std::vector<double>{1, 0, 0, 0, 1, 0}));
            QVERIFY(header->pixels);
            QCOMPARE(header->pixels->length, std::uint64_t{24});
            QVERIFY(!header->truncated);
        }
    }

    void other_files_are_not_dicom_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("Patient name: none\nRows: 512\n").repeated(20);
        QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16).append(QByteArray(400, 'x'));
        QTest::newRow("zeros") << QByteArray(1000, '\0');
        QTest::newRow("begins like a data set") << QByteArray("\x08\x00\x05\x00CS\x04\x00"
                                                              "ABCD",
            12)
                                                       .append(QByteArray(500, '\x11'));
    }

    void other_files_are_not_dicom()
    {
        QFETCH(QByteArray, file);
        QVERIFY(!prescanBytes(std::as_bytes(std::span(file.constData(), static_cast<std::size_t>(file.size()))), "x",
            PrescanExtent::UpToPixels));
    }

    void sequences_may_be_nested_64_deep_and_no_deeper_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("syntax");
        QTest::newRow("undefined lengths")
            << static_cast<int>(LengthKind::Undefined) << static_cast<int>(Syntax::ExplicitLittle);
        QTest::newRow("defined lengths") << static_cast<int>(LengthKind::Defined)
                                         << static_cast<int>(Syntax::ExplicitLittle);
        QTest::newRow("implicit, undefined")
            << static_cast<int>(LengthKind::Undefined) << static_cast<int>(Syntax::ImplicitLittle);
        QTest::newRow("implicit, defined")
            << static_cast<int>(LengthKind::Defined) << static_cast<int>(Syntax::ImplicitLittle);
    }

    void sequences_may_be_nested_64_deep_and_no_deeper()
    {
        QFETCH(int, kind);
        QFETCH(int, syntax);
        const auto file = [&](int depth) {
            const auto way = static_cast<Syntax>(syntax);
            const Bytes bytes = nested(depth, static_cast<LengthKind>(kind), way);
            return test::part10(bytes, way == Syntax::ImplicitLittle ? kImplicit : kExplicit);
        };
        QCOMPARE(refusalOf(file(64)), QString());
        const QString refusal = refusalOf(file(65));
        QVERIFY2(refusal.contains("64 deep") && refusal.contains("\"test.dcm\""), qPrintable(refusal));
    }

    void very_deep_nesting_is_refused_without_recursion()
    {
        DicomBytes bytes;
        for (int i = 0; i < 200'000; ++i)
            bytes.head(0x00409096, "SQ", DicomBytes::kUndefined).mark(0xFFFEE000, DicomBytes::kUndefined);
        QVERIFY(refusalOf(test::part10(bytes, kExplicit)).contains("64 deep"));
    }

    void nesting_behind_the_pixels_is_seen_when_the_whole_file_is_vetted()
    {
        DicomBytes bytes(Syntax::ExplicitLittle);
        bytes.raw(dataset(Syntax::ExplicitLittle)).raw(nested(80, LengthKind::Undefined));
        const Bytes file = test::part10(bytes, kExplicit);
        QCOMPARE(refusalOf(file, PrescanExtent::UpToPixels), QString());
        QVERIFY(refusalOf(file, PrescanExtent::WholeFile).contains("64 deep"));
    }

    void sequence_hidden_in_unknown_vr_is_walked()
    {
        DicomBytes item(Syntax::ImplicitLittle);
        item.text(0x00080060, "CS", "MR");
        DicomBytes bytes;
        bytes.text(0x00080016, "UI", "1.2.3").head(0x00081115, "UN", DicomBytes::kUndefined);
        bytes.mark(0xFFFEE000, DicomBytes::kUndefined).raw(item.bytes()).mark(0xFFFEE00D, 0).mark(0xFFFEE0DD, 0);
        bytes.text(0x00100020, "LO", "after");
        const auto header = prescan(test::part10(bytes, kExplicit));
        QVERIFY(header);
        const auto items = header->root().items(0x00081115);
        QCOMPARE(items.size(), std::size_t{1});
        QCOMPARE(items.front().rawText(tags::kModality), std::string_view("MR"));
        QCOMPARE(header->root().rawText(tags::kPatientId), std::string_view("after"));
        QVERIFY(!header->root().has(tags::kModality));
    }

    void private_blocks_and_unknown_vrs_are_stepped_over()
    {
        DicomBytes bytes;
        bytes.text(0x00080016, "UI", "1.2.3").text(0x00091001, "ZZ", "odd").text(0x00091002, "UN", "1234567890");
        bytes.text(0x00100020, "LO", "after");
        const auto header = prescan(test::part10(bytes, kExplicit));
        QVERIFY(header);
        QCOMPARE(header->root().rawText(tags::kPatientId), std::string_view("after"));
    }

    void numbers_are_read_whatever_the_vr_says()
    {
        DicomBytes bytes;
        bytes.text(0x00080016, "UI", "1.2.3").shorts(0x00280010, "UN", {512}).number(0x00280011, 300, "UL");
        bytes.text(0x00280100, "IS", "16");
        const auto header = prescan(test::part10(bytes, kExplicit));
        QVERIFY(header);
        QCOMPARE(header->root().integer(tags::kRows).value_or(-1), 512);
        QCOMPARE(header->root().integer(tags::kColumns).value_or(-1), 300);
    }

    void an_icon_is_not_the_picture()
    {
        DicomBytes icon;
        icon.number(0x00280010, 8).element(0x7FE00010, "OB", Bytes(64));
        DicomBytes more;
        more.sequence(0x00880200, {icon});
        const auto header = prescan(test::pictureFile(PictureSpec{}, more));
        QVERIFY(header && header->pixels);
        QCOMPARE(header->pixels->length, std::uint64_t{24});
        QCOMPARE(header->root().integer(tags::kRows).value_or(-1), 3);
    }

    void fragments_are_listed_by_length_not_by_looking_for_delimiters()
    {
        DicomBytes bytes;
        bytes.text(0x00080016, "UI", "1.2.3").head(0x7FE00010, "OB", DicomBytes::kUndefined).mark(0xFFFEE000, 0);
        DicomBytes delimiterInside;
        delimiterInside.mark(0xFFFEE0DD, 0).mark(0xFFFEE0DD, 0);
        bytes.mark(0xFFFEE000, 16).raw(delimiterInside.bytes()).mark(0xFFFEE000, 4).raw(Bytes(4)).mark(0xFFFEE0DD, 0);
        const auto header = prescan(test::part10(bytes, kJpegLs), PrescanExtent::WholeFile);
        QVERIFY(header && header->pixels);
        QVERIFY(header->pixels->encapsulated);
        QCOMPARE(header->pixels->fragments.size(), std::size_t{3});
        QCOMPARE(header->pixels->fragments[1].length, std::uint32_t{16});
        QCOMPARE(header->pixels->fragments[2].length, std::uint32_t{4});
    }

    void pixel_data_that_is_no_list_of_fragments_is_refused()
    {
        DicomBytes bytes;
        bytes.text(0x00080016, "UI", "1.2.3").head(0x7FE00010, "OB", DicomBytes::kUndefined).raw(Bytes(64));
        QVERIFY(refusalOf(test::part10(bytes, kJpegLs)).contains("not a list of fragments"));
    }

    void fragments_without_a_delimiter_at_the_end_are_whole()
    {
        DicomBytes bytes;
        bytes.text(0x00080016, "UI", "1.2.3").head(0x7FE00010, "OB", DicomBytes::kUndefined).mark(0xFFFEE000, 0);
        bytes.mark(0xFFFEE000, 4).raw(Bytes(4));
        const Bytes file = test::part10(bytes, kJpegLs);
        const auto header = prescan(file);
        QVERIFY(header && header->pixels);
        QVERIFY(!header->pixels->cutFragment);
        QCOMPARE(header->pixels->fragments.size(), std::size_t{2});
        const auto cut = prescan(Bytes(file.begin(), file.end() - 1));
        QVERIFY(cut && cut->pixels && cut->pixels->cutFragment);
    }

    void more_elements_than_any_object_has_are_refused()
    {
        DicomBytes bytes;
        bytes.text(0x00080016, "UI", "1.2.3");
        Bytes many = bytes.bytes();
        const Bytes block = DicomBytes().text(0x00091001, "LO", "").bytes();
        for (int i = 0; i < 2'000'001; ++i)
            many.insert(many.end(), block.begin(), block.end());
        QVERIFY(refusalOf(test::part10(many, kExplicit)).contains("more than 2 million elements"));
    }

    void every_cut_of_a_file_is_noticed()
    {
        DicomBytes item;
        item.text(0x00080060, "CS", "MR");
        DicomBytes more;
        more.sequence(0x00081115, {item}, LengthKind::Defined).sequence(0x00081140, {item});
        const Bytes whole = test::pictureFile(PictureSpec{}, more);
        for (std::size_t size = 140; size < whole.size(); ++size) {
            const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            const auto header = prescan(cut);
            QVERIFY(header);
            // A cut between two elements looks like a shorter file: then the pixels are missing.
            QVERIFY2(!header->pixels || header->truncated, qPrintable(QString::number(size)));
        }
        QVERIFY(prescan(whole)->pixels && !prescan(whole)->truncated);
    }

    void a_cut_file_is_refused_when_a_library_is_to_open_it()
    {
        Bytes file = test::pictureFile(PictureSpec{});
        file.resize(file.size() - 5);
        QVERIFY(refusalOf(file, PrescanExtent::WholeFile).contains("cut off in the middle"));
    }

    void claimed_lengths_allocate_nothing()
    {
        DicomBytes bytes;
        bytes.text(0x00080016, "UI", "1.2.3").head(0x00091001, "UN", 0xFFFFFFF0).raw(Bytes(10));
        const auto header = prescan(test::part10(bytes, kExplicit));
        QVERIFY(header);
        QVERIFY(header->truncated);
        QVERIFY(header->values.capacity() < 100'000);
    }

    void a_deflate_bomb_is_refused()
    {
        DicomBytes bytes;
        bytes.text(0x00080016, "UI", "1.2.3").head(0x7FE00010, "OW", 0x40000000);
        Bytes content = bytes.bytes();
        const Bytes chunk(std::size_t{1} << 20U);
        z_stream stream{};
        deflateInit2(&stream, 1, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
        Bytes packed(8U << 20U);
        stream.next_out = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_out = static_cast<uInt>(packed.size());
        const auto feed = [&](const Bytes& part, int flush) {
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(part.data()));
            stream.avail_in = static_cast<uInt>(part.size());
            deflate(&stream, flush);
        };
        feed(content, Z_NO_FLUSH);
        for (int i = 0; i < 300; ++i)
            feed(chunk, i == 299 ? Z_FINISH : Z_NO_FLUSH);
        packed.resize(stream.total_out);
        deflateEnd(&stream);
        QVERIFY(refusalOf(test::part10(packed, kDeflated)).contains("larger than 256 MB"));
    }

    void a_named_pipe_is_refused_at_once()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("pipe").toStdString();
        QCOMPARE(mkfifo(path.c_str(), 0600), 0);
        QVERIFY_EXCEPTION_THROWN(imaging::prescanFile(path, PrescanExtent::UpToPixels), Error);
    }

    void changed_bytes_never_do_more_than_refuse()
    {
        DicomBytes item;
        item.text(0x00080060, "CS", "MR")
            .sequence(0x00081115, {DicomBytes().text(0x00080060, "CS", "X")}, LengthKind::Defined);
        DicomBytes more;
        more.sequence(0x00081140, {item, item}).sequence(0x00081150, {item}, LengthKind::Defined);
        const Bytes original = test::pictureFile(PictureSpec{}, more);
        const bool held = rc::check("prescan of changed files", [&] {
            Bytes bytes = original;
            const int changes = *rc::gen::inRange(1, 6);
            for (int i = 0; i < changes; ++i)
                bytes[*rc::gen::inRange<std::size_t>(132, bytes.size())] =
                    static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
            for (const auto extent : {PrescanExtent::UpToPixels, PrescanExtent::WholeFile}) {
                try {
                    const auto header = prescan(bytes, extent);
                    for (const auto& element : header ? header->elements : std::vector<imaging::DicomElement>{}) {
                        RC_ASSERT(element.end <= header->elements.size());
                        RC_ASSERT(element.valueAt == imaging::DicomElement::kNotKept
                            || element.valueAt + element.length <= header->values.size());
                    }
                } catch (const Error& error) {
                    RC_ASSERT(std::string(error.what()).find("test.dcm") != std::string::npos);
                }
            }
        });
        QVERIFY(held);
    }
};

QTEST_APPLESS_MAIN(TestPrescan)
#include "tst_prescan.moc"
