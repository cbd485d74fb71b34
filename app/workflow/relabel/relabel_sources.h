#pragma once

#include "app/workflow/relabel/relabel.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// One picture file that is to be imported, with what is known about it.
struct ImportItem
{
    std::filesystem::path picture;
    std::filesystem::path mask; ///< Empty: none.
    std::string text;
    std::string split;
    std::string where; ///< "line 7 of '...'", for messages; empty without a manifest.
};

/// What lies at the source of an import.
struct ImportSources
{
    std::vector<ImportItem> items;
    std::vector<std::filesystem::path> segmentations; ///< DICOM SEGs, which say themselves what they lie on.
    imaging::Warnings refused;
    imaging::Warnings warnings;
    bool cancelled = false;
};

/// Reads the manifest, or looks through the folder. A manifest may name a picture several times, with other texts: a
/// case is a picture and a sentence. A row that says the same as an earlier one is left out with a warning, one that
/// gives the same picture and text another mask is refused. Throws Error(InvalidInput) for a manifest without rows.
/// Without a manifest a picture file is a mask when its folder is called "masks", "labels" or "labelcol" (beside
/// "images", "img" or the pictures themselves), or its name begins with "mask_" or ends with "_mask" or "_seg"; it
/// belongs to the picture whose name is left without that.
ImportSources findSources(const RelabelImportOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace app
