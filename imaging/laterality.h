#pragma once

#include "imaging/geometry.h"
#include "imaging/turn.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace imaging {

enum class PatientSide { Unknown, Right, Left };

/// Whose sides "left" and "right" mean in a text.
enum class Sides {
    Patient, ///< The patient's, as in clinical reports.
    Picture, ///< The left and right edge of the picture as stored (QaTa-COV19).
};

/// "patient" or "picture": its word in files, stores, settings and on the command line.
std::string_view nameOf(Sides sides);

/// What such a word means; "image" is another one for the picture. Nothing for any other word.
std::optional<Sides> sidesFrom(std::string_view word);

/// Why the sides that a file speaks of are not to be relied on.
enum class SidesDoubt {
    None,
    Contradiction, ///< (0020,0020) and (0020,0037) of one picture name different directions.
    BareMatrix, ///< A NIfTI's matrix is what programs write that know of no patient: a scaling, from the origin.
};

/// Which side of the patient lies at the left and at the right edge of a picture as stored (column 0 at the left).
struct PictureSides
{
    PatientSide atLeft = PatientSide::Unknown;
    PatientSide atRight = PatientSide::Unknown;
    /// The side at the upper edge of a picture that lies on its side; `atLeft` and `atRight` are unknown then.
    PatientSide atTop = PatientSide::Unknown;
    /// Brings the picture to the usual display: the patient's right at its left edge, the head at its upper one. What
    /// the picture does not tell stays as it is.
    Turn toUsual = {};
    SidesDoubt doubt = SidesDoubt::None; ///< When there is one, nothing else is known.

    /// Whether the patient's sides are known, in whatever direction.
    bool known() const { return atLeft != PatientSide::Unknown || atTop != PatientSide::Unknown; }
    friend bool operator==(const PictureSides&, const PictureSides&) = default;
};

/// From (0020,0037) direction cosines, "1\\0\\0\\0\\1\\0", and (0020,0020), "L\\F": the directions in which rows and
/// columns run (PS3.3 C.7.6.1.1.1, C.7.6.2.1.1). Either may be empty; the first counts where both are there and agree.
/// Sides are unknown when neither axis runs closer to left-right than to another direction.
PictureSides sidesFromTags(std::string_view imageOrientation, std::string_view patientOrientation);

/// From unit directions of rows and columns in the patient.
PictureSides sidesFromAxes(PatientPoint row, PatientPoint column);

/// Where the sides are once the picture is turned.
PictureSides turned(const PictureSides& sides, Turn turn);

/// Directions of row, column and normal as (0020,0020) names them, the strongest letter of each alone: "R\\F" gives
/// (-1,0,0), (0,0,-1). False, and `axes` unchanged, when they are not two known letters of different directions.
bool axesFromPatientOrientation(std::string_view patientOrientation, std::array<PatientPoint, 3>& axes);

/// Whether a grid's axes are what programs write into NIfTI and NRRD that know of no patient: without rotation, from
/// the origin, as numpy.eye (RAS) or ITK (LPS) have it. Of stacks only numpy.eye itself, 1 mm in each direction.
bool isBareScaling(const VoxelGrid& grid);

/// For a sentence: "..., since its Patient Orientation ...". Empty for None.
std::string_view reasonOf(SidesDoubt doubt);

/// The letters (R, L, A, P, H, F; empty when unknown, also where the tags contradict each other) at the left, right, top
/// and bottom edge of a picture.
std::array<std::string, 4> edgeLetters(std::string_view imageOrientation, std::string_view patientOrientation);

/// The same text with every word "left" and "right" exchanged, letter case kept ("Left-sided" -> "Right-sided").
std::string swapSideWords(std::string_view text);

/// Whether the text holds a word that names a side.
bool namesSide(std::string_view text);

/// Whether "left" or "right" is a part of one of its words ("leftward", "rightlung"), which swapSideWords() lets stand; not
/// of one that means no side ("bright", "upright").
bool hidesSide(std::string_view text);

} // namespace imaging
