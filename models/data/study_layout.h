#pragma once

#include "models/data/manifest.h"

namespace models::data {

/// Whether the folder has a folder of the split's name: studies without a list.
bool isStudyLayout(const DatasetOptions& options);

/// Every folder in `folder`/`split` is a study: a DICOM series, DICOM SEG objects that were drawn on it, its report
/// in text.txt (one for every text column that is asked for; without it: no text) and, where classes are asked for, its
/// class in class.txt. A study without SEG is unlabelled. Throws Error(InvalidInput) when there is no study.
std::vector<ManifestRow> readStudyLayout(const DatasetOptions& options);

} // namespace models::data
