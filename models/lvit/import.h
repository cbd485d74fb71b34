#pragma once

#include "models/facade/imported_model.h"

#include <filesystem>
#include <string>

namespace models::lvit {

/// Makes a package of a checkpoint of the original project (`.pth.tar`, `.pt`, a state dictionary, safetensors): sizes
/// come from the tensors, every tensor must have its place. Where the checkpoint is the weights of a package, with its
/// config.json beside them, its other settings and its card are kept; otherwise they are assumed, with a warning.
/// `textEncoder` is the name or folder of the BERT whose vectors the model was trained on; empty: the package's own, or
/// the default one. The package is run once before it gets its place; a checkpoint that is refused leaves nothing
/// behind. Throws Error(Model) when it is no LViT, holds values that are no numbers or the encoder's width does not
/// fit, Error(NotFound), Error(Io), Error(WrongUse) when `output` holds a package.
ImportedModel importLViT(
    const std::filesystem::path& checkpoint, const std::string& textEncoder, const std::filesystem::path& output);

} // namespace models::lvit
