#include "imaging/dicom/jpegls_header.h"

#include "imaging/dicom/codecs.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace imaging::detail {

namespace {

using Bytes = std::span<const std::byte>;

/// T.87 allows up to MAXVAL; nobody writes more than 255, and this keeps all sums within 32 bits.
constexpr int kMaxReset = 4096;

int number(Bytes bytes, std::size_t at, std::size_t count)
{
    return static_cast<int>(bigEndian(bytes, at, count));
}

/// T.87 C.2.4.1.1.1.
JpegLsPreset withDefaults(const JpegLsPreset& given, int precision, int nearLossless)
{
    JpegLsPreset preset = given;
    if (preset.maximum == 0)
        preset.maximum = (1 << precision) - 1;
    const int maximum = preset.maximum;
    const auto bounded = [&](int value, int low) { return value > maximum || value < low ? low : value; };
    const auto threshold = [&](int basic, int lowest, int step) {
        if (maximum < 128)
            return std::max(lowest, basic / (256 / (maximum + 1)) + step * nearLossless);
        return (std::min(maximum, 4095) + 128) / 256 * (basic - lowest) + lowest + step * nearLossless;
    };
    if (preset.threshold1 == 0)
        preset.threshold1 = bounded(threshold(3, 2, 3), nearLossless + 1);
    if (preset.threshold2 == 0)
        preset.threshold2 = bounded(threshold(7, 3, 5), preset.threshold1);
    if (preset.threshold3 == 0)
        preset.threshold3 = bounded(threshold(21, 4, 7), preset.threshold2);
    if (preset.reset == 0)
        preset.reset = 64;
    return preset;
}

} // namespace

JpegLsMarkers::JpegLsMarkers(Bytes data, const std::string& path)
    : m_data(data)
    , m_path(path)
{
    if (data.size() < 4 || bigEndian(data, 0, 2) != 0xFFD8)
        throwDamaged(path, "it does not begin as JPEG-LS data do");
}

JpegLsScan JpegLsMarkers::nextScan(std::size_t from)
{
    std::size_t at = from;
    while (m_data.size() - at >= 4) {
        const int marker = number(m_data, at + 1, 1);
        if (m_data[at] != std::byte{0xFF} || marker < 0x80 || marker == 0xFF) {
            ++at; // Fill bytes, and what is left of the scan before.
            continue;
        }
        if (marker >= 0xD0 && marker <= 0xD8) {
            at += 2;
            continue;
        }
        const std::size_t length = bigEndian(m_data, at + 2, 2);
        if (marker == 0xD9 || length < 2 || length > m_data.size() - at - 2)
            break;
        const Bytes segment = m_data.subspan(at + 4, length - 2);
        at += 2 + length;
        if (marker == 0xDA) {
            JpegLsScan scan = readScanHeader(segment);
            scan.begin = at;
            return scan;
        }
        readSegment(marker, segment);
    }
    throwDamaged(m_path, "the JPEG-LS data end before all components were read");
}

void JpegLsMarkers::readSegment(int marker, Bytes segment)
{
    if (marker == 0xF7) {
        if (segment.size() < 6 || m_frame.components != 0)
            throwDamaged(m_path, "the JPEG-LS frame header is damaged");
        m_frame = {number(segment, 0, 1), number(segment, 1, 2), number(segment, 3, 2), number(segment, 5, 1)};
        if (m_frame.precision < 2 || m_frame.precision > 16)
            throwDamaged(m_path, "the JPEG-LS data claim " + std::to_string(m_frame.precision) + " bits");
    } else if (marker == 0xF8) {
        readPreset(segment);
    } else if (marker == 0xDD && segment.size() >= 2 && segment.size() <= 4) {
        m_restartRows = bigEndian(segment, 0, segment.size());
    } else if (marker == 0xE8 && segment.size() >= 5 && std::memcmp(segment.data(), "mrfx", 4) == 0
        && segment[4] != std::byte{0}) {
        throwUnsupported(m_path, "HP's colour transformation for JPEG-LS is not part of DICOM");
    } else if ((marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC)) {
        throwDamaged(m_path, "it holds another kind of JPEG than JPEG-LS");
    }
}

void JpegLsMarkers::readPreset(Bytes segment)
{
    if (segment.empty() || number(segment, 0, 1) != 1)
        throwUnsupported(m_path, "JPEG-LS mapping tables and oversize pictures are not supported");
    if (segment.size() != 11)
        throwDamaged(m_path, "the JPEG-LS coding parameters are damaged");
    m_preset = {number(segment, 1, 2), number(segment, 3, 2), number(segment, 5, 2), number(segment, 7, 2),
        number(segment, 9, 2)};
}

JpegLsScan JpegLsMarkers::readScanHeader(Bytes segment) const
{
    JpegLsScan scan;
    scan.components = segment.empty() ? 0 : number(segment, 0, 1);
    if (m_frame.components == 0 || scan.components < 1 || scan.components > m_frame.components
        || segment.size() != 4 + 2 * static_cast<std::size_t>(scan.components))
        throwDamaged(m_path, "a JPEG-LS scan header is damaged");
    const std::size_t after = 1 + 2 * static_cast<std::size_t>(scan.components);
    for (std::size_t c = 0; c < static_cast<std::size_t>(scan.components); ++c)
        if (segment[2 + 2 * c] != std::byte{0})
            throwUnsupported(m_path, "JPEG-LS mapping tables are not supported");
    scan.nearLossless = number(segment, after, 1);
    const int mode = number(segment, after + 1, 1);
    if (mode > 2 || (mode == 0) != (scan.components == 1) || segment[after + 2] != std::byte{0})
        throwDamaged(m_path, "a JPEG-LS scan header is damaged");
    scan.interleave = static_cast<JpegLsInterleave>(mode);
    scan.restartRows = m_restartRows;
    scan.preset = withDefaults(m_preset, m_frame.precision, scan.nearLossless);
    const JpegLsPreset& p = scan.preset;
    const int lowest = scan.nearLossless + 1;
    if (p.maximum < 1 || p.maximum > (1 << m_frame.precision) - 1 || scan.nearLossless > std::min(255, p.maximum / 2)
        || p.threshold1 < lowest || p.threshold2 < p.threshold1 || p.threshold3 < p.threshold2
        || p.threshold3 > p.maximum || p.reset < 3 || p.reset > kMaxReset)
        throwDamaged(m_path, "the JPEG-LS coding parameters contradict each other");
    return scan;
}

} // namespace imaging::detail
