#include "imaging/dicom/pixels.h"
#include "imaging/error.h"
#include "tests/support/encoders/encoders.h"

#include <QtTest>

#include <algorithm>
#include <cstring>
#include <random>

using encoders::Bytes;
using encoders::JpegKind;
using imaging::PixelLayout;

namespace {

const std::string kPath = "picture.dcm";

PixelLayout makeLayout(const char* syntax, int columns, int rows, int bitsAllocated, int bitsStored)
{
    PixelLayout layout;
    layout.transferSyntaxUid = syntax;
    layout.columns = columns;
    layout.rows = rows;
    layout.bitsAllocated = bitsAllocated;
    layout.bitsStored = bitsStored;
    layout.highBit = bitsStored - 1;
    return layout;
}

Bytes decodeAll(const PixelLayout& layout, const Bytes& value)
{
    Bytes out;
    for (const auto& frame : imaging::splitFrames(layout, value, {}, kPath)) {
        Bytes samples(imaging::decodedFrameBytes(layout));
        imaging::decodeFrame(layout, frame, samples, kPath);
        out.insert(out.end(), samples.begin(), samples.end());
    }
    return out;
}

Bytes decodeStream(const PixelLayout& layout, const Bytes& stream)
{
    return decodeAll(layout, encoders::encapsulate({stream}));
}

template <typename Call> std::string errorOf(Call call)
{
    try {
        call();
    } catch (const imaging::Error& error) {
        return error.what();
    }
    return {};
}

Bytes bytesOf(std::initializer_list<int> values)
{
    Bytes bytes;
    for (const int value : values)
        bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

void addDepthRows()
{
    QTest::addColumn<int>("allocated");
    QTest::addColumn<int>("stored");
    QTest::addColumn<bool>("isSigned");
    QTest::addColumn<int>("samples");
}

void depthRow(int allocated, int stored, bool isSigned, int samples)
{
    QTest::addRow("%d/%d%s x%d", stored, allocated, isSigned ? "s" : "u", samples)
        << allocated << stored << isSigned << samples;
}

PixelLayout fetchedLayout(const char* syntax, int columns, int rows)
{
    QFETCH(int, allocated);
    QFETCH(int, stored);
    QFETCH(bool, isSigned);
    QFETCH(int, samples);
    PixelLayout layout = makeLayout(syntax, columns, rows, allocated, stored);
    layout.isSigned = isSigned;
    layout.samplesPerPixel = samples;
    if (samples == 3)
        layout.photometric = "RGB";
    return layout;
}

constexpr const char* kLittle = "1.2.840.10008.1.2.1";
constexpr const char* kBig = "1.2.840.10008.1.2.2";
constexpr const char* kRle = "1.2.840.10008.1.2.5";
constexpr const char* kBaseline = "1.2.840.10008.1.2.4.50";
constexpr const char* kExtended = "1.2.840.10008.1.2.4.51";
constexpr const char* kLossless = "1.2.840.10008.1.2.4.57";
constexpr const char* kLosslessSv1 = "1.2.840.10008.1.2.4.70";
constexpr const char* kJpegLs = "1.2.840.10008.1.2.4.80";
constexpr const char* kJ2k = "1.2.840.10008.1.2.4.90";

} // namespace

class CodecsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void native_samples_are_right_aligned_and_sign_extended();
    void big_endian_samples_are_swapped();
    void big_endian_words_of_bytes_are_swapped_across_odd_frames();
    void one_bit_frames_run_on_without_padding();
    void planar_colour_is_interleaved();
    void chroma_halved_colour_is_expanded_to_rgb();
    void floating_point_samples_are_copied();
    void native_value_shorter_than_its_size_is_refused();
    void rle_gives_back_the_samples_data() { lossless_depths(true); }
    void rle_gives_back_the_samples();
    void lossless_jpeg_gives_back_the_samples_data() { lossless_depths(false); }
    void lossless_jpeg_gives_back_the_samples();
    void lossy_jpeg_stays_near_the_samples();
    void jpeg_without_its_end_marker_is_read();
    void truncated_jpeg_is_refused();
    void jpeg_ls_gives_back_the_samples_data() { lossless_depths(false); }
    void jpeg_ls_gives_back_the_samples();
    void jpeg_ls_begins_anew_at_restart_markers();
    void near_lossless_jpeg_ls_keeps_its_bound_data();
    void near_lossless_jpeg_ls_keeps_its_bound();
    void jpeg_2000_gives_back_the_samples_data() { lossless_depths(false); }
    void jpeg_2000_gives_back_the_samples();
    void jpeg_2000_sign_of_the_header_counts();
    void jpeg_2000_precision_of_the_codestream_counts();
    void jpeg_2000_with_absurd_precincts_is_refused();
    void frames_are_found_data();
    void frames_are_found();
    void size_that_the_stream_contradicts_is_refused_data();
    void size_that_the_stream_contradicts_is_refused();
    void impossible_layouts_are_refused_data();
    void impossible_layouts_are_refused();
    void huge_size_in_few_bytes_is_refused_before_memory_is_taken();
    void damaged_streams_never_crash_data();
    void damaged_streams_never_crash();

private:
    static void lossless_depths(bool wide);
};

