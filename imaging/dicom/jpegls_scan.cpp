#include "imaging/dicom/jpegls_scan.h"

#include "imaging/dicom/codecs.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

namespace imaging::detail {

namespace {

constexpr std::array<int, 32> kRunBits{
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/// The largest Golomb parameter: of errors of 16 bits.
constexpr int kMostGolombBits = 18;

int bitsFor(int values)
{
    return std::bit_width(static_cast<unsigned>(values - 1));
}

// By value, which compilers turn into code without jumps: which of two neighbours is larger is a coin toss in a noisy
// picture.
std::int32_t smaller(std::int32_t a, std::int32_t b)
{
    return a < b ? a : b;
}

std::int32_t larger(std::int32_t a, std::int32_t b)
{
    return a > b ? a : b;
}

std::int32_t between(std::int32_t low, std::int32_t value, std::int32_t high)
{
    return smaller(larger(value, low), high);
}

/// The median edge detector, T.87 A.4.
std::int32_t predict(std::int32_t a, std::int32_t b, std::int32_t c)
{
    return between(smaller(a, b), a + b - c, larger(a, b));
}

} // namespace

JpegLsScanDecoder::JpegLsScanDecoder(
    const JpegLsFrame& frame, const JpegLsScan& scan, std::span<const std::byte> data, const std::string& path)
    : m_scan(scan)
    , m_path(path)
    , m_columns(frame.columns)
    , m_maximum(scan.preset.maximum)
    , m_step(2 * scan.nearLossless + 1)
    , m_range((scan.preset.maximum + 2 * scan.nearLossless) / m_step + 1)
    , m_bitsOfRange(bitsFor(m_range))
    , m_mostMapped(2 * static_cast<std::uint32_t>(m_range))
    , m_contexts(scan.preset.reset, m_step)
    , m_rows(static_cast<std::size_t>(scan.components))
    , m_data(data)
    , m_begin(scan.begin)
    , m_bits(data.subspan(scan.begin))
{
    const int bits = std::max(2, bitsFor(m_maximum + 1));
    m_limit = 2 * (bits + std::max(8, bits));
    m_lowestLeading = 63 - std::min(m_limit - m_bitsOfRange - 1, Cursor::kWindow - 1 - kMostGolombBits);
    prepareGradients(scan.preset);
    reset();
}

void JpegLsScanDecoder::prepareGradients(const JpegLsPreset& preset)
{
    const auto quantised = [&](int size) {
        if (size <= m_scan.nearLossless)
            return 0;
        return 1 + (size >= preset.threshold1 ? 1 : 0) + (size >= preset.threshold2 ? 1 : 0);
    };
    m_gradients.assign(static_cast<std::size_t>(2 * m_maximum + 1), 4);
    std::fill_n(m_gradients.begin(), m_maximum, std::int8_t{-4});
    for (int size = 0; size < preset.threshold3; ++size) {
        const int value = quantised(size);
        m_gradients[static_cast<std::size_t>(m_maximum + size)] = static_cast<std::int8_t>(value);
        m_gradients[static_cast<std::size_t>(m_maximum - size)] = static_cast<std::int8_t>(-value);
    }
}

void JpegLsScanDecoder::reset()
{
    const std::int32_t a = std::max(2, (m_range + 32) / 64);
    m_contexts.restart(a);
    m_runContexts.fill({a, 1, 0});
    const auto length = static_cast<std::size_t>(m_columns) + 3;
    for (Rows& rows : m_rows) {
        rows.before.assign(length, 0);
        rows.current.assign(length, 0);
        rows.runIndex = 0;
    }
}

/// At a restart marker, RSTm, everything begins anew behind it.
void JpegLsScanDecoder::restart()
{
    const std::size_t marker = position();
    const auto code = marker + 2 <= m_data.size() ? std::to_integer<int>(m_data[marker + 1]) : 0;
    if (code < 0xD0 || code > 0xD7)
        throwDamaged(m_path, "a JPEG-LS restart marker is missing");
    m_begin = marker + 2;
    m_bits = JpegLsBits(m_data.subspan(m_begin));
    m_cursor = Cursor(m_bits);
    reset();
}

std::span<const std::int32_t> JpegLsScanDecoder::row(int component) const
{
    return std::span(m_rows[static_cast<std::size_t>(component)].current)
        .subspan(1, static_cast<std::size_t>(m_columns));
}

void JpegLsScanDecoder::decodeRow()
{
    if (m_scan.restartRows != 0 && m_rowsDone != 0 && m_rowsDone % m_scan.restartRows == 0)
        restart();
    for (Rows& rows : m_rows) {
        rows.before.swap(rows.current);
        rows.current[0] = rows.before[1];
        rows.before[static_cast<std::size_t>(m_columns) + 1] = rows.before[static_cast<std::size_t>(m_columns)];
    }
    if (m_scan.interleave == JpegLsInterleave::Sample)
        m_step == 1 ? decodeSampleInterleavedRow<true>() : decodeSampleInterleavedRow<false>();
    else
        for (Rows& rows : m_rows)
            m_step == 1 ? decodeSeparateRow<true>(rows) : decodeSeparateRow<false>(rows);
    ++m_rowsDone;
    if (m_cursor.overrun())
        throwDamaged(m_path, "the JPEG-LS data end too early");
}

template <bool Lossless> void JpegLsScanDecoder::decodeSeparateRow(Rows& rows)
{
    std::int32_t* const current = rows.current.data() + 1;
    const std::int32_t* const before = rows.before.data() + 1;
    const std::ptrdiff_t columns = m_columns;
    Cursor bits = m_cursor;
    Neighbours near{current[-1], before[0], before[-1]};
    std::ptrdiff_t left = gradient(near.b, near.c);
    for (std::ptrdiff_t x = 0; x < columns && !bits.overrun(); ++x) {
        const std::int32_t d = before[x + 1];
        const std::ptrdiff_t right = gradient(d, near.b);
        const std::ptrdiff_t q = 9 * (9 * right + left) + gradient(near.c, near.a);
        if (q != 0) {
            near = {decodeRegular<Lossless>(q, near, bits), d, near.b};
            current[x] = near.a;
            left = right;
            continue;
        }
        Cursor copy = bits;
        x += decodeRun(rows, static_cast<int>(x), copy);
        bits = copy;
        if (x >= columns)
            break;
        near = {current[x], before[x + 1], before[x]};
        left = gradient(near.b, near.c);
    }
    m_cursor = bits;
}

template <bool Lossless> void JpegLsScanDecoder::decodeSampleInterleavedRow()
{
    int& runIndex = m_rows.front().runIndex;
    std::array<std::ptrdiff_t, 255> q{};
    for (int x = 0; x < m_columns && !m_cursor.overrun(); ++x) {
        const auto at = static_cast<std::size_t>(x) + 1;
        bool flat = true;
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const auto& [before, current, unused] = m_rows[i];
            q[i] = 9 * (9 * gradient(before[at + 1], before[at]) + gradient(before[at], before[at - 1]))
                + gradient(before[at - 1], current[at - 1]);
            flat = flat && q[i] == 0;
        }
        if (flat) {
            x += decodeInterleavedRun(x, runIndex);
            continue;
        }
        for (std::size_t i = 0; i < m_rows.size() && !m_cursor.overrun(); ++i) {
            Rows& rows = m_rows[i];
            rows.current[at] =
                decodeRegular<Lossless>(q[i], {rows.current[at - 1], rows.before[at], rows.before[at - 1]}, m_cursor);
        }
    }
}

/// A run from column x and the samples that end it; returns the run's length.
int JpegLsScanDecoder::decodeInterleavedRun(int x, int& runIndex)
{
    const int run = decodeRunLength(m_columns - x, runIndex, m_cursor);
    for (Rows& rows : m_rows)
        std::fill_n(rows.current.begin() + x + 1, run, rows.current[static_cast<std::size_t>(x)]);
    x += run;
    if (x == m_columns)
        return run;
    for (Rows& rows : m_rows) {
        const std::int32_t a = rows.current[static_cast<std::size_t>(x)];
        const std::int32_t b = rows.before[static_cast<std::size_t>(x) + 1];
        const std::int32_t error = decodeRunEnd(0, runIndex, m_cursor);
        rows.current[static_cast<std::size_t>(x) + 1] = reconstruct(b, b < a ? -error : error);
    }
    runIndex = std::max(0, runIndex - 1);
    return run;
}

/// The same for one component alone.
int JpegLsScanDecoder::decodeRun(Rows& rows, int x, Cursor& bits)
{
    std::int32_t* const current = rows.current.data() + 1;
    const std::int32_t a = current[x - 1];
    const int run = decodeRunLength(m_columns - x, rows.runIndex, bits);
    std::fill_n(current + x, run, a);
    if (x + run < m_columns) {
        const std::int32_t b = rows.before[static_cast<std::size_t>(x + run) + 1];
        current[x + run] = decodeInterruption(a, b, rows.runIndex, bits);
        rows.runIndex = std::max(0, rows.runIndex - 1);
    }
    return run;
}

/// T.87 A.4 to A.6: one sample in regular mode.
template <bool Lossless>
[[gnu::always_inline]] inline std::int32_t JpegLsScanDecoder::decodeRegular(
    std::ptrdiff_t q, Neighbours near, Cursor& bits)
{
    std::int32_t predicted = predict(near.a, near.b, near.c) + m_contexts.correction(q);
    if (static_cast<std::uint32_t>(predicted) > static_cast<std::uint32_t>(m_maximum)) [[unlikely]]
        predicted = between(0, predicted, m_maximum);

    const int k = m_contexts.golombParameter(q);
    const std::uint32_t mapped = decodeShortMapped(k, bits);
    std::int32_t error = static_cast<std::int32_t>(mapped >> 1U) ^ -static_cast<std::int32_t>(mapped & 1U);
    if (Lossless && k == 0 && m_contexts.invertsErrors(q)) [[unlikely]]
        error = ~error;
    m_contexts.update<Lossless>(q, error);

    const auto sign = static_cast<std::int32_t>(q >> 63); // -1 for mirrored contexts, else 0.
    if constexpr (!Lossless)
        return reconstruct(predicted, (error ^ sign) - sign);
    const std::int32_t value = (predicted - sign) + (error ^ sign);
    if (static_cast<std::uint32_t>(value) > static_cast<std::uint32_t>(m_maximum)) [[unlikely]]
        return wrapped(value);
    return value;
}

/// decodeMapped() with the limit of regular mode, for the usual codes in a few steps.
[[gnu::always_inline]] inline std::uint32_t JpegLsScanDecoder::decodeShortMapped(int k, Cursor& bits) const
{
    const std::uint64_t window = bits.window();
    const int leading = std::countl_zero(window | 1U) ^ 63; // The place of the one that ends the zeros, from the right.
    if (leading <= m_lowestLeading) [[unlikely]] {
        Cursor copy = bits; // `bits` itself stays in registers.
        const std::uint32_t mapped = decodeMapped(k, m_limit, copy);
        bits = copy;
        return mapped;
    }
    bits.skip(64 - leading + k);
    // The zeros times 2^k; the one and k bits behind it, which make 2^k too much.
    const std::uint32_t mapped =
        (static_cast<std::uint32_t>(62 - leading) << k) + static_cast<std::uint32_t>(window >> (leading - k));
    if (mapped > m_mostMapped) [[unlikely]]
        throwDamaged(m_path, "a JPEG-LS code is out of range");
    return mapped;
}

/// T.87 A.7.1: how many samples repeat the one before, at most `left`.
int JpegLsScanDecoder::decodeRunLength(int left, int& runIndex, Cursor& bits)
{
    int run = 0;
    while (bits.window() >> 63U != 0) {
        bits.skip(1);
        const int full = 1 << kRunBits[static_cast<std::size_t>(runIndex)];
        const int length = std::min(full, left - run);
        run += length;
        if (length == full)
            runIndex = std::min(runIndex + 1, 31);
        if (run == left)
            return run;
    }
    const int rest = kRunBits[static_cast<std::size_t>(runIndex)];
    run += static_cast<int>(bits.window() << 1U >> 1U >> (63 - rest)); // The zero is passed over.
    bits.skip(1 + rest);
    if (run >= left)
        throwDamaged(m_path, "a JPEG-LS run is longer than its row");
    return run;
}

/// T.87 A.7.2: the sample that ends a run.
std::int32_t JpegLsScanDecoder::decodeInterruption(std::int32_t a, std::int32_t b, int runIndex, Cursor& bits)
{
    if (std::abs(a - b) <= m_scan.nearLossless)
        return reconstruct(a, decodeRunEnd(1, runIndex, bits));
    const std::int32_t error = decodeRunEnd(0, runIndex, bits);
    return reconstruct(b, b < a ? -error : error);
}

std::int32_t JpegLsScanDecoder::decodeRunEnd(int type, int runIndex, Cursor& bits)
{
    RunContext& context = m_runContexts[static_cast<std::size_t>(type)];
    const int k = m_contexts.golombParameter(context.a + (type == 1 ? context.n >> 1 : 0), context.n);
    const auto mapped =
        static_cast<std::int32_t>(decodeMapped(k, m_limit - kRunBits[static_cast<std::size_t>(runIndex)] - 1, bits));
    const std::int32_t temp = mapped + type;
    const bool map = (temp & 1) != 0;
    const std::int32_t size = (temp + (map ? 1 : 0)) / 2;
    const std::int32_t error = (k != 0 || 2 * context.negatives >= context.n) == map ? -size : size;
    if (error < 0)
        ++context.negatives;
    context.a += (mapped + 1 - type) >> 1;
    if (context.n == m_scan.preset.reset) {
        context.a >>= 1;
        context.n >>= 1;
        context.negatives >>= 1;
    }
    ++context.n;
    return error;
}

/// A limited-length Golomb code, T.87 A.5.3. Throws when the value cannot be one.
std::uint32_t JpegLsScanDecoder::decodeMapped(int k, int limit, Cursor& bits) const
{
    if (bits.overrun())
        throwDamaged(m_path, "the JPEG-LS data end too early");
    const int zeros = std::countl_zero(bits.window());
    const bool isLong = zeros >= limit - m_bitsOfRange - 1;
    bits.skip(isLong ? limit - m_bitsOfRange : zeros + 1);
    const int count = isLong ? m_bitsOfRange : k;
    const auto low = static_cast<std::uint32_t>(bits.window() >> 1U >> (63 - count));
    bits.skip(count);
    const std::uint32_t value = isLong ? low + 1 : (static_cast<std::uint32_t>(zeros) << k | low);
    if (value > m_mostMapped)
        throwDamaged(m_path, "a JPEG-LS code is out of range");
    return value;
}

std::int32_t JpegLsScanDecoder::reconstruct(std::int32_t predicted, std::int32_t error) const
{
    return wrapped(predicted + error * m_step);
}

/// Undamaged data are inside 0 .. MAXVAL afterwards, others are brought there.
std::int32_t JpegLsScanDecoder::wrapped(std::int32_t value) const
{
    const int nearLossless = m_scan.nearLossless;
    if (value < -nearLossless)
        value += m_range * m_step;
    else if (value > m_maximum + nearLossless)
        value -= m_range * m_step;
    return std::clamp(value, 0, m_maximum);
}

} // namespace imaging::detail
