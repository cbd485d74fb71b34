#pragma once

#include "imaging/laterality.h"
#include "imaging/window_level.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace models::data {

/// One picture as brightness 0..255, row by row.
struct GreyPicture
{
    int columns = 0;
    int rows = 0;
    std::vector<std::uint8_t> values;
    std::optional<std::array<double, 2>> spacingMm = {}; ///< Between columns, and rows, where the file says it.
};

/// One picture as brightness 0..255, row by row: grey, or red, green and blue of each pixel.
struct Picture
{
    int columns = 0;
    int rows = 0;
    std::vector<std::uint8_t> values;
    int channels = 1; ///< 1 or 3
    std::optional<std::array<double, 2>> spacingMm = {}; ///< Between columns, and rows, where the file says it.
};

/// A picture or stack of a training folder, with the masks that lie on it.
struct StudyRequest
{
    std::filesystem::path image; ///< A file, or a folder of DICOM files.
    std::vector<std::filesystem::path> masks; ///< A folder stands for the SEG objects in it.
    bool colour = false; ///< Keep colour; otherwise it becomes luminance.
    std::optional<imaging::WindowLevel> window; ///< Of CT; nothing: the file's own.
    imaging::Sides textSides =
        imaging::Sides::Picture; ///< Slices and masks come turned as the network sees them (turnFor).
};

/// One slice of it.
struct StudySlice
{
    int slice = 1; ///< From 1.
    Picture picture;
    std::vector<GreyPicture> masks; ///< Label values on the picture's grid, one for each mask; empty: unlabelled.
    bool sidesKnown = false; ///< Whether the file says where the patient's sides are.
    bool wasTurned = false; ///< It was not stored as the network sees it.
};

/// How the files of a training folder that are neither PNG nor JPEG are read. Each throws imaging::Error.
struct PictureReaders
{
    std::function<GreyPicture(const std::filesystem::path&)> mask; ///< Label values of one slice.
    std::function<std::vector<StudySlice>(const StudyRequest&)> study; ///< Windowed, MONOCHROME1 turned round.
};

} // namespace models::data
