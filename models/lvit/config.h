#pragma once

#include "imaging/window_level.h"
#include "models/facade/lvit_training.h"
#include "models/vision/network_square.h"
#include "models/vision/slice_preparation.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace models::lvit {

/// The shape of one LViT network. The defaults are the authors' network (Li et al., IEEE TMI 2024).
struct LViTConfig
{
    NetworkKind kind = NetworkKind::LViT;
    bool text = true; ///< Off: LViT-TW, whose transformers see the picture alone.
    bool plam = true; ///< Pixel-level attention over the skip connections. A U-Net has none.
    int channels = 3; ///< Of the picture.
    int width = 64; ///< base_channel; a multiple of 8, the number of attention heads.
    int depth = 1; ///< Encoder blocks in each of the eight VisionTransformers.
    int pictureSize = 224; ///< Side of the square picture; a multiple of 16. The token grid is pictureSize/16 squared.
    int textWidth = 768; ///< Of a word vector; it and textTokens mean nothing where no text is read.
    int textTokens = 10; ///< Word vectors a text is cut or padded to.
    int classes = 1;
    double dropout = 0.1; ///< Of the position embeddings and the MLPs.
    /// Also make the modules that the authors construct but never run (norm, head, pix_module1-4, ...), so that their
    /// checkpoints load strictly. They are a quarter of the parameters and do nothing.
    bool keepUnused = true;

    int grid() const { return pictureSize / 16; } ///< Tokens along one side.
    int tokens() const { return grid() * grid(); }
    bool hasTransformers() const { return kind == NetworkKind::LViT; }
    bool readsText() const { return hasTransformers() && text; }
    bool hasPlam() const { return hasTransformers() && plam; }

    friend bool operator==(const LViTConfig&, const LViTConfig&) = default;
};

/// Throws Error(Model) with a sentence for the first value the network cannot be built with.
void validate(const LViTConfig& config);

/// Everything in the config.json of an LViT package.
struct LViTPackage
{
    PackageInfo info; ///< `folder`, `sha256` are not part of the file; `modelType`, `pictureSize` follow from the rest.
    LViTConfig network;
    TextUnits textUnits = TextUnits::Words;
    vision::SliceFit fit = vision::SliceFit::Squash;
    int tileSize = 0; ///< Pictures are cut into squares of so many of their pixels; 0: taken whole.
    int tileOverlap = 0; ///< Pixels that neighbouring tiles share.
    /// The answer is the mean of the logits of the picture and of its mirror image, the text's sides swapped for that
    /// one: twice the work for a better mask. explain() looks at the picture alone. Of one class only.
    bool mirror = false;
    bool colour = false; ///< The network's three channels are red, green and blue; else all are the brightness.
    std::optional<imaging::WindowLevel> window; ///< Of CT, in HU; nothing: the pictures' own.
    /// What is done to a scanner's slices after that window. Where anything is, pictures of levels (isPictureOfLevels)
    /// are taken as they are, without the window, too: they are what the training's files were.
    vision::SlicePreparation preparation;
};

/// Throws Error(WrongUse) with a sentence for a preparation that makes no sense, or that does not go with the rest:
/// CLAHE is done on a square, so the picture is taken whole, squashed and grey.
void requireFittingPreparation(const LViTPackage& package);

/// What the package's network looks at.
vision::NetworkSquare squareOf(const LViTPackage& package);

/// Throws Error(Model) naming `source` when a field is missing, of the wrong type or out of range.
LViTPackage packageFromJson(const nlohmann::json& json, const std::string& source);

nlohmann::json toJson(const LViTPackage& package);

/// Reads `folder`/config.json. Throws Error(NotFound), or Error(Model) like packageFromJson.
LViTPackage readLViTPackage(const std::filesystem::path& folder);

/// Writes `folder`/config.json, creating the folder. Throws Error(Io).
void writeLViTPackage(const std::filesystem::path& folder, const LViTPackage& package);

} // namespace models::lvit
