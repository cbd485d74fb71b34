#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace imaging::detail {

/// The coding parameters of ITU-T T.87 C.2.4.1.1; zero means "the default", filled in by withDefaults().
struct JpegLsPreset
{
    int maximum = 0; ///< MAXVAL
    int threshold1 = 0;
    int threshold2 = 0;
    int threshold3 = 0;
    int reset = 0;
};

enum class JpegLsInterleave { None = 0, Line = 1, Sample = 2 };

/// One scan: its components, and where its entropy-coded bytes begin.
struct JpegLsScan
{
    int components = 0;
    int nearLossless = 0;
    JpegLsInterleave interleave = JpegLsInterleave::None;
    JpegLsPreset preset;
    std::uint32_t restartRows = 0; ///< A restart marker stands after so many rows; 0 for none.
    std::size_t begin = 0;
};

struct JpegLsFrame
{
    int precision = 0;
    int rows = 0;
    int columns = 0;
    int components = 0;
};

/// Reads the markers of a JPEG-LS stream one after the other.
class JpegLsMarkers
{
public:
    /// Throws Error(InvalidInput) naming `path` when it does not begin as JPEG does.
    JpegLsMarkers(std::span<const std::byte> data, const std::string& path);

    /// The next scan, searched from byte `from` of the data. Throws Error when there is none.
    JpegLsScan nextScan(std::size_t from);
    const JpegLsFrame& frame() const { return m_frame; }

private:
    void readSegment(int marker, std::span<const std::byte> segment);
    void readPreset(std::span<const std::byte> segment);
    JpegLsScan readScanHeader(std::span<const std::byte> segment) const;

    std::span<const std::byte> m_data;
    const std::string& m_path;
    JpegLsFrame m_frame;
    JpegLsPreset m_preset;
    std::uint32_t m_restartRows = 0;
};

} // namespace imaging::detail
