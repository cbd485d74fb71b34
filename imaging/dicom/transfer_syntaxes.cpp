#include "imaging/dicom/transfer_syntaxes.h"

namespace imaging {

std::string nameOfTransferSyntax(std::string_view uid)
{
    constexpr std::string_view kCompressed = transfer_syntax::kCompressedRoot;
    if (uid.substr(0, kCompressed.size()) == kCompressed) {
        const std::string_view number = uid.substr(kCompressed.size());
        if (number == "100" || number == "101" || number == "100.1" || number == "101.1")
            return "MPEG-2 video";
        if (number.substr(0, 3) >= "102" && number.substr(0, 3) <= "106")
            return "MPEG-4 video";
        if (number == "107" || number == "108")
            return "HEVC video";
        if (number.substr(0, 2) == "20")
            return "High-Throughput JPEG 2000";
        if (number == "92" || number == "93")
            return "multi-component JPEG 2000";
    }
    return "transfer syntax " + std::string(uid);
}

} // namespace imaging
