#pragma once

#include <filesystem>

namespace models::vision {

/// Looks at preprocessor_config.json in a model's folder, where there is one, of a model whose pictures are prepared in
/// one way only: nothing is taken from it, but what no picture can be prepared with is not passed over in silence.
/// Throws Error(Model) that names the file and an "image_mean" or "image_std" that is no list of three numbers, or an
/// "image_std" that is not above 0.
void requirePreparation(const std::filesystem::path& folder);

} // namespace models::vision
