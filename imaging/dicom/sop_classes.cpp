#include "imaging/dicom/sop_classes.h"

#include <algorithm>
#include <array>

namespace imaging {

bool isListedOnly(std::string_view sopClassUid)
{
    constexpr std::string_view kInformation = "1.2.840.10008.5.1.4.";
    constexpr std::string_view kStorage = "1.2.840.10008.5.1.4.1.1.";
    constexpr std::string_view kRtImage = "481.1";
    constexpr std::array<std::string_view, 15> kFamilies{
        "9", "11", "66", "67", "68", "78", "79", "80", "88", "90", "91", "104", "131", "200", "481"};
    // Palettes, hanging protocols and implant templates stand beside the storage classes.
    if (sopClassUid.substr(0, kStorage.size()) != kStorage)
        return sopClassUid.substr(0, kInformation.size()) == kInformation;
    const std::string_view rest = sopClassUid.substr(kStorage.size());
    if (rest == kRtImage)
        return false;
    return std::find(kFamilies.begin(), kFamilies.end(), rest.substr(0, rest.find('.'))) != kFamilies.end();
}

bool isProjection(std::string_view modality)
{
    constexpr std::array<std::string_view, 7> kProjections{"CR", "DX", "MG", "IO", "PX", "RG", "XC"};
    return std::find(kProjections.begin(), kProjections.end(), modality) != kProjections.end();
}

std::string nameOfTransferSyntax(std::string_view uid)
{
    constexpr std::string_view kCompressed = "1.2.840.10008.1.2.4.";
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
