#pragma once

#include <string>
#include <string_view>

namespace imaging {

/// UIDs of transfer syntaxes, PS3.6 table A-1: no other file spells one out.
namespace transfer_syntax {

inline constexpr std::string_view kImplicitLittle = "1.2.840.10008.1.2"; ///< The default one, and the root of all.
inline constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";
inline constexpr std::string_view kEncapsulatedLittle = "1.2.840.10008.1.2.1.98"; ///< PS3.5 A.4.11.
inline constexpr std::string_view kDeflated = "1.2.840.10008.1.2.1.99";
inline constexpr std::string_view kExplicitBig = "1.2.840.10008.1.2.2";
inline constexpr std::string_view kGePrivate = "1.2.840.113619.5.2"; ///< Implicit VR, pixels big-endian.
inline constexpr std::string_view kRle = "1.2.840.10008.1.2.5";
inline constexpr std::string_view kJpegBaseline = "1.2.840.10008.1.2.4.50";
inline constexpr std::string_view kJpegExtended = "1.2.840.10008.1.2.4.51";
inline constexpr std::string_view kJpegLossless = "1.2.840.10008.1.2.4.57";
inline constexpr std::string_view kJpegLosslessFirstOrder = "1.2.840.10008.1.2.4.70";
inline constexpr std::string_view kJpegLsLossless = "1.2.840.10008.1.2.4.80";
inline constexpr std::string_view kJpegLsNearLossless = "1.2.840.10008.1.2.4.81";
inline constexpr std::string_view kJpeg2000Lossless = "1.2.840.10008.1.2.4.90";
inline constexpr std::string_view kJpeg2000 = "1.2.840.10008.1.2.4.91";
inline constexpr std::string_view kHighThroughputJpeg2000Lossless = "1.2.840.10008.1.2.4.201";
inline constexpr std::string_view kHighThroughputJpeg2000LosslessRpcl = "1.2.840.10008.1.2.4.202";
inline constexpr std::string_view kHighThroughputJpeg2000 = "1.2.840.10008.1.2.4.203";
inline constexpr std::string_view kCompressedRoot = "1.2.840.10008.1.2.4."; ///< Pictures and video, but for RLE.

} // namespace transfer_syntax

/// What a transfer syntax is called in a sentence: "MPEG-2 video", or the UID.
std::string nameOfTransferSyntax(std::string_view uid);

} // namespace imaging
