#include "imaging/dicom/sop_classes.h"

#include <algorithm>
#include <array>

namespace imaging {

bool isListedOnly(std::string_view sopClassUid)
{
    constexpr std::string_view kRtImage = "481.1";
    constexpr std::array<std::string_view, 15> kFamilies{
        "9", "11", "66", "67", "68", "78", "79", "80", "88", "90", "91", "104", "131", "200", "481"};
    // Palettes, hanging protocols and implant templates stand beside the storage classes.
    if (!sopClassUid.starts_with(sop_class::kStorageRoot))
        return sopClassUid.starts_with(sop_class::kInformationRoot);
    const std::string_view rest = sopClassUid.substr(sop_class::kStorageRoot.size());
    if (rest == kRtImage)
        return false;
    return std::find(kFamilies.begin(), kFamilies.end(), rest.substr(0, rest.find('.'))) != kFamilies.end();
}

bool isSegmentation(std::string_view sopClassUid)
{
    return sopClassUid == sop_class::kSegmentation || sopClassUid == sop_class::kLabelMapSegmentation;
}

bool isRadiography(std::string_view sopClassUid)
{
    return sopClassUid == sop_class::kComputedRadiography
        || sopClassUid.starts_with(sop_class::kRadiographyRoot)
        || sopClassUid.starts_with(sop_class::kAngiographyRoot);
}

bool isProjection(std::string_view modality)
{
    constexpr std::array<std::string_view, 7> kProjections{"CR", "DX", "MG", "IO", "PX", "RG", "XC"};
    return std::find(kProjections.begin(), kProjections.end(), modality) != kProjections.end();
}

} // namespace imaging
