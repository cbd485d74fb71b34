#pragma once

#include "imaging/dicom/jpegls_bits.h"
#include "imaging/dicom/jpegls_header.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace imaging::detail {

/// Decodes the rows of one JPEG-LS scan (ITU-T T.87 annex A), lossless or near-lossless. Written for speed: a CT slice
/// of 512 x 512 takes a few milliseconds; and for damaged data: every loop is bounded, and nonsense throws
/// Error(InvalidInput).
class JpegLsScanDecoder
{
public:
    /// Both references must live as long as this.
    JpegLsScanDecoder(
        const JpegLsFrame& frame, const JpegLsScan& scan, std::span<const std::byte> data, const std::string& path);

    /// The next row. `rows` are one per component of the scan, each `columns` samples long.
    void decodeRow();
    /// Samples of the last row of a component of this scan.
    std::span<const std::int32_t> row(int component) const;
    const std::byte* position() const { return m_bits.position(); }

private:
    struct Context
    {
        std::int32_t a = 0;
        std::int32_t b = 0;
        std::int32_t c = 0;
        std::int32_t n = 1;
    };
    struct RunContext
    {
        std::int32_t a = 0;
        std::int32_t n = 1;
        std::int32_t negatives = 0;
    };
    /// Two rows of one component, each with a sample before the first and two after the last.
    struct Rows
    {
        std::vector<std::int32_t> before;
        std::vector<std::int32_t> current;
        int runIndex = 0;
    };

    void reset();
    void restart();
    void prepareGradients(const JpegLsPreset& preset);
    template <bool Lossless> void decodeSeparateRow(Rows& rows);
    void decodeSampleInterleavedRow();
    template <bool Lossless> std::int32_t decodeRegular(int q, std::int32_t a, std::int32_t b, std::int32_t c);
    std::int32_t decodeRunEnd(int type, int runIndex);
    std::int32_t decodeInterruption(std::int32_t a, std::int32_t b, int runIndex);
    int decodeRunLength(int left, int& runIndex);
    std::int32_t decodeMapped(int k, int limit);
    std::int32_t reconstruct(std::int32_t predicted, std::int32_t error) const;
    int contextOf(std::int32_t a, std::int32_t b, std::int32_t c, std::int32_t d) const
    {
        return m_gradients[static_cast<std::size_t>(d - b + m_maximum)] * 81
            + m_gradients[static_cast<std::size_t>(b - c + m_maximum)] * 9
            + m_gradients[static_cast<std::size_t>(c - a + m_maximum)];
    }

    const JpegLsScan& m_scan;
    const std::string& m_path;
    int m_columns;
    int m_maximum;
    int m_step; ///< 2 NEAR + 1
    int m_range;
    int m_bitsOfRange; ///< qbpp
    int m_limit;
    std::uint32_t m_rowsDone = 0;
    std::vector<std::int8_t> m_gradients; ///< Quantised gradient for -MAXVAL .. MAXVAL.
    std::array<Context, 365> m_contexts;
    std::array<RunContext, 2> m_runContexts;
    std::vector<Rows> m_rows; ///< One per component of the scan.
    std::span<const std::byte> m_data;
    JpegLsBits m_bits;
};

} // namespace imaging::detail
