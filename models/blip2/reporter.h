#pragma once

#include "models/facade/reporter.h"

#include <filesystem>
#include <memory>
#include <string>

namespace models::blip2 {

/// Opens a Hugging Face folder of BLIP-2 or InstructBLIP, or one that names places (places.h), with the tokenizers beside
/// the weights. One for retrieval compares, any other writes and answers. Throws Error(NotFound) or Error(Model).
std::unique_ptr<Reporter> openReporter(const std::filesystem::path& model, const std::string& device,
    Precision precision = Precision::Auto);

} // namespace models::blip2
