#include "models/lvit/config.h"

#include "imaging/error.h"

namespace models::lvit {

namespace {

void require(bool ok, const std::string& field, int value, const std::string& rule)
{
    if (!ok)
        throw imaging::Error(imaging::ErrorKind::Model,
            "LViT cannot be built with " + field + " " + std::to_string(value) + ": it must be " + rule + ".");
}

void requireRange(const std::string& field, int value, int low, int high)
{
    require(value >= low && value <= high, field, value, std::to_string(low) + " to " + std::to_string(high));
}

} // namespace

void validate(const LViTConfig& config)
{
    requireRange("channels", config.channels, 1, 16);
    requireRange("width", config.width, 8, 512);
    require(config.width % 8 == 0, "width", config.width, "a multiple of 8, the number of attention heads");
    requireRange("depth", config.depth, 1, 24);
    requireRange("picture_size", config.pictureSize, 16, 1024);
    require(config.pictureSize % 16 == 0, "picture_size", config.pictureSize, "a multiple of 16");
    requireRange("text_width", config.textWidth, 1, 8192);
    requireRange("text_tokens", config.textTokens, 1, 512);
    requireRange("classes", config.classes, 1, 256);
    if (!(config.dropout >= 0 && config.dropout < 1))
        throw imaging::Error(imaging::ErrorKind::Model, "LViT's dropout must be from 0 to below 1.");
}

void requireFittingPreparation(const LViTPackage& package)
{
    const auto& preparation = package.preparation;
    vision::validate(preparation);
    const bool whole = package.tileSize == 0 && package.fit == vision::SliceFit::Squash;
    if (!preparation.doesNothing() && (!whole || package.colour))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "Slices are stretched and equalized only where a network sees them whole, squashed to its square and "
            "grey.");
}

vision::NetworkSquare squareOf(const LViTPackage& package)
{
    return {package.network.pictureSize, package.network.channels, package.fit, package.colour};
}

} // namespace models::lvit