void CodecsTest::lossless_depths(bool wide)
{
    addDepthRows();
    depthRow(8, 8, false, 1);
    depthRow(8, 8, false, 3);
    depthRow(16, 12, false, 1);
    depthRow(16, 12, true, 1);
    depthRow(16, 16, false, 1);
    depthRow(16, 16, true, 1);
    depthRow(16, 8, false, 1);
    if (!wide)
        return;
    depthRow(16, 16, false, 3);
    depthRow(24, 24, false, 1);
    depthRow(32, 32, false, 1);
    depthRow(32, 20, true, 3);
}

void CodecsTest::native_samples_are_right_aligned_and_sign_extended()
{
    PixelLayout layout = makeLayout(kLittle, 2, 1, 16, 12);
    layout.isSigned = true;
    QCOMPARE(decodeAll(layout, bytesOf({0xFF, 0x0F, 0xFF, 0xF7})), bytesOf({0xFF, 0xFF, 0xFF, 0x07}));
    layout.isSigned = false;
    QCOMPARE(decodeAll(layout, bytesOf({0xFF, 0x0F, 0xFF, 0xF7})), bytesOf({0xFF, 0x0F, 0xFF, 0x07}));
    layout.highBit = 15;
    QCOMPARE(decodeAll(layout, bytesOf({0xFF, 0x0F, 0xFF, 0xF7})), bytesOf({0xFF, 0x00, 0x7F, 0x0F}));
    layout.highBit = 3; // Contradicts the bits stored: ignored.
    QCOMPARE(decodeAll(layout, bytesOf({0x34, 0x12, 0x00, 0x00})), bytesOf({0x34, 0x02, 0x00, 0x00}));
}

void CodecsTest::big_endian_samples_are_swapped()
{
    QCOMPARE(decodeAll(makeLayout(kBig, 2, 1, 16, 16), bytesOf({1, 2, 3, 4})), bytesOf({2, 1, 4, 3}));
    QCOMPARE(decodeAll(makeLayout(kBig, 1, 1, 32, 32), bytesOf({1, 2, 3, 4})), bytesOf({4, 3, 2, 1}));
}

void CodecsTest::big_endian_words_of_bytes_are_swapped_across_odd_frames()
{
    PixelLayout layout = makeLayout(kBig, 3, 1, 8, 8);
    layout.frames = 2;
    QCOMPARE(decodeAll(layout, bytesOf({2, 1, 4, 3, 6, 5})), bytesOf({1, 2, 3, 4, 5, 6}));
    layout.storedAsWords = false;
    QCOMPARE(decodeAll(layout, bytesOf({2, 1, 4, 3, 6, 5})), bytesOf({2, 1, 4, 3, 6, 5}));
}

