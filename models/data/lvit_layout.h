#pragma once

#include "models/data/manifest.h"

namespace models::data {

/// Whether the folder is laid out as the data sets of LViT's authors (Li et al., IEEE TMI 2024): it holds one of
/// Train_Folder, Val_Folder and Test_Folder with a folder `img`.
bool isLvitLayout(const std::filesystem::path& folder);

/// Every picture of <Split>_Folder/img with its mask in <Split>_Folder/labelcol ("mask_" + its name as in Covid19, or
/// its name with the extension png as in MoNuSeg) and the Description that the workbook <Split>_text.xlsx or
/// Train_Val_text.xlsx (in the split's folder or above it) gives for the mask's name or the picture's. Splits are
/// called train, valid (or val) and test. With options.masks off, labelcol may be missing, too. Throws
/// Error(NotFound) for a folder or workbook that is missing, Error(InvalidInput) for a picture without a mask, one
/// picture with two masks, a name with two descriptions, and classes, which this layout does not know.
std::vector<ManifestRow> readLvitLayout(const DatasetOptions& options);

} // namespace models::data
