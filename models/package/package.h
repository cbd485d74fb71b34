#pragma once

#include "imaging/laterality.h"
#include "imaging/slice.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace models {

/// What every package says about itself in config.json, whatever its kind: read without loading Torch.
struct PackageHead
{
    std::filesystem::path folder;
    std::string modelType; ///< Its kind, the family that opens it: "lvit".
    std::string name;
    std::string version;
    std::string licence; ///< As an SPDX expression; empty: not said.
    std::string provenance; ///< What it was made of and by whom, a sentence; empty: not said.
    std::string sha256; ///< Of the weights; goes into exported objects.
    std::vector<std::string> modalities; ///< Pictures it is for, e.g. {"CR", "DX"}; empty: any.
    std::vector<std::string> bodyParts; ///< e.g. {"CHEST"}; empty: any. Without the tag a picture passes (see untold).
    std::vector<std::string> views; ///< e.g. {"AP", "PA"}; empty: any.
};

/// In which words the texts of a package were written.
enum class TextWording {
    AsWritten, ///< Freely: a user's text goes to the model as it stands.
    LvitReport, ///< As LViT's training texts: side, finding, number of areas and zones only.
};

/// "as_written" or "lvit_report": its word in packages and settings.
std::string_view nameOf(TextWording wording);
/// What such a word means.
std::optional<TextWording> wordingFrom(std::string_view word);

/// What a package that draws the mask of a sentence says beside its head: LViT's.
struct SegmenterBlock
{
    imaging::Sides textSides = imaging::Sides::Picture;
    TextWording textWording = TextWording::AsWritten;
    int pictureSize = 224;
    float threshold = 0.5F;
    std::string finding; ///< Name of what the mask shows, e.g. "Pulmonary infection".
    /// Names of the mask values 1, 2, ... of a package with several classes; empty: one class, `finding`.
    std::vector<std::string> classes;
    std::string textEncoder; ///< Folder name of the BERT package, looked up like packages.
    std::string textEncoderSha256; ///< TextEncoder::sha256() of the one it was trained with; empty: not said.
};

/// A package of the kind that draws masks. Another kind (a classifier, a reporter) is a head and a block of its own.
struct PackageInfo : PackageHead, SegmenterBlock
{
};

/// Reads what every kind of package says, without the digest, for which the weights have to be read. Throws as
/// readPackageInfo.
PackageHead readPackageHead(const std::filesystem::path& folder);

/// Reads config.json. Throws Error(NotFound) when there is no such folder or config.json, Error(Model) when it is
/// wrong.
PackageInfo readPackageInfo(const std::filesystem::path& folder);

/// How a picture is turned for a network whose texts mean these sides, in training and in use alike. The head comes to
/// the top. The patient's sides can only be learnt where all pictures have them at the same edges: then the patient's
/// right comes to the left. Where the texts mean the picture's, a mirrored picture stays one, unless it lies down.
imaging::Turn turnFor(imaging::Sides texts, const imaging::PictureSides& sides);

/// Why this picture is not one the package is for; empty when it fits. The user must confirm to go on (`--force`).
std::vector<std::string> misfits(const PackageHead& package, const imaging::Slice& slice);

/// What the picture does not tell and the package cares for, one sentence each: warnings, not reasons to refuse.
std::vector<std::string> untold(const PackageHead& package, const imaging::Slice& slice);

/// Folders in which packages are looked for: each entry of the environment variable LIMN_MODELS (separated by ':'),
/// then `models` beside the folder of the running program, then `share/limn/models` there, then the user's data folder.
std::vector<std::filesystem::path> packageSearchPath();

/// A path that exists is taken as it is; otherwise the name is looked up in the search path; an empty name gives the
/// default LViT package. Throws Error(NotFound) with the folders that were searched.
std::filesystem::path findPackage(const std::string& nameOrPath);

/// Every package that draws masks in the search path, with its digest (models/package/model_list.h has all kinds).
std::vector<PackageInfo> listPackages();

} // namespace models
