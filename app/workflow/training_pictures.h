#pragma once

#include "imaging/laterality.h"
#include "imaging/slice.h"
#include "models/facade/training.h"

#include <filesystem>
#include <string>

namespace app {

/// Reads the pictures, stacks and masks of a training folder that are no PNG as the rest of the program does: pictures
/// from DICOM files and folders (of several series the one that the mask's SEG names), NIfTI or NRRD, window and
/// polarity applied; masks from SEG, NIfTI or NRRD, laid on the picture by where their voxels lie in the patient; all
/// SEG objects of a folder that is named as mask, without any: unlabelled. Labels above 255 become 255. They throw
/// imaging::Error naming the file.
models::data::PictureReaders trainingReaders();

/// Where the patient's sides are on a picture of a training folder, as a data set names it ("#7" for slice 7, "@0,512"
/// for a tile). Unknown for PNG and JPEG, which do not say it, and where the picture cannot be read.
imaging::PictureSides sidesOfPicture(const std::filesystem::path& folder, const std::string& image);

/// A picture of a training folder, named so; of a tile the whole picture. Throws as openPicture.
imaging::Slice sliceOfPicture(const std::filesystem::path& folder, const std::string& image);

/// Where decoded pictures are kept for the next training: `chosen`, or limn/pictures in the user's cache folder when it
/// is empty; nowhere (an empty path) when it is "none".
std::filesystem::path pictureCache(const std::filesystem::path& chosen);

} // namespace app
