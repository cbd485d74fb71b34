#include "models/lvit/import.h"

#include "imaging/error.h"
#include "models/facade/lvit_training.h"
#include "models/lvit/infer_config.h"
#include "models/lvit/lvit.h"
#include "models/lvit/new_package.h"
#include "models/lvit/segmenter.h"
#include "models/package/folder_name.h"
#include "models/package/package_json.h"
#include "models/text/bert_files.h"
#include "models/text/encoder_path.h"
#include "models/text/text_encoder.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <fstream>
#include <optional>

namespace models::lvit {

namespace {

using imaging::Error;
using imaging::ErrorKind;
namespace fs = std::filesystem;

constexpr const char* kAssumed =
    "texts name the picture's sides, the vectors are one per word, the mask begins at 0.5, the finding has no name, "
    "and the model is for any picture";

void requireEncoder(const fs::path& folder, const LViTConfig& network)
{
    const auto width = text::readBertConfig(folder).hiddenSize;
    if (width != network.textWidth)
        throw Error(ErrorKind::Model,
            "The checkpoint reads word vectors of width " + std::to_string(network.textWidth)
                + ", but the text encoder '" + folder.string() + "' gives " + std::to_string(width) + ".",
            folder.string());
}

/// Ties the package to the encoder in `folder`; a package that was tied to another one is warned about.
void tieEncoder(LViTPackage& package, const fs::path& folder, const fs::path& output, imaging::Warnings& warnings)
{
    const auto digest = text::TextEncoder(folder, text::TextConvention::Pieces).sha256();
    if (!package.info.textEncoderSha256.empty() && package.info.textEncoderSha256 != digest)
        warnings.push_back("The text encoder '" + folder.string()
            + "' is not the one that the package was trained with: its words mean something else to the network. The "
              "new package names it all the same, as you asked.");
    package.info.textEncoder = text::textEncoderReference(folder.string(), output);
    package.info.textEncoderSha256 = digest;
}

void writeCard(const fs::path& file, const LViTPackage& package, const std::string& checkpoint)
{
    std::ofstream card(file, std::ios::trunc);
    card << "# " << package.info.name << "\n\nAn LViT (Li et al., IEEE TMI 2024) of width " << package.network.width
         << ", imported by `limn models import` from `" << checkpoint
         << "`.\n\nWhat the checkpoint does not say was assumed: " << kAssumed
         << ". Edit config.json where that is wrong.\n";
    card.close();
    if (!card)
        throw Error(ErrorKind::Io, "The file '" + file.string() + "' cannot be written.", file.string());
}

bool isSameNetwork(const LViTConfig& a, LViTConfig b)
{
    b.dropout = a.dropout; // Says nothing about weights.
    if (!b.readsText() && !a.readsText()) {
        b.textWidth = a.textWidth;
        b.textTokens = a.textTokens;
    }
    return a == b;
}

/// The settings of the package whose weights these are: config.json beside them, if it describes this network.
std::optional<LViTPackage> packageOf(const fs::path& checkpoint, const LViTConfig& network, imaging::Warnings& warnings)
{
    const auto folder = fs::is_directory(checkpoint) ? checkpoint : fs::absolute(checkpoint).parent_path();
    const auto file = folder / "config.json";
    std::error_code missing;
    if (!fs::is_regular_file(file, missing))
        return std::nullopt;
    try {
        auto package = packageFromJson(readConfigJson(folder), file.string());
        if (isSameNetwork(package.network, network)) {
            package.info.folder = folder;
            return package;
        }
        warnings.push_back("The settings in '" + file.string() + "' describe another network and are not used.");
    } catch (const Error& error) {
        warnings.push_back(std::string("The settings beside the checkpoint are not used. ") + error.what());
    }
    return std::nullopt;
}

LViTPackage assumedPackage(const LViTConfig& network, imaging::Warnings& warnings)
{
    LViTPackage package;
    package.network = network;
    package.info.modelType = "lvit";
    package.info.version = "1";
    package.info.finding = "Finding";
    warnings.push_back(std::string("The checkpoint does not say what it was trained for. Assumed: ") + kAssumed
        + ". Edit config.json where that is wrong.");
    return package;
}

fs::path encoderOf(const std::string& textEncoder, const LViTPackage& package)
{
    if (!textEncoder.empty())
        return findPackage(textEncoder);
    return package.info.folder.empty() ? findPackage(kDefaultTextEncoder) : text::findTextEncoder(package.info);
}

void writeFiles(const fs::path& folder, const LViTPackage& package, const LViTImpl& network, const fs::path& checkpoint)
{
    writeLViTPackage(folder, package);
    weights::writeSafetensors(folder / "model.safetensors", weights::weightsOf(network), {{"format", "pt"}});
    const auto card = package.info.folder / "README.md";
    std::error_code missing;
    if (!package.info.folder.empty() && fs::is_regular_file(card, missing))
        fs::copy_file(card, folder / "README.md");
    else
        writeCard(folder / "README.md", package, checkpoint.filename().string());
}

} // namespace

ImportedModel importLViT(const fs::path& checkpoint, const std::string& textEncoder, const fs::path& output)
{
    requireNoPackage(output);
    const auto weights = weights::readWeights(checkpoint);
    const auto network = inferLViTConfig(weights, checkpoint.string());
    ImportedModel imported;
    auto known = packageOf(checkpoint, network, imported.warnings);
    auto package = known ? std::move(*known) : assumedPackage(network, imported.warnings);
    package.info.name = folderName(output);
    if (network.readsText()) {
        const auto encoder = encoderOf(textEncoder, package);
        requireEncoder(encoder, network);
        tieEncoder(package, encoder, output, imported.warnings);
    }
    LViT made(package.network);
    weights::loadWeights(*made, weights, checkpoint.string());

    NewPackage place(output);
    writeFiles(place.folder(), package, *made, checkpoint);
    imported.verdict = verifyLViTPackage(place.folder());
    place.finish();
    return imported;
}

} // namespace models::lvit
