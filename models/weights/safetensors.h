#pragma once

#include "models/weights/safetensors_header.h"
#include "models/weights/state_dict.h"

#include <filesystem>
#include <set>
#include <string>

namespace models::weights {

/// Reads a `.safetensors` file, a `model.safetensors.index.json` with all its shards, or what weightsFileIn() names of a
/// folder. Tensors keep their stored type and live on the CPU. A large file is mapped (mapped_file.h): what comes of its
/// tensors is to be followed by requireFilesUnchanged(). Throws Error(NotFound) when there is no such file, Error(Model)
/// when the header is wrong (length, offsets, holes, overlap, type, names given twice, shards that leave the folder),
/// naming the file, or when there is too little memory.
StateDict readSafetensors(const std::filesystem::path& path);

/// Writes all tensors (any device, any strides) to `file` through a temporary file in the same folder that is renamed
/// at the end, so that a reader sees the old or the new file whole. The same tensors give the same bytes. Throws
/// Error(Io) when the disk is full or the folder is not writable, Error(Unsupported) for a type without a name in the
/// format.
void writeSafetensors(
    const std::filesystem::path& file, const StateDict& tensors, const SafetensorsMetadata& metadata = {});

namespace detail {

/// Only some tensors of a file, as far as it has them. Throws like readSafetensors.
StateDict readSafetensorsOf(const std::filesystem::path& file, const std::set<std::string>& wanted);

} // namespace detail

} // namespace models::weights
