#include "models/lvit/import.h"

#include "imaging/error.h"
#include "models/encoder_path.h"
#include "models/lvit/infer_config.h"
#include "models/lvit/lvit.h"
#include "models/lvit/new_package.h"
#include "models/text/bert.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"
#include "models/weights/safetensors.h"

#include <torch/types.h>

#include <fstream>

namespace models {

namespace {

using imaging::Error;
using imaging::ErrorKind;

void requireEncoder(const std::string& textEncoder, const LViTConfig& network)
{
    const auto folder = findPackage(textEncoder);
    const auto width = readBertConfig(folder).hiddenSize;
    if (width != network.textWidth)
        throw Error(ErrorKind::Model,
            "The checkpoint reads word vectors of width " + std::to_string(network.textWidth)
                + ", but the text encoder '" + folder.string() + "' gives " + std::to_string(width) + ".",
            folder.string());
}

void writeCard(const std::filesystem::path& file, const LViTPackage& package, const std::string& checkpoint)
{
    std::ofstream card(file, std::ios::trunc);
    card << "# " << package.info.name << "\n\nAn LViT (Li et al., IEEE TMI 2024) of width " << package.network.width
         << ", imported by `limn models import` from `" << checkpoint
         << "`.\n\nWhat the checkpoint does not say was assumed: texts name the picture's sides, the vectors are one "
            "per word, "
            "the mask begins at 0.5. Edit config.json where that is wrong, and name there the pictures the model is "
            "for.\n";
    card.close();
    if (!card)
        throw Error(ErrorKind::Io, "The file '" + file.string() + "' cannot be written.", file.string());
}

} // namespace

void importLViT(
    const std::filesystem::path& checkpoint, const std::string& textEncoder, const std::filesystem::path& output)
{
    requireNoPackage(output);
    const auto weights = readWeights(checkpoint);
    LViTPackage package;
    package.network = inferLViTConfig(weights, checkpoint.string());
    if (package.network.readsText())
        requireEncoder(textEncoder, package.network);
    LViT network(package.network);
    loadWeights(*network, weights, checkpoint.string());

    package.info.modelType = "lvit";
    package.info.name = folderName(output);
    package.info.version = "1";
    if (package.network.readsText())
        package.info.textEncoder = textEncoderReference(textEncoder, output);
    package.info.finding = "Finding";
    writeLViTPackage(output, package);
    writeSafetensors(output / "model.safetensors", weightsOf(*network), {{"format", "pt"}});
    writeCard(output / "README.md", package, checkpoint.filename().string());
}

} // namespace models
