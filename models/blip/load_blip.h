#pragma once

#include "models/blip/network.h"
#include "models/text/bert_tokenizer.h"
#include "models/weights/state_dict.h"

#include <filesystem>
#include <memory>

namespace models::blip {

/// A BLIP checkpoint under its authors' names: Hugging Face's of the picture tower are translated; what only trainings
/// need (momentum copies, queues, the temperature) and what is stored twice is left out. A decoder without a matrix of
/// its own gets the word embeddings. `file` is named in messages. Throws Error(Model) when it is no BLIP.
weights::StateDict withAuthorsNames(weights::StateDict weights, const std::filesystem::path& file);

/// Whether the tensors have the authors' names of a BLIP or Hugging Face's, with a picture tower and a text_decoder or
/// text_encoder.
bool holdsBlip(const weights::StateDict& weights);

/// Which heads are in it.
BlipParts partsOf(const weights::StateDict& weights);

/// The shapes of weights under the authors' names whose file has no config.json beside it: heads of 64 channels, as all
/// of theirs. Throws Error(Model).
BlipConfig configOfWeights(const weights::StateDict& weights, const std::filesystem::path& file);

/// Opens a Hugging Face folder or the authors' `.pth`, strictly, in eval mode, its weights in `type`, nothing of it to be trained.
/// Throws Error(NotFound), or Error(Model) with everything that is missing, unexpected or misshapen.
Blip openBlip(const std::filesystem::path& path, at::ScalarType type = at::kFloat);

/// The vocabulary beside a BLIP's weights, with [DEC] and [ENC] behind its words. Throws Error(Model) for one with more
/// tokens than the weights have rows, and for one that was cut: fewer tokens, and [DEC] is not where the model has it.
std::unique_ptr<text::BertTokenizer> openBlipTokenizer(const std::filesystem::path& model, const BlipConfig& config);

} // namespace models::blip