void CodecsTest::one_bit_frames_run_on_without_padding()
{
    PixelLayout layout = makeLayout(kLittle, 3, 1, 1, 1);
    layout.frames = 3; // 101 110 011, least significant bit first.
    QCOMPARE(decodeAll(layout, bytesOf({0b10011101, 0b00000001})), bytesOf({1, 0, 1, 1, 1, 0, 0, 1, 1}));
    layout.transferSyntaxUid = kBig;
    QCOMPARE(decodeAll(layout, bytesOf({0b00000001, 0b10011101})), bytesOf({1, 0, 1, 1, 1, 0, 0, 1, 1}));
}

void CodecsTest::planar_colour_is_interleaved()
{
    PixelLayout layout = makeLayout(kLittle, 2, 1, 8, 8);
    layout.samplesPerPixel = 3;
    layout.photometric = "RGB";
    layout.planarConfiguration = 1;
    QCOMPARE(decodeAll(layout, bytesOf({1, 2, 3, 4, 5, 6})), bytesOf({1, 3, 5, 2, 4, 6}));
}

void CodecsTest::chroma_halved_colour_is_expanded_to_rgb()
{
    PixelLayout layout = makeLayout(kLittle, 2, 1, 8, 8);
    layout.samplesPerPixel = 3;
    layout.photometric = "YBR_FULL_422";
    QCOMPARE(decodeAll(layout, bytesOf({10, 200, 128, 128})), bytesOf({10, 10, 10, 200, 200, 200}));
    // Pure red in BT.601.
    QCOMPARE(decodeAll(layout, bytesOf({76, 76, 85, 255})), bytesOf({254, 0, 0, 254, 0, 0}));
}

void CodecsTest::floating_point_samples_are_copied()
{
    PixelLayout layout = makeLayout(kBig, 1, 1, 32, 32);
    layout.isFloat = true;
    const Bytes decoded = decodeAll(layout, bytesOf({0x40, 0x49, 0x0F, 0xDB}));
    float value = 0;
    std::memcpy(&value, decoded.data(), 4);
    QCOMPARE(value, 3.14159274F);
}

void CodecsTest::native_value_shorter_than_its_size_is_refused()
{
    const std::string message = errorOf([] { decodeAll(makeLayout(kLittle, 4, 4, 16, 16), Bytes(31)); });
    QVERIFY2(message.find("picture.dcm") != std::string::npos && message.find("31 bytes") != std::string::npos,
        message.c_str());
}

void CodecsTest::rle_gives_back_the_samples()
{
    const PixelLayout layout = fetchedLayout(kRle, 67, 41);
    const Bytes samples = encoders::makeSamples(layout, 1);
    QCOMPARE(decodeStream(layout, encoders::encodeRle(layout, samples)), samples);
}

void CodecsTest::lossless_jpeg_gives_back_the_samples()
{
    for (const auto& [syntax, kind] :
        {std::pair{kLossless, JpegKind::Lossless}, std::pair{kLosslessSv1, JpegKind::LosslessFirstOrder}}) {
        const PixelLayout layout = fetchedLayout(syntax, 67, 41);
        const Bytes samples = encoders::makeSamples(layout, 2);
        QCOMPARE(decodeStream(layout, encoders::encodeJpeg(layout, samples, kind)), samples);
    }
}

void CodecsTest::lossy_jpeg_stays_near_the_samples()
{
    const PixelLayout eight = makeLayout(kBaseline, 64, 48, 8, 8);
    const Bytes samples = encoders::makeSamples(eight, 3);
    const Bytes decoded = decodeStream(eight, encoders::encodeJpeg(eight, samples, JpegKind::Baseline));
    for (std::size_t i = 0; i < samples.size(); ++i)
        QVERIFY(std::abs(std::to_integer<int>(samples[i]) - std::to_integer<int>(decoded[i])) < 24);

    const PixelLayout twelve = makeLayout(kExtended, 64, 48, 16, 12);
    const Bytes wide = encoders::makeSamples(twelve, 3);
    const Bytes wideDecoded = decodeStream(twelve, encoders::encodeJpeg(twelve, wide, JpegKind::Extended));
    const auto* a = reinterpret_cast<const std::uint16_t*>(wide.data());
    const auto* b = reinterpret_cast<const std::uint16_t*>(wideDecoded.data());
    for (std::size_t i = 0; i < wide.size() / 2; ++i)
        QVERIFY(std::abs(a[i] - b[i]) < 24 * 16);
}

