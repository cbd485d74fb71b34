#pragma once

#include "models/data/dataset.h"

#include <filesystem>
#include <string>

namespace models::data {

/// What of a split is likely to be a mistake, a sentence each: masks that look inverted (nearly all cover more than
/// half of their picture and reach its four borders), masks with the same bytes as their picture, a mask that is named
/// for several pictures, many empty masks whose text names a finding. `folder` holds the files. Throws
/// Error(InvalidInput) for a picture that is named as its own mask, which cannot be right.
imaging::Warnings doubtsAbout(const Dataset& data, const std::filesystem::path& folder, const std::string& split);

/// Pictures of the validation split that are also in the training split, under other names. Pictures of one brightness
/// do not count.
imaging::Warnings doubtsAbout(const Dataset& training, const Dataset& validation);

/// That a network without text cannot tell apart the masks of a picture's several sentences.
imaging::Warnings doubtsWithoutText(const Dataset& training);

} // namespace models::data
