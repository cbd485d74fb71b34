#pragma once

#include "models/lvit_training.h"

namespace app {

/// Reads the pictures and masks of a training folder that are no PNG as the rest of the program does: pictures from
/// DICOM, NIfTI or NRRD (window and polarity applied), masks from SEG, NIfTI or NRRD (voxels that are not 0 are
/// inside). Each file must hold one slice. They throw imaging::Error naming the file.
models::PictureReaders trainingReaders();

} // namespace app