void CodecsTest::jpeg_without_its_end_marker_is_read()
{
    const PixelLayout layout = makeLayout(kLosslessSv1, 64, 48, 16, 16);
    const Bytes samples = encoders::makeSamples(layout, 4);
    Bytes stream = encoders::encodeJpeg(layout, samples, JpegKind::LosslessFirstOrder);
    stream.resize(stream.size() - 2);
    QCOMPARE(decodeStream(layout, stream), samples);
}

void CodecsTest::truncated_jpeg_is_refused()
{
    const PixelLayout layout = makeLayout(kBaseline, 64, 48, 8, 8);
    Bytes stream = encoders::encodeJpeg(layout, encoders::makeSamples(layout, 5), JpegKind::Baseline);
    stream.resize(stream.size() * 2 / 3);
    QVERIFY(!errorOf([&] { decodeStream(layout, stream); }).empty());
}

void CodecsTest::jpeg_ls_gives_back_the_samples()
{
    const PixelLayout layout = fetchedLayout(kJpegLs, 67, 41);
    const Bytes samples = encoders::makeSamples(layout, 6);
    for (const auto mode : {encoders::Interleave::None, encoders::Interleave::Line, encoders::Interleave::Sample}) {
        if (layout.samplesPerPixel == 1 && mode != encoders::Interleave::None)
            continue;
        QCOMPARE(decodeStream(layout, encoders::encodeJpegLs(layout, samples, layout.bitsStored, mode, 0)), samples);
    }
}

/// CharLS writes no restart intervals; but an interval is coded like a picture of its own.
void CodecsTest::jpeg_ls_begins_anew_at_restart_markers()
{
    const PixelLayout whole = makeLayout(kJpegLs, 67, 40, 16, 12);
    PixelLayout band = whole;
    band.rows = 8;
    const Bytes samples = encoders::makeSamples(whole, 21);
    const std::size_t bandBytes = imaging::decodedFrameBytes(band);
    Bytes stream;
    for (std::size_t i = 0; i < 5; ++i) {
        const Bytes part = encoders::encodeJpegLs(
            band, std::span(samples).subspan(i * bandBytes, bandBytes), 12, encoders::Interleave::None, 0);
        const Bytes scanHead = bytesOf({0xFF, 0xDA});
        const auto scan = std::search(part.begin(), part.end(), scanHead.begin(), scanHead.end());
        if (i == 0) {
            stream.assign(part.begin(), scan);
            const Bytes frameHead = bytesOf({0xFF, 0xF7});
            auto frame = std::search(stream.begin(), stream.end(), frameHead.begin(), frameHead.end());
            frame[6] = static_cast<std::byte>(whole.rows);
            const Bytes interval = bytesOf({0xFF, 0xDD, 0, 4, 0, band.rows});
            stream.insert(stream.end(), interval.begin(), interval.end());
        }
        constexpr std::ptrdiff_t kScanHead = 10;
        constexpr std::ptrdiff_t kEndMarker = 2;
        stream.insert(stream.end(), i == 0 ? scan : scan + kScanHead, part.end() - kEndMarker);
        const Bytes marker = i == 4 ? bytesOf({0xFF, 0xD9}) : bytesOf({0xFF, 0xD0 + static_cast<int>(i)});
        stream.insert(stream.end(), marker.begin(), marker.end());
    }
    QCOMPARE(decodeStream(whole, stream), samples);
    stream[stream.size() / 2] = std::byte{0xFF}; // Whatever that breaks, it is said or decoded, and ends.
    stream[stream.size() / 2 + 1] = std::byte{0xD7};
    QVERIFY(!errorOf([&] { decodeStream(whole, stream); }).empty());
}

