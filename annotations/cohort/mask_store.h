#pragma once

#include "annotations/cohort/cohort_types.h"

#include <filesystem>
#include <string>

/// Masks as files: PNG, so that any program can read them, named by their content, so that a file never changes and a
/// damaged one is noticed.
namespace annotations::detail {

/// Writes a mask of one study; gives its path relative to `folder`, "masks/S000042/0123456789abcdef.png". Does nothing
/// when that file is there. The file is on disk when this returns. Throws Error(WrongUse) for a mask whose values do
/// not fit its size, Error(Io) when it cannot be written.
std::string writeMaskFile(const std::filesystem::path& folder, const std::string& study, const StoredMask& mask);

/// Throws Error(NotFound) when the file is gone, Error(InvalidInput) when it is damaged, holds another mask than its
/// name says, or its name leaves the folder of masks.
StoredMask readMaskFile(const std::filesystem::path& folder, const std::string& file);

} // namespace annotations::detail
