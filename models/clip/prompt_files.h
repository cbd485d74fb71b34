#pragma once

#include "models/clip/prompts.h"
#include "models/weights/state_dict.h"

#include <filesystem>
#include <string>
#include <vector>

namespace models::clip {

/// What a file of learnt prompts says.
struct PromptFile
{
    PromptConfig config;
    weights::StateDict weights; ///< Under the names of Prompts.
    std::vector<std::string> classes; ///< Names it was learnt with; empty: not said.
    std::string backboneSha256; ///< Of the CLIP weights it belongs to; empty: not said.
    weights::StateDict backbone; ///< CLIP's own tensors that lie in the file (MaPLe's whole CustomCLIP).
};

/// The word for how prompts were learnt: "coop", "cocoop", "ivlp", "vpt" or "maple".
std::string methodName(PromptMethod method);

/// Whether tensors of these names are, or have among them, learnt prompts.
bool holdsPrompts(const weights::StateDict& weights);

/// Reads what prompt learning left behind: our own safetensors, a checkpoint of CoOp or CoCoOp (`ctx`, `meta_net.*`
/// without a prefix), or of MaPLe, independent prompts or VPT (the whole CustomCLIP with a pickled optimizer, of which
/// nothing is run). Method, tokens and depths follow from the names and shapes. What such a checkpoint does not say has
/// the authors' defaults: the name at the end, "a photo of a", prompts through float16. A folder stands for the
/// checkpoint that its file `checkpoint` names, or for its prompts.safetensors. `prompt_learner.token_prefix` and
/// `token_suffix`, which belong to the classes, are left out. Throws Error(NotFound) or Error(Model).
PromptFile readPrompts(const std::filesystem::path& path);

/// Throws Error(Model) where the prompts of a file, which is called `name`, belong to another CLIP than this one, by the
/// CLIP that lies in it and by the digest that it gives: `clipSha256` is this one's (backbone.h), read only where the
/// file gives one. To be asked once for a file and a CLIP: it goes through all weights.
void requireSameBackbone(
    const PromptFile& file, const Clip& clip, const std::string& clipSha256, const std::string& name);

/// Prompts with these weights over `clip`, which must be theirs (requireSameBackbone), for `classes`; with a context for
/// each class they must be as many as in the file. Throws Error(Model) with all that is missing, unexpected or
/// misshapen, Error(WrongUse) as Prompts does.
Prompts openPrompts(const PromptFile& file, const Clip& clip, const ClassTokens& classes, const std::string& name);

/// Writes prompts alone, with how they were learnt. Throws like weights::writeSafetensors.
void writePrompts(const std::filesystem::path& file, const Prompts& prompts, const std::vector<std::string>& classes,
    const std::string& backboneSha256);

} // namespace models::clip
