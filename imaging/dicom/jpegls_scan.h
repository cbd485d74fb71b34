#pragma once

#include "imaging/dicom/jpegls_bits.h"
#include "imaging/dicom/jpegls_contexts.h"
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
    /// Where the entropy-coded bytes end in the data given: at a marker or the end.
    std::size_t position() const { return m_begin + m_bits.consumed(); }

private:
    using Cursor = JpegLsBits::Cursor;

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
    /// The samples around the next one: left, above, above left.
    struct Neighbours
    {
        std::int32_t a;
        std::int32_t b;
        std::int32_t c;
    };

    void reset();
    void restart();
    void prepareGradients(const JpegLsPreset& preset);
    template <bool Lossless> void decodeSeparateRow(Rows& rows);
    template <bool Lossless> void decodeSampleInterleavedRow();
    int decodeInterleavedRun(int x, int& runIndex);
    int decodeRun(Rows& rows, int x, Cursor& bits);
    template <bool Lossless> std::int32_t decodeRegular(std::ptrdiff_t q, Neighbours near, Cursor& bits);
    std::uint32_t decodeShortMapped(int k, Cursor& bits) const;
    std::int32_t decodeRunEnd(int type, int runIndex, Cursor& bits);
    std::int32_t decodeInterruption(std::int32_t a, std::int32_t b, int runIndex, Cursor& bits);
    int decodeRunLength(int left, int& runIndex, Cursor& bits);
    std::uint32_t decodeMapped(int k, int limit, Cursor& bits) const;
    std::int32_t reconstruct(std::int32_t predicted, std::int32_t error) const;
    std::int32_t wrapped(std::int32_t value) const;
    std::ptrdiff_t gradient(std::ptrdiff_t to, std::ptrdiff_t from) const
    {
        return m_gradients.data()[to - from + m_maximum];
    }

    const JpegLsScan& m_scan;
    const std::string& m_path;
    int m_columns;
    int m_maximum;
    int m_step; ///< 2 NEAR + 1
    int m_range;
    int m_bitsOfRange; ///< qbpp
    std::uint32_t m_mostMapped; ///< No undamaged code is larger.
    int m_limit;
    int m_lowestLeading; ///< Codes that begin with so many zeros that their one is not above here take longer.
    std::uint32_t m_rowsDone = 0;
    std::vector<std::int8_t> m_gradients; ///< Quantised gradient for -MAXVAL .. MAXVAL.
    JpegLsContexts m_contexts;
    std::array<RunContext, 2> m_runContexts;
    std::vector<Rows> m_rows; ///< One per component of the scan.
    std::span<const std::byte> m_data;
    std::size_t m_begin; ///< Of the entropy-coded bytes in m_data.
    JpegLsBits m_bits;
    Cursor m_cursor{m_bits};
};

} // namespace imaging::detail