void CodecsTest::near_lossless_jpeg_ls_keeps_its_bound_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("bound");
    QTest::addColumn<int>("samples");
    // Below 8 bits the default thresholds follow another formula, T.87 C.2.4.1.1.1.
    for (const int bits : {3, 5, 7, 8, 12, 16})
        for (const int bound : {1, 3, 10})
            for (const int samples : {1, 3})
                if (bound < 1 << (bits - 1))
                    QTest::addRow("%d bits, %d off, x%d", bits, bound, samples) << bits << bound << samples;
}

void CodecsTest::near_lossless_jpeg_ls_keeps_its_bound()
{
    QFETCH(int, bits);
    QFETCH(int, bound);
    QFETCH(int, samples);
    PixelLayout layout = makeLayout("1.2.840.10008.1.2.4.81", 67, 41, 16, bits);
    layout.samplesPerPixel = samples;
    const Bytes original = encoders::makeSamples(layout, 7);
    for (const auto mode : {encoders::Interleave::None, encoders::Interleave::Line, encoders::Interleave::Sample}) {
        if (samples == 1 && mode != encoders::Interleave::None)
            continue;
        const Bytes decoded = decodeStream(layout, encoders::encodeJpegLs(layout, original, bits, mode, bound));
        const auto* a = reinterpret_cast<const std::uint16_t*>(original.data());
        const auto* b = reinterpret_cast<const std::uint16_t*>(decoded.data());
        int most = 0;
        for (std::size_t i = 0; i < original.size() / 2; ++i)
            most = std::max(most, std::abs(a[i] - b[i]));
        QCOMPARE(most, bound);
    }
}

void CodecsTest::jpeg_2000_gives_back_the_samples()
{
    const PixelLayout layout = fetchedLayout(kJ2k, 67, 41);
    const Bytes samples = encoders::makeSamples(layout, 8);
    encoders::Jpeg2000Options options;
    options.precision = layout.bitsStored;
    options.codestreamSigned = layout.isSigned;
    for (const int tile : {0, 20})
        for (const bool transform : {false, layout.samplesPerPixel == 3}) {
            options.tileSize = tile;
            options.colourTransform = transform;
            QCOMPARE(decodeStream(layout, encoders::encodeJpeg2000(layout, samples, options)), samples);
        }
}

void CodecsTest::jpeg_2000_sign_of_the_header_counts()
{
    PixelLayout layout = makeLayout(kJ2k, 67, 41, 16, 13);
    layout.isSigned = true;
    const Bytes samples = encoders::makeSamples(layout, 9);
    encoders::Jpeg2000Options options;
    options.precision = 13;
    options.codestreamSigned = false;
    QCOMPARE(decodeStream(layout, encoders::encodeJpeg2000(layout, samples, options)), samples);
}

void CodecsTest::jpeg_2000_precision_of_the_codestream_counts()
{
    const PixelLayout coded = makeLayout(kJ2k, 67, 41, 16, 14);
    const Bytes samples = encoders::makeSamples(coded, 10);
    encoders::Jpeg2000Options options;
    options.precision = 14;
    const Bytes stream = encoders::encodeJpeg2000(coded, samples, options);
    for (const int headerBits : {12, 16}) {
        PixelLayout layout = coded;
        layout.bitsStored = headerBits;
        QCOMPARE(decodeStream(layout, stream), samples);
    }
}

void CodecsTest::jpeg_2000_with_absurd_precincts_is_refused()
{
    const PixelLayout layout = makeLayout(kJ2k, 2000, 2000, 16, 16);
    Bytes stream = bytesOf({0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0, 0, 0, 0x07, 0xD0, 0, 0, 0x07, 0xD0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0x07, 0xD0, 0, 0, 0x07, 0xD0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 15, 1, 1});
    const Bytes precincts =
        bytesOf({0xFF, 0x52, 0, 18, 1, 0, 0, 1, 0, 5, 4, 4, 0, 1, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xD9});
    stream.insert(stream.end(), precincts.begin(), precincts.end());
    const std::string message = errorOf([&] { decodeStream(layout, stream); });
    QVERIFY2(message.find("precincts") != std::string::npos, message.c_str());
}

