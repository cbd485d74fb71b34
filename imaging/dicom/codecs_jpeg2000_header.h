#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace imaging::detail {

struct FrameTarget;

/// The codestream inside JPEG 2000 data: the data themselves, or the jp2c box of a JP2 file. Throws
/// Error(InvalidInput).
std::span<const std::byte> findCodestream(std::span<const std::byte> data, const std::string& path);

/// Reads the markers of a codestream (ISO/IEC 15444-1 annex A) before OpenJPEG does. Throws Error when the size is not
/// the target's, or when tiles, precincts and layers would make the decoder allocate far more than a picture of that
/// size needs.
void vetCodestream(std::span<const std::byte> codestream, const FrameTarget& target);

} // namespace imaging::detail
