#pragma once

#include "models/facade/reporter.h"

#include <filesystem>
#include <memory>
#include <string>

namespace models::blip {

/// Opens a BLIP with the vocabulary beside it (vocab.txt or tokenizer.json). Throws Error(NotFound) or Error(Model).
std::unique_ptr<Reporter> openReporter(const std::filesystem::path& model, const std::string& device,
    Precision precision = Precision::Auto);

} // namespace models::blip
