#pragma once

#include "imaging/progress.h"
#include "models/facade/adaptation.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace app {

/// A folder of pictures whose classes are known.
struct LabelledFolder
{
    std::vector<std::string> classes; ///< Sorted; labels are places in it.
    /// By the name of the split; under an empty one where the folder knows no splits.
    std::map<std::string, std::vector<models::LabelledPicture>> splits;
    imaging::Warnings warnings;

    bool hasSplits() const { return !splits.contains(std::string()); }
    const std::vector<models::LabelledPicture>& split(const std::string& name) const; ///< Empty where there is none.
};

/// With manifest.csv (columns for picture and class as the options name them, optionally `split` and `slice`); else
/// with a folder for each class, or folders for splits that hold those. In a class's folder each file is a picture,
/// each folder a study of DICOM files. Rows without a class, repeated rows and folders without a picture are left out,
/// with a warning. Throws Error(NotFound), and Error(InvalidInput) naming the file for a path or link that leaves the
/// folder, a picture with two classes or in two splits, less than two classes, and names that are the same words to the
/// model.
LabelledFolder readLabelledFolder(const std::filesystem::path& folder, const models::ClipAdaptOptions& options);

/// Opens the picture as every command does. Throws Error(WrongUse) where several slices are there and none is named.
imaging::Slice readLabelledPicture(const models::LabelledPicture& picture);

} // namespace app
