#pragma once

#include "imaging/files/itk_io.h"

#include <string>

namespace imaging::detail {

/// Makes a NIfTI or NRRD file that ITK wrote say that its axes in the patient are not known: ITK itself always claims
/// them. NIfTI: qform_code and sform_code 0 (nifti1.h); NRRD: "space dimension" in place of a patient's "space". A file
/// that cannot be written so is left damaged, and its reading back fails.
void markAxesUnknown(FileFormat format, const std::string& file);

} // namespace imaging::detail
