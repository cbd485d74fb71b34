#pragma once

#include "annotations/label.h"

/// The coded concepts of a measurement report: PS3.16, templates TID 1500, 1410, 1411, 1419, 4019. What DICOM has no code
/// for is of the private scheme 99LIMN.
namespace annotations {

namespace report_codes {

inline const Code kTitle{"126000", "DCM", "Imaging Measurement Report"};
inline const Code kMeasurements{"126010", "DCM", "Imaging Measurements"};
inline const Code kGroup{"125007", "DCM", "Measurement Group"};
inline const Code kImageLibrary{"111028", "DCM", "Image Library"};
inline const Code kImageLibraryGroup{"126200", "DCM", "Image Library Group"};
inline const Code kTrackingId{"112039", "DCM", "Tracking Identifier"};
inline const Code kTrackingUid{"112040", "DCM", "Tracking Unique Identifier"};
inline const Code kFinding{"121071", "DCM", "Finding"};
inline const Code kFindingSite{"363698007", "SCT", "Finding Site"};
inline const Code kLaterality{"272741003", "SCT", "Laterality"};
inline const Code kSegment{"121191", "DCM", "Referenced Segment"};
inline const Code kSegmentFrame{"121214", "DCM", "Referenced Segmentation Frame"};
inline const Code kSegmentNumber{"segment-number", "99LIMN", "Segment number"};
inline const Code kSourceImage{"121233", "DCM", "Source image for segmentation"};
inline const Code kSourceSeries{"121232", "DCM", "Source series for segmentation"};
inline const Code kPersonName{"121008", "DCM", "Person Observer Name"};
inline const Code kComment{"121106", "DCM", "Comment"};

inline const Code kVolume{"118565006", "SCT", "Volume"};
inline const Code kArea{"42798000", "SCT", "Area"};
inline const Code kLongAxis{"103339001", "SCT", "Long Axis"};
inline const Code kAttenuation{"112031", "DCM", "Attenuation Coefficient"};
inline const Code kPixelValue{"pixel-value", "99LIMN", "Pixel value after rescale"};
inline const Code kVoxels{"voxels", "99LIMN", "Number of voxels"};
inline const Code kMeasuredVoxels{"measured-voxels", "99LIMN", "Number of voxels with a value"};
inline const Code kChangedShare{"changed-by-hand", "99LIMN", "Share changed by hand after accepting"};

inline const Code kDerivation{"121401", "DCM", "Derivation"};
inline const Code kMean{"373098007", "SCT", "Mean"};
inline const Code kDeviation{"386136009", "SCT", "Standard Deviation"};
inline const Code kMinimum{"255605001", "SCT", "Minimum"};
inline const Code kMaximum{"56851009", "SCT", "Maximum"};

inline const Code kOrigin{"origin", "99LIMN", "How a model made the segment"};
inline const Code kPrompt{"prompt", "99LIMN", "Sentence of the user"};
inline const Code kModelText{"model-text", "99LIMN", "Sentence to the model"};
inline const Code kAlgorithmName{"111001", "DCM", "Algorithm Name"};
inline const Code kAlgorithmVersion{"111003", "DCM", "Algorithm Version"};
inline const Code kModelHash{"model-hash", "99LIMN", "SHA-256 of the model"};
inline const Code kThreshold{"122411", "DCM", "Threshold Value"};
inline const Code kAcceptedBy{"accepted-by", "99LIMN", "Accepted by"};
inline const Code kDraft{"draft", "99LIMN", "Machine-written draft"};
inline const Code kNoVolume{"no-volume", "99LIMN", "Why sizes are not in millimetres"};
inline const Code kReportText{"report-text", "99LIMN", "Report text"};

inline const Code kMillilitre{"ml", "UCUM", "milliliter"};
inline const Code kSquareMm{"mm2", "UCUM", "square millimeter"};
inline const Code kMillimetre{"mm", "UCUM", "millimeter"};
inline const Code kHounsfield{"[hnsf'U]", "UCUM", "Hounsfield unit"};
inline const Code kNoUnit{"1", "UCUM", "no units"};
inline const Code kVoxel{"{voxels}", "UCUM", "voxels"};

} // namespace report_codes

} // namespace annotations
