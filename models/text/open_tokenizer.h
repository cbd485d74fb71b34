#pragma once

#include "models/text/bert_tokenizer.h"
#include "models/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace models::text {

/// The tokenizer of a model's folder as Hugging Face lays it out, by what lies in it: tokenizer.json, else spiece.model
/// or tokenizer.model (SentencePiece), vocab.json with merges.txt (CLIP, GPT-2, OPT, RoBERTa), vocab.txt (BERT), else
/// OpenAI's bpe_simple_vocab_16e6.txt.gz. Special tokens also come from tokenizer_config.json, special_tokens_map.json
/// and added_tokens.json beside it. A file of one of these names (or that ends in one) can be given instead.
///
/// Throws Error(NotFound) where there is none, Error(Model) for a broken one, Error(Unsupported) for one that works in
/// another way; each names the file.
std::unique_ptr<Tokenizer> openTokenizer(const std::filesystem::path& folderOrFile);

/// The same where it must be BERT's, with tokens that the network has behind it: BLIP's {"[DEC]", "[ENC]"}, the
/// Q-Former's
/// {"[DEC]"}. Throws Error(Model), which names the folder, for any other kind.
std::unique_ptr<BertTokenizer> openBertTokenizer(
    const std::filesystem::path& folderOrFile, const std::vector<std::string>& added = {});

/// Refuses a tokenizer that knows more tokens than the model has `rows` for. Throws Error(Model), which names `model`.
void requireRows(const Tokenizer& tokenizer, std::int64_t rows, const std::filesystem::path& model);

/// Refuses a vocabulary of which lines are missing: with `spare` tokens more it has still fewer than `rows`. Only for
/// networks whose originals have a row for each token and no others. Throws Error(Model), which names `model`.
void requireEveryRow(
    const Tokenizer& tokenizer, std::int64_t rows, std::int64_t spare, const std::filesystem::path& model);

} // namespace models::text
