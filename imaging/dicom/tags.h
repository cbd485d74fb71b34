#pragma once

#include <cstdint>

/// The DICOM tags that this folder reads, as 0xGGGGEEEE. PS3.6.
namespace imaging::tags {

using Tag = std::uint32_t;

inline constexpr Tag kTransferSyntaxUid = 0x00020010;
inline constexpr Tag kMediaStorageSopClassUid = 0x00020002;
inline constexpr Tag kMediaStorageSopInstanceUid = 0x00020003;
inline constexpr Tag kReferencedFileId = 0x00041500;
inline constexpr Tag kDirectoryRecordSequence = 0x00041220;
inline constexpr Tag kSpecificCharacterSet = 0x00080005;
inline constexpr Tag kImageType = 0x00080008;
inline constexpr Tag kSopClassUid = 0x00080016;
inline constexpr Tag kSopInstanceUid = 0x00080018;
inline constexpr Tag kStudyDate = 0x00080020;
inline constexpr Tag kSeriesDate = 0x00080021;
inline constexpr Tag kStudyTime = 0x00080030;
inline constexpr Tag kAccessionNumber = 0x00080050;
inline constexpr Tag kModality = 0x00080060;
inline constexpr Tag kReferringPhysician = 0x00080090;
inline constexpr Tag kStudyDescription = 0x00081030;
inline constexpr Tag kSeriesDescription = 0x0008103E;
inline constexpr Tag kPatientName = 0x00100010;
inline constexpr Tag kPatientId = 0x00100020;
inline constexpr Tag kPatientBirthDate = 0x00100030;
inline constexpr Tag kPatientSex = 0x00100040;
inline constexpr Tag kBodyPart = 0x00180015;
inline constexpr Tag kSliceThickness = 0x00180050;
inline constexpr Tag kEchoNumber = 0x00180086;
inline constexpr Tag kSpacingBetweenSlices = 0x00180088;
inline constexpr Tag kTriggerTime = 0x00181060;
inline constexpr Tag kImagerPixelSpacing = 0x00181164;
inline constexpr Tag kNominalScannedPixelSpacing = 0x00182010;
inline constexpr Tag kViewPosition = 0x00185101;
inline constexpr Tag kEffectiveEchoTime = 0x00189082;
inline constexpr Tag kDiffusionBValue = 0x00189087;
inline constexpr Tag kMrEchoSequence = 0x00189114;
inline constexpr Tag kMrDiffusionSequence = 0x00189117;
inline constexpr Tag kCardiacSynchronizationSequence = 0x00189118;
inline constexpr Tag kStudyInstanceUid = 0x0020000D;
inline constexpr Tag kSeriesInstanceUid = 0x0020000E;
inline constexpr Tag kStudyId = 0x00200010;
inline constexpr Tag kSeriesNumber = 0x00200011;
inline constexpr Tag kAcquisitionNumber = 0x00200012;
inline constexpr Tag kInstanceNumber = 0x00200013;
inline constexpr Tag kPatientOrientation = 0x00200020;
inline constexpr Tag kImagePosition = 0x00200032;
inline constexpr Tag kImageOrientation = 0x00200037;
inline constexpr Tag kFrameOfReferenceUid = 0x00200052;
inline constexpr Tag kSeriesLaterality = 0x00200060;
inline constexpr Tag kImageLaterality = 0x00200062;
inline constexpr Tag kTemporalPosition = 0x00200100;
inline constexpr Tag kStackId = 0x00209056;
inline constexpr Tag kFrameContentSequence = 0x00209111;
inline constexpr Tag kPlanePositionSequence = 0x00209113;
inline constexpr Tag kPlaneOrientationSequence = 0x00209116;
inline constexpr Tag kTemporalPositionIndex = 0x00209128;
inline constexpr Tag kCardiacTriggerDelay = 0x00209153;
inline constexpr Tag kFrameAcquisitionNumber = 0x00209156;
inline constexpr Tag kSamplesPerPixel = 0x00280002;
inline constexpr Tag kPhotometric = 0x00280004;
inline constexpr Tag kPlanarConfiguration = 0x00280006;
inline constexpr Tag kNumberOfFrames = 0x00280008;
inline constexpr Tag kRows = 0x00280010;
inline constexpr Tag kColumns = 0x00280011;
inline constexpr Tag kPixelSpacing = 0x00280030;
inline constexpr Tag kPixelAspectRatio = 0x00280034;
inline constexpr Tag kBitsAllocated = 0x00280100;
inline constexpr Tag kBitsStored = 0x00280101;
inline constexpr Tag kHighBit = 0x00280102;
inline constexpr Tag kPixelRepresentation = 0x00280103;
inline constexpr Tag kPixelPaddingValue = 0x00280120;
inline constexpr Tag kPixelSpacingCalibrationType = 0x00280A02;
inline constexpr Tag kWindowCenter = 0x00281050;
inline constexpr Tag kWindowWidth = 0x00281051;
inline constexpr Tag kRescaleIntercept = 0x00281052;
inline constexpr Tag kRescaleSlope = 0x00281053;
inline constexpr Tag kRescaleType = 0x00281054;
inline constexpr Tag kVoiLutFunction = 0x00281056;
inline constexpr Tag kPaletteDescriptorRed = 0x00281101;
inline constexpr Tag kPaletteDataRed = 0x00281201;
inline constexpr Tag kSegmentedPaletteDataRed = 0x00281221;
inline constexpr Tag kModalityLutSequence = 0x00283000;
inline constexpr Tag kLutDescriptor = 0x00283002;
inline constexpr Tag kLutData = 0x00283006;
inline constexpr Tag kVoiLutSequence = 0x00283010;
inline constexpr Tag kPixelMeasuresSequence = 0x00289110;
inline constexpr Tag kFrameVoiLutSequence = 0x00289132;
inline constexpr Tag kPixelValueTransformationSequence = 0x00289145;
inline constexpr Tag kGridFrameOffsetVector = 0x3004000C;
inline constexpr Tag kElscintPixelData = 0x07A1100A;
inline constexpr Tag kElscintCompression = 0x07A11011;
inline constexpr Tag kSharedFunctionalGroups = 0x52009229;
inline constexpr Tag kPerFrameFunctionalGroups = 0x52009230;
inline constexpr Tag kExtendedOffsetTable = 0x7FE00001;
inline constexpr Tag kExtendedOffsetLengths = 0x7FE00002;
inline constexpr Tag kFloatPixelData = 0x7FE00008;
inline constexpr Tag kDoubleFloatPixelData = 0x7FE00009;
inline constexpr Tag kPixelData = 0x7FE00010;
inline constexpr Tag kItem = 0xFFFEE000;
inline constexpr Tag kItemDelimiter = 0xFFFEE00D;
inline constexpr Tag kSequenceDelimiter = 0xFFFEE0DD;

} // namespace imaging::tags
