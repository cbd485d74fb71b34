#pragma once

#include "imaging/dicom/scanned_file.h"

#include <vector>

namespace imaging {

/// How many of the files with an instance UID that another file has, too, are its copies, and how many are not.
struct SharedUids
{
    int leftOut = 0; ///< Copies, taken out: same place in the patient and same pixels.
    int kept = 0; ///< Others, which are slices of their own: some writers give all slices one UID.
};

/// Takes copies of an instance out of the group. Pixels are compared where UIDs and places are the same; the encoding
/// may differ. Objects without pictures are copies when their UIDs are the same.
SharedUids dropCopies(std::vector<ScannedFile>& group);

} // namespace imaging
