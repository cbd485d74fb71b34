#pragma once

#include <filesystem>
#include <string>

namespace models {

/// Makes a package of a checkpoint of the original project (`.pth.tar`, `.pt`, a state dictionary, safetensors): sizes
/// come from the tensors, every tensor must have its place. `textEncoder` is the name or folder of the BERT whose
/// vectors the model was trained on. Nothing of an existing package in `output` is overwritten. Throws Error(Model)
/// when it is no LViT or the encoder's width does not fit, Error(NotFound), Error(Io), Error(WrongUse) when `output`
/// holds a package.
void importLViT(
    const std::filesystem::path& checkpoint, const std::string& textEncoder, const std::filesystem::path& output);

} // namespace models