void CodecsTest::frames_are_found_data()
{
    QTest::addColumn<int>("fragmentsPerFrame");
    QTest::addColumn<bool>("basicTable");
    QTest::addColumn<bool>("extendedTable");
    QTest::newRow("one fragment each, no table") << 1 << false << false;
    QTest::newRow("one fragment each, table") << 1 << true << false;
    QTest::newRow("three fragments each, table") << 3 << true << false;
    QTest::newRow("three fragments each, end markers") << 3 << false << false;
    QTest::newRow("one fragment each, extended table") << 1 << false << true;
}

void CodecsTest::frames_are_found()
{
    QFETCH(int, fragmentsPerFrame);
    QFETCH(bool, basicTable);
    QFETCH(bool, extendedTable);
    PixelLayout layout = makeLayout(kJpegLs, 20, 10, 16, 12);
    layout.frames = 4;
    Bytes expected;
    std::vector<Bytes> fragments;
    std::vector<std::uint32_t> offsets;
    std::uint32_t position = 0;
    for (unsigned f = 0; f < 4; ++f) {
        const Bytes samples = encoders::makeSamples(layout, f);
        expected.insert(expected.end(), samples.begin(), samples.end());
        const Bytes stream = encoders::encodeJpegLs(layout, samples, 12, encoders::Interleave::None, 0);
        offsets.push_back(position);
        const auto piece =
            static_cast<std::ptrdiff_t>(stream.size() / static_cast<std::size_t>(fragmentsPerFrame) / 2 * 2);
        for (int k = 0; k < fragmentsPerFrame; ++k) {
            const auto begin = stream.begin() + k * piece;
            fragments.emplace_back(begin, k + 1 == fragmentsPerFrame ? stream.end() : begin + piece);
            position += static_cast<std::uint32_t>(8 + fragments.back().size() + fragments.back().size() % 2);
        }
    }
    const Bytes value = encoders::encapsulate(fragments, basicTable ? offsets : std::vector<std::uint32_t>{});
    const std::vector<std::uint64_t> extended(offsets.begin(), offsets.end());
    const imaging::ExtendedOffsets table =
        extendedTable ? imaging::ExtendedOffsets{extended, extended} : imaging::ExtendedOffsets{};
    Bytes decoded;
    for (const auto& frame : imaging::splitFrames(layout, value, table, kPath)) {
        Bytes samples(imaging::decodedFrameBytes(layout));
        imaging::decodeFrame(layout, frame, samples, kPath);
        decoded.insert(decoded.end(), samples.begin(), samples.end());
    }
    QCOMPARE(decoded, expected);
}

void CodecsTest::size_that_the_stream_contradicts_is_refused_data()
{
    QTest::addColumn<QByteArray>("syntax");
    for (const char* syntax : {kBaseline, kLosslessSv1, kJpegLs, kJ2k, kRle})
        QTest::newRow(syntax) << QByteArray(syntax);
}

namespace {

Bytes encodeFor(const PixelLayout& layout, const Bytes& samples)
{
    if (layout.transferSyntaxUid == kRle)
        return encoders::encodeRle(layout, samples);
    if (layout.transferSyntaxUid == kJpegLs)
        return encoders::encodeJpegLs(layout, samples, layout.bitsStored, encoders::Interleave::None, 0);
    if (layout.transferSyntaxUid == kJ2k) {
        encoders::Jpeg2000Options options;
        options.precision = layout.bitsStored;
        return encoders::encodeJpeg2000(layout, samples, options);
    }
    const bool baseline = layout.transferSyntaxUid == kBaseline;
    return encoders::encodeJpeg(layout, samples, baseline ? JpegKind::Baseline : JpegKind::LosslessFirstOrder);
}

} // namespace

