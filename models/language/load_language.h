#pragma once

#include "models/language/causal_model.h"
#include "models/language/t5.h"
#include "models/weights/model_settings.h"
#include "models/weights/state_dict.h"

#include <memory>
#include <string>
#include <string_view>

namespace models::language {

/// The architectures of language models.
enum class LanguageKind { Opt, Llama, T5 };

/// What `settings` (a text_config, or a language model's own config.json) describes; without a model_type an OPT, as in
/// BLIP-2's. Throws Error(Model) for another.
LanguageKind languageKind(const weights::ModelSettings& settings);

/// The tensors of a checkpoint whose keys begin with `prefix` ("language_model."), without it.
weights::StateDict withoutPrefix(const weights::StateDict& weights, std::string_view prefix);

/// Whether a tensor of this name is, in a model that is held in bytes, one of the matrices that are: those of its layers,
/// but for T5's wo.
bool isHeldInBytes(const std::string& key);

/// An OPT or a Llama with its weights, ready to answer (no gradients of weights), which are held in `type`; at::kChar: the
/// matrices of its layers in 8 bits (linear.h), all else in float32. The number of words is that of the embeddings. Keys are
/// those of Hugging Face's ForCausalLM; matrices that a file stores a second time are left out. Throws Error(Model) with all that does not fit; `file` is named in it.
std::shared_ptr<CausalModel> makeCausalModel(const weights::ModelSettings& settings, weights::StateDict weights,
    const std::string& file, at::ScalarType type = at::kFloat);

/// The same of a T5.
std::shared_ptr<T5> makeT5(const weights::ModelSettings& settings, weights::StateDict weights, const std::string& file,
    at::ScalarType type = at::kFloat);

} // namespace models::language
