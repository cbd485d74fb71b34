#pragma once

#include "annotations/label.h"

#include <optional>
#include <string>
#include <vector>

namespace annotations {

/// How a model made a segment, or a part of it: what the label's description and its algorithm's name say in words, so
/// that it survives the journal and a DICOM SEG, whose segments have no other place for it.
struct LabelOrigin
{
    std::string prompt; ///< The user's sentence.
    std::string modelText; ///< The sentence that the model saw, in its own wording and sides.
    std::string modelName;
    std::string modelVersion;
    std::string modelHash; ///< SHA-256 of the weights; its first 12 digits where it was read from a label.
    std::optional<double> threshold;
    std::string acceptedBy; ///< Empty: nobody, the model alone.
    bool machineDraft = false; ///< The sentence is a machine's that no reader had accepted.

    friend bool operator==(const LabelOrigin&, const LabelOrigin&) = default;
};

/// Label::description for an origin; a "|" in the texts becomes "/", as it separates them.
std::string originText(const LabelOrigin& origin);

/// The description of a mask whose sentence is a machine's draft (LabelOrigin::machineDraft).
std::string asDraft(const std::string& description);

/// Label::algorithmName for it: name, version and the first 12 digits of the hash.
std::string algorithmText(const LabelOrigin& origin);

/// Both descriptions one behind the other: a mask that one run added to.
std::string joinedOrigins(const std::string& before, const std::string& after);

/// What the description tells, the oldest first; the last one has the model of the algorithm's name, since a label has
/// only one. Empty for what was drawn by hand and for descriptions of other programs.
std::vector<LabelOrigin> originsOf(const Label& label);

} // namespace annotations
