#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace models::text {

/// The files of a tokenizer as they lie beside a model's weights: their bytes by name.
using TokenizerFiles = std::map<std::string, std::string>;

/// A vocabulary learnt from texts by byte-pair encoding (Sennrich et al., ACL 2016): of all pairs of neighbours the
/// most frequent one becomes a token, until there are `most` tokens or no pair is there twice; of equally frequent
/// pairs the first in the order of bytes. The same texts give the same files. Each text counts once.

/// CLIP's: vocab.json, merges.txt and what says which tokens are special. All bytes have a token, so that every text
/// can be read. Throws Error(WrongUse) for `most` below 514, which these and the two special ones take.
TokenizerFiles learntClipVocabulary(const std::set<std::string>& texts, std::size_t most);

/// OPT's, of the same files: texts as they are, a space is part of the word behind it. All bytes have a token. Throws
/// Error(WrongUse) for `most` below 260, which these and the four special ones take.
TokenizerFiles learntOptVocabulary(const std::set<std::string>& texts, std::size_t most);

/// BERT's: vocab.txt with the pieces of WordPiece and tokenizer_config.json. A character that no text has is [UNK].
/// Throws Error(WrongUse) for `most` below the special tokens and the characters of the texts.
TokenizerFiles learntBertVocabulary(const std::set<std::string>& texts, std::size_t most);

/// The files that openTokenizer reads of a folder, or of the file that names a vocabulary. Throws Error(NotFound) where
/// there is no vocabulary, Error(Io).
TokenizerFiles readTokenizerFiles(const std::filesystem::path& folderOrFile);

/// Each whole or not at all. Throws Error(Io).
void writeTokenizerFiles(const TokenizerFiles& files, const std::filesystem::path& folder);

} // namespace models::text
