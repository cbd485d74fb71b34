#pragma once

#include <array>
#include <string>
#include <string_view>

namespace imaging {

enum class PatientSide { Unknown, Right, Left };

/// Which side of the patient lies at the left and at the right edge of a picture as stored (column 0 at the left).
struct PictureSides
{
    PatientSide atLeft = PatientSide::Unknown;
    PatientSide atRight = PatientSide::Unknown;

    friend bool operator==(const PictureSides&, const PictureSides&) = default;
};

/// From (0020,0037) direction cosines, "1\\0\\0\\0\\1\\0": a CT slice or anything with an orientation in the patient.
/// Unknown when the rows run closer to another axis than left-right.
PictureSides sidesFromOrientation(std::string_view imageOrientation);

/// From (0020,0020), "L\\F": the direction in which the row runs names the side at the right edge. PS3.3 C.7.6.1.1.1.
PictureSides sidesFromPatientOrientation(std::string_view patientOrientation);

/// The letters (R, L, A, P, H, F; empty when unknown) at the left, right, top and bottom edge of a picture.
std::array<std::string, 4> edgeLetters(std::string_view imageOrientation, std::string_view patientOrientation);

/// The same text with every word "left" and "right" exchanged, letter case kept ("Left-sided" -> "Right-sided").
std::string swapSideWords(std::string_view text);

/// Whether the text holds a word that names a side.
bool namesSide(std::string_view text);

} // namespace imaging
