#pragma once

#include "imaging/dicom/header.h"
#include "imaging/dicom/scan.h"

#include <string>
#include <vector>

namespace imaging {

/// The files that a DICOMDIR names, (0004,1500), beneath the folder it lies in; names that lead out of it, also over
/// links, and files that are not there go to `refused` instead. PS3.10 section 8, PS3.3 F.3.
std::vector<std::string> directoryFiles(const DicomHeader& directory, std::vector<RefusedFile>& refused);

} // namespace imaging
