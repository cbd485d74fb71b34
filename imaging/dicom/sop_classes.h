#pragma once

#include <string_view>

namespace imaging {

/// UIDs of SOP classes, PS3.4 B.5 and PS3.6 table A-1: no other file spells one out.
namespace sop_class {

inline constexpr std::string_view kVerification = "1.2.840.10008.1.1";
inline constexpr std::string_view kMediaStorageDirectory = "1.2.840.10008.1.3.10";
inline constexpr std::string_view kInformationRoot = "1.2.840.10008.5.1.4."; ///< Of all but services.
inline constexpr std::string_view kStorageRoot = "1.2.840.10008.5.1.4.1.1."; ///< Of all that an archive stores.
inline constexpr std::string_view kComputedRadiography = "1.2.840.10008.5.1.4.1.1.1";
inline constexpr std::string_view kRadiographyRoot = "1.2.840.10008.5.1.4.1.1.1."; ///< Digital, breast, teeth.
inline constexpr std::string_view kAngiographyRoot = "1.2.840.10008.5.1.4.1.1.12."; ///< And fluoroscopy.
inline constexpr std::string_view kSecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";
inline constexpr std::string_view kReportRoot = "1.2.840.10008.5.1.4.1.1.88."; ///< Of structured reports.
inline constexpr std::string_view kEnhancedReport = "1.2.840.10008.5.1.4.1.1.88.22";
inline constexpr std::string_view kStructureSet = "1.2.840.10008.5.1.4.1.1.481.3"; ///< RTSTRUCT
inline constexpr std::string_view kSegmentation = "1.2.840.10008.5.1.4.1.1.66.4";
inline constexpr std::string_view kLabelMapSegmentation = "1.2.840.10008.5.1.4.1.1.66.7";

} // namespace sop_class

/// Whether objects of this class are listed but never opened as pictures: segmentations, structured reports,
/// presentation states, radiotherapy objects (all but RT images), waveforms, encapsulated documents, raw data,
/// registrations, annotations, colour palettes, hanging protocols.
bool isListedOnly(std::string_view sopClassUid);

/// Whether objects of this class are masks: a segmentation or a label map.
bool isSegmentation(std::string_view sopClassUid);

/// Whether pictures of this class are X-rays, so projections: computed and digital radiography, mammography,
/// intra-oral, angiography, fluoroscopy.
bool isRadiography(std::string_view sopClassUid);

/// Whether pictures of this modality are single projections, each with its own view, never a stack: CR, DX, MG ...
bool isProjection(std::string_view modality);

} // namespace imaging
