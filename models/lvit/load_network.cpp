#include "models/lvit/load_network.h"

#include "imaging/error.h"
#include "models/text/encoder_path.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

namespace models::lvit {

namespace {

/// Networks up to 64 MB or so are built anyway: the strict load then lists all that does not fit.
constexpr std::int64_t kAlwaysBuilt = 4'000'000;

/// Fewer numbers than any LViT of this size has: one convolution of the deepest level, and the attention and MLP of the
/// widest two transformers.
std::int64_t leastNumbers(const LViTConfig& config)
{
    const std::int64_t deepest = 8 * std::int64_t(config.width);
    const std::int64_t blocks = config.hasTransformers() ? config.depth : 0;
    return (9 + 2 * 12 * blocks) * deepest * deepest;
}

void requireEnough(const weights::StateDict& weights, const LViTPackage& package, const std::filesystem::path& folder)
{
    std::int64_t numbers = 0;
    for (const auto& [key, tensor] : weights)
        numbers += tensor.numel();
    const auto least = leastNumbers(package.network);
    if (least > kAlwaysBuilt && numbers < least)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The weights of '" + folder.string() + "' hold " + std::to_string(numbers)
                + " numbers, far too few for the width " + std::to_string(package.network.width) + " and depth "
                + std::to_string(package.network.depth)
                + " of its config.json: one of the two files belongs to another package.",
            folder.string());
}

} // namespace

LViT loadNetwork(const LViTPackage& package, const std::filesystem::path& folder)
{
    const auto weights = weights::readSafetensors(folder);
    requireEnough(weights, package, folder);
    LViT network(package.network);
    weights::loadWeights(*network, weights, folder.string());
    return network;
}

void requireSameEncoder(const text::TextEncoder& encoder, const LViTPackage& package)
{
    const auto& wanted = package.info.textEncoderSha256;
    if (wanted.empty())
        return;
    const auto found = encoder.sha256();
    if (found == wanted)
        return;
    constexpr std::size_t kShown = 12;
    throw imaging::Error(imaging::ErrorKind::Model,
        "The text encoder in '" + text::findTextEncoder(package.info).string() + "' is not the one that the model '"
            + package.info.name + "' was trained with: its SHA-256 begins " + found.substr(0, kShown)
            + ", that of its config.json " + wanted.substr(0, kShown)
            + ". Put the encoder it was trained with beside the package.",
        package.info.folder.string());
}

std::unique_ptr<text::TextEncoder> loadEncoder(const LViTPackage& package)
{
    if (!package.network.readsText())
        return nullptr;
    const auto convention =
        package.textUnits == TextUnits::Words ? text::TextConvention::MergedWords : text::TextConvention::Pieces;
    auto encoder = std::make_unique<text::TextEncoder>(text::findTextEncoder(package.info), convention);
    if (encoder->width() != package.network.textWidth)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The model '" + package.info.name + "' reads word vectors of width "
                + std::to_string(package.network.textWidth) + ", but its text encoder '" + package.info.textEncoder
                + "' gives " + std::to_string(encoder->width()) + ".",
            package.info.folder.string());
    return encoder;
}

} // namespace models::lvit
