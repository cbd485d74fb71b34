#pragma once

#include "models/facade/adaptation.h"

#include <memory>

namespace models::clip {

/// Opens a CLIP with the tokenizer beside it, as openClassifier does, to learn prompts or a probe for it. Throws
/// Error(NotFound) or Error(Model).
std::unique_ptr<Adapter> openAdapter(const AdapterOptions& options);

} // namespace models::clip
