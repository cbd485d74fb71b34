#include "imaging/dicom/jpegls_scan.h"

#include "imaging/dicom/codecs.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace imaging::detail {

namespace {

constexpr std::array<int, 32> kRunBits{
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15};

int bitsFor(int values)
{
    return std::bit_width(static_cast<unsigned>(values - 1));
}

/// The median edge detector, T.87 A.4.
std::int32_t predict(std::int32_t a, std::int32_t b, std::int32_t c)
{
    const std::int32_t low = std::min(a, b);
    const std::int32_t high = std::max(a, b);
    return std::clamp(a + b - c, low, high);
}

/// Smallest k with n << k >= a, T.87 A.5.1. Both are positive.
int golombParameter(std::int32_t a, std::int32_t n)
{
    const int k =
        std::max(0, std::countl_zero(static_cast<std::uint32_t>(n)) - std::countl_zero(static_cast<std::uint32_t>(a)));
    return k + ((static_cast<std::int64_t>(n) << k) < a ? 1 : 0);
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
    , m_rows(static_cast<std::size_t>(scan.components))
    , m_data(data)
    , m_bits(data.subspan(scan.begin))
{
    const int bits = std::max(2, bitsFor(m_maximum + 1));
    m_limit = 2 * (bits + std::max(8, bits));
    prepareGradients(scan.preset);
    reset();
}

void JpegLsScanDecoder::prepareGradients(const JpegLsPreset& preset)
{
    const auto quantised = [&](int size) {
        if (size <= m_scan.nearLossless)
            return 0;
        return 1 + (size >= preset.threshold1 ? 1 : 0) + (size >= preset.threshold2 ? 1 : 0)
            + (size >= preset.threshold3 ? 1 : 0);
    };
    m_gradients.resize(static_cast<std::size_t>(2 * m_maximum + 1));
    for (int size = 0; size <= m_maximum; ++size) {
        const int value = size < preset.threshold3 ? quantised(size) : 4;
        m_gradients[static_cast<std::size_t>(m_maximum + size)] = static_cast<std::int8_t>(value);
        m_gradients[static_cast<std::size_t>(m_maximum - size)] = static_cast<std::int8_t>(-value);
    }
}

void JpegLsScanDecoder::reset()
{
    const std::int32_t a = std::max(2, (m_range + 32) / 64);
    m_contexts.fill({a, 0, 0, 1});
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
    const std::byte* at = m_bits.position();
    const std::byte* end = m_data.data() + m_data.size();
    while (end - at >= 2 && !(at[0] == std::byte{0xFF} && (at[1] & std::byte{0x80}) != std::byte{0}))
        ++at;
    if (end - at < 2 || at[1] < std::byte{0xD0} || at[1] > std::byte{0xD7})
        throwDamaged(m_path, "a JPEG-LS restart marker is missing");
    m_bits = JpegLsBits(m_data.subspan(static_cast<std::size_t>(at + 2 - m_data.data())));
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
        decodeSampleInterleavedRow();
    else
        for (Rows& rows : m_rows)
            m_step == 1 ? decodeSeparateRow<true>(rows) : decodeSeparateRow<false>(rows);
    ++m_rowsDone;
    if (m_bits.overrun())
        throwDamaged(m_path, "the JPEG-LS data end too early");
}

template <bool Lossless> void JpegLsScanDecoder::decodeSeparateRow(Rows& rows)
{
    std::int32_t* const current = rows.current.data() + 1;
    const std::int32_t* const before = rows.before.data() + 1;
    int x = 0;
    while (x < m_columns) {
        const std::int32_t a = current[x - 1];
        const std::int32_t b = before[x];
        const std::int32_t c = before[x - 1];
        const int q = contextOf(a, b, c, before[x + 1]);
        if (q != 0) {
            current[x++] = decodeRegular<Lossless>(q, a, b, c);
            continue;
        }
        const int run = decodeRunLength(m_columns - x, rows.runIndex);
        std::fill_n(current + x, run, a);
        x += run;
        if (x == m_columns)
            break;
        current[x] = decodeInterruption(a, before[x], rows.runIndex);
        rows.runIndex = std::max(0, rows.runIndex - 1);
        ++x;
    }
}

void JpegLsScanDecoder::decodeSampleInterleavedRow()
{
    int& runIndex = m_rows.front().runIndex;
    int x = 0;
    while (x < m_columns) {
        const auto at = static_cast<std::size_t>(x) + 1;
        std::array<int, 255> q{};
        bool flat = true;
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const Rows& rows = m_rows[i];
            q[i] = contextOf(rows.current[at - 1], rows.before[at], rows.before[at - 1], rows.before[at + 1]);
            flat = flat && q[i] == 0;
        }
        if (!flat) {
            for (std::size_t i = 0; i < m_rows.size(); ++i) {
                Rows& rows = m_rows[i];
                rows.current[at] =
                    decodeRegular<false>(q[i], rows.current[at - 1], rows.before[at], rows.before[at - 1]);
            }
            ++x;
            continue;
        }
        const int run = decodeRunLength(m_columns - x, runIndex);
        for (Rows& rows : m_rows)
            std::fill_n(rows.current.begin() + x + 1, run, rows.current[at - 1]);
        x += run;
        if (x == m_columns)
            break;
        for (Rows& rows : m_rows) {
            const std::int32_t b = rows.before[static_cast<std::size_t>(x) + 1];
            const std::int32_t error = decodeRunEnd(0, runIndex);
            const std::int32_t a = rows.current[static_cast<std::size_t>(x)];
            rows.current[static_cast<std::size_t>(x) + 1] = reconstruct(b, b < a ? -error : error);
        }
        runIndex = std::max(0, runIndex - 1);
        ++x;
    }
}

/// T.87 A.4 to A.6: one sample in regular mode.
template <bool Lossless>
std::int32_t JpegLsScanDecoder::decodeRegular(int q, std::int32_t a, std::int32_t b, std::int32_t c)
{
    const int sign = q >> 31; // -1 for mirrored contexts, else 0.
    Context& context = m_contexts[static_cast<std::size_t>((q ^ sign) - sign)];
    const int k = golombParameter(context.a, context.n);
    const std::int32_t predicted = std::clamp(predict(a, b, c) + ((context.c ^ sign) - sign), 0, m_maximum);

    const std::int32_t mapped = decodeMapped(k, m_limit);
    std::int32_t error = (mapped >> 1) ^ -(mapped & 1);
    if (k == 0 && (!Lossless ? m_step == 1 : true) && 2 * context.b <= -context.n)
        error = ~error;

    context.a += std::abs(error);
    context.b += Lossless ? error : error * m_step;
    if (context.n == m_scan.preset.reset) {
        context.a >>= 1;
        context.b >>= 1;
        context.n >>= 1;
    }
    ++context.n;
    if (context.b <= -context.n) {
        context.b = std::max(context.b + context.n, 1 - context.n);
        context.c = std::max(context.c - 1, -128);
    } else if (context.b > 0) {
        context.b = std::min(context.b - context.n, 0);
        context.c = std::min(context.c + 1, 127);
    }
    const std::int32_t signedError = (error ^ sign) - sign;
    if constexpr (!Lossless)
        return reconstruct(predicted, signedError);
    std::int32_t value = predicted + signedError;
    if (value < 0)
        value += m_range;
    else if (value > m_maximum)
        value -= m_range;
    return std::clamp(value, 0, m_maximum); // Undamaged data are inside already.
}

/// T.87 A.7.1: how many samples repeat the one before, at most `left`.
int JpegLsScanDecoder::decodeRunLength(int left, int& runIndex)
{
    int run = 0;
    while (true) {
        m_bits.refill();
        if (m_bits.take(1) == 0)
            break;
        const int full = 1 << kRunBits[static_cast<std::size_t>(runIndex)];
        const int length = std::min(full, left - run);
        run += length;
        if (length == full)
            runIndex = std::min(runIndex + 1, 31);
        if (run == left)
            return run;
    }
    run += static_cast<int>(m_bits.take(kRunBits[static_cast<std::size_t>(runIndex)]));
    if (run >= left)
        throwDamaged(m_path, "a JPEG-LS run is longer than its row");
    return run;
}

/// T.87 A.7.2: the sample that ends a run.
std::int32_t JpegLsScanDecoder::decodeInterruption(std::int32_t a, std::int32_t b, int runIndex)
{
    if (std::abs(a - b) <= m_scan.nearLossless)
        return reconstruct(a, decodeRunEnd(1, runIndex));
    const std::int32_t error = decodeRunEnd(0, runIndex);
    return reconstruct(b, b < a ? -error : error);
}

std::int32_t JpegLsScanDecoder::decodeRunEnd(int type, int runIndex)
{
    RunContext& context = m_runContexts[static_cast<std::size_t>(type)];
    const int k = golombParameter(std::max(1, context.a + (type == 1 ? context.n >> 1 : 0)), context.n);
    const std::int32_t mapped = decodeMapped(k, m_limit - kRunBits[static_cast<std::size_t>(runIndex)] - 1);
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
std::int32_t JpegLsScanDecoder::decodeMapped(int k, int limit)
{
    m_bits.refill();
    const int zeros = m_bits.leadingZeros();
    std::uint32_t value = 0;
    if (zeros < limit - m_bitsOfRange - 1 && zeros + 1 + k <= 56) {
        m_bits.skip(zeros + 1);
        value = (static_cast<std::uint32_t>(zeros) << k) | m_bits.take(k);
    } else if (zeros < limit - m_bitsOfRange - 1) {
        m_bits.skip(std::min(zeros + 1, 56));
        m_bits.refill();
        value = (static_cast<std::uint32_t>(zeros) << k) | m_bits.take(k);
    } else {
        m_bits.skip(limit - m_bitsOfRange);
        m_bits.refill();
        value = m_bits.take(m_bitsOfRange) + 1;
    }
    if (value > 2 * static_cast<std::uint32_t>(m_range))
        throwDamaged(m_path, "a JPEG-LS code is out of range");
    return static_cast<std::int32_t>(value);
}

std::int32_t JpegLsScanDecoder::reconstruct(std::int32_t predicted, std::int32_t error) const
{
    const int nearLossless = m_scan.nearLossless;
    std::int32_t value = predicted + error * m_step;
    if (value < -nearLossless)
        value += m_range * m_step;
    else if (value > m_maximum + nearLossless)
        value -= m_range * m_step;
    return std::clamp(value, 0, m_maximum);
}

} // namespace imaging::detail
