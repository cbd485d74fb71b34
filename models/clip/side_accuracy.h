#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace models::clip {

/// How often a CLIP tells by words alone which side a picture's report names (left, right or both), as "side_accuracy" of
/// its config.json has it: an object of "accuracy" and "most_frequent", what always naming the most frequent side would
/// reach, both 0..1, and "made", a sentence on how.
struct SideAccuracy
{
    double accuracy = 0;
    double mostFrequent = 0;
    std::string made;
};

/// Of a model's folder. Nothing where it does not say, or not so.
std::optional<SideAccuracy> readSideAccuracy(const std::filesystem::path& model);

/// Puts it into config.json of a folder. Throws Error(Io).
void writeSideAccuracy(const std::filesystem::path& folder, const SideAccuracy& sides);

/// A sentence for the user where it is no better than always naming the most frequent side.
std::optional<std::string> sideDoubtOf(const SideAccuracy& sides);

} // namespace models::clip
