#pragma once

#include <string>
#include <string_view>

namespace imaging {

inline constexpr std::string_view kMediaStorageDirectory = "1.2.840.10008.1.3.10";

/// Whether objects of this class are listed but never opened as pictures: segmentations, structured reports,
/// presentation states, radiotherapy objects (all but RT images), waveforms, encapsulated documents, raw data,
/// registrations, annotations, colour palettes, hanging protocols.
bool isListedOnly(std::string_view sopClassUid);

/// Whether pictures of this modality are single projections, each with its own view, never a stack: CR, DX, MG ...
bool isProjection(std::string_view modality);

/// What a transfer syntax is called in a sentence: "MPEG-2 video", or the UID.
std::string nameOfTransferSyntax(std::string_view uid);

} // namespace imaging
