#pragma once

#include <optional>
#include <string>

namespace annotations {

/// Who or what made the masks: goes into every exported object (ContributingEquipmentSequence).
struct Provenance
{
    std::string prompt; ///< The sentence the model saw; empty for work by hand.
    std::string modelName;
    std::string modelVersion;
    std::string modelHash;
    std::optional<double> threshold;
    std::string acceptedBy;
};

} // namespace annotations
