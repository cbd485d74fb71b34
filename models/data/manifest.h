#pragma once

#include "models/data/dataset.h"

#include <string>
#include <vector>

namespace models::data {

/// One picture or stack of a training folder as its list names it. Paths are relative to the folder.
struct ManifestRow
{
    std::string where; ///< "line 7 of '...'", for messages.
    std::string image; ///< A file, or a folder of DICOM files.
    std::vector<std::string> masks; ///< One for each mask column; empty: an unlabelled picture.
    std::vector<std::string> texts; ///< One for each text column.
    int slice = 0; ///< Of a stack, from 1; 0: all.
    std::string className = {}; ///< Empty: not classed, or no classes are read.
};

/// The rows of the split: of manifest.csv (columns `split`, picture, mask and texts as the options name them, and
/// optionally `slice`), of LViT's own layout (lvit_layout.h), or of a folder of studies (study_layout.h). A picture may
/// have several rows, each with another text: they follow each other in the result. Rows that say the same as an
/// earlier one are left out, with a warning.
///
/// Classes (options.classColumn) are one name for each picture, spaces around it taken off and nothing else changed:
/// "COVID" and "covid" are two. An empty field is a picture without a class. Rows of one picture (or slice) must name
/// the same. Where studies lie without a list, the class is what `class.txt` beside the files of a study holds; LViT's
/// own layout has none. With options.masks off, mask columns and folders may be missing and rows name no masks.
///
/// Throws Error(NotFound) when the folder is none of them,
/// Error(InvalidInput) naming file and line for a missing column, a picture with two classes, a split without rows
/// (with the splits that there are), a path that leaves the folder, also by a link, a picture (or slice) that has two
/// masks for one text, a picture without a mask where options.fullMasks asks for one, or with only some of several
/// masks.
std::vector<ManifestRow> readManifest(const DatasetOptions& options, imaging::Warnings& warnings);

/// Throws Error(InvalidInput) for a path that is empty, absolute or leaves the folder, also by a link. `where` as
/// ManifestRow::where.
void requireInside(const std::filesystem::path& folder, const std::string& path, const std::string& where);

} // namespace models::data
