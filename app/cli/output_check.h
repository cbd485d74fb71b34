#pragma once

#include <filesystem>
#include <vector>

namespace app::cli {

/// Looks at the files that a command will write before it begins its work (empty names are skipped): two must not be
/// the same, none may be one of `inputs`, a DICOM object that is no segmentation (a picture would be lost), or a
/// folder. Throws Error(WrongUse) then, and Error(Io) where the folder is not there or not writable.
void checkOutputFiles(
    const std::vector<std::filesystem::path>& outputs, const std::vector<std::filesystem::path>& inputs);

} // namespace app::cli