void CodecsTest::size_that_the_stream_contradicts_is_refused()
{
    QFETCH(QByteArray, syntax);
    const PixelLayout layout = makeLayout(syntax.constData(), 64, 48, 8, 8);
    const Bytes stream = encodeFor(layout, encoders::makeSamples(layout, 11));
    for (const auto& [columns, rows] : {std::pair{64, 49}, std::pair{63, 50}, std::pair{4096, 4096}}) {
        PixelLayout wrong = layout;
        wrong.columns = columns;
        wrong.rows = rows;
        QVERIFY(!errorOf([&] { decodeStream(wrong, stream); }).empty());
    }
    PixelLayout colour = layout;
    colour.samplesPerPixel = 3;
    QVERIFY(!errorOf([&] { decodeStream(colour, stream); }).empty());
}

void CodecsTest::impossible_layouts_are_refused_data()
{
    QTest::addColumn<int>("field");
    QTest::addColumn<int>("value");
    int number = 0;
    for (const auto& [field, value] : {std::pair{0, 0}, {0, -1}, {0, 65536}, {1, 0}, {2, 2}, {2, 0}, {3, 12}, {3, 0},
             {3, -8}, {4, 0}, {4, 17}, {5, 0}, {5, -5}})
        QTest::addRow("%d: field %d = %d", number++, field, value) << field << value;
}

void CodecsTest::impossible_layouts_are_refused()
{
    QFETCH(int, field);
    QFETCH(int, value);
    PixelLayout layout = makeLayout(kLittle, 4, 4, 16, 16);
    int* const fields[] = {&layout.columns, &layout.rows, &layout.samplesPerPixel, &layout.bitsAllocated,
        &layout.bitsStored, &layout.frames};
    *fields[field] = value;
    const std::string message = errorOf([&] { imaging::checkPixelLayout(layout, kPath); });
    QVERIFY2(message.find(kPath) != std::string::npos && message.ends_with("."), message.c_str());
}

void CodecsTest::huge_size_in_few_bytes_is_refused_before_memory_is_taken()
{
    const PixelLayout square = makeLayout(kLittle, 65535, 65535, 16, 16);
    QVERIFY(!errorOf([&] { imaging::splitFrames(square, Bytes(100), {}, kPath); }).empty());
    PixelLayout many = makeLayout(kJpegLs, 8192, 8192, 16, 16);
    many.frames = 100;
    const Bytes value = encoders::encapsulate(std::vector<Bytes>(100, Bytes(20)));
    QVERIFY(!errorOf([&] { imaging::splitFrames(many, value, {}, kPath); }).empty());
    many.frames = 2000000000;
    QVERIFY(!errorOf([&] { imaging::splitFrames(many, value, {}, kPath); }).empty());
}

void CodecsTest::damaged_streams_never_crash_data()
{
    size_that_the_stream_contradicts_is_refused_data();
    QTest::newRow(kLossless) << QByteArray(kLossless);
}

void CodecsTest::damaged_streams_never_crash()
{
    QFETCH(QByteArray, syntax);
    const int bits = syntax == kBaseline ? 8 : 16;
    const PixelLayout layout = makeLayout(syntax.constData(), 64, 48, bits, bits);
    const Bytes stream = encodeFor(layout, encoders::makeSamples(layout, 12));
    std::mt19937 random(13);
    Bytes samples(imaging::decodedFrameBytes(layout));
    int refused = 0;
    const auto attempt = [&](Bytes damaged) {
        damaged.shrink_to_fit(); // So that reading past the end is seen by AddressSanitizer.
        const imaging::EncodedFrame frame{{damaged}, 0};
        refused += errorOf([&] { imaging::decodeFrame(layout, frame, samples, kPath); }).empty() ? 0 : 1;
    };
    for (int round = 0; round < 400; ++round) {
        Bytes damaged = stream;
        // Half of the damage lies in the headers, where it matters most.
        const std::size_t range = round % 2 == 0 ? std::min<std::size_t>(damaged.size(), 200) : damaged.size();
        for (unsigned k = 0; k < 1 + random() % 4; ++k)
            damaged[random() % range] = static_cast<std::byte>(random());
        if (round % 4 == 3)
            damaged.resize(random() % damaged.size());
        attempt(damaged);
    }
    attempt({});
    QVERIFY(refused > 20);
}

QTEST_GUILESS_MAIN(CodecsTest)
#include "tst_codecs.moc"
