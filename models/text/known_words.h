#pragma once

#include "models/text/tokenizer.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace models::text {

/// The words of a text in its order, in lower case: what stands together of letters and digits, and each symbol (an
/// emoji, a plus, a degree sign) for itself. Marks that part words and sentences are none.
std::vector<std::string> wordsOf(std::string_view text);

/// The words of the texts that a model has learnt from, where its config.json lists them ("known_words"): trainings on
/// few texts do. Nothing where it does not, and of a file. Throws Error(Model) for something else than a list of words.
std::optional<std::set<std::string>> knownWordsIn(const std::filesystem::path& model);

/// What a model's words are worth.
class KnownWords
{
public:
    /// Of a model's folder or file. Throws as knownWordsIn.
    explicit KnownWords(const std::filesystem::path& model)
        : m_learnt(knownWordsIn(model))
    {
    }

    /// The words of a text, each once, that mean nothing to the model: those that the tokenizer has no token for
    /// ([UNK]), and where the words of its texts are known, those that are none of them. Articles and prepositions,
    /// which name nothing, are no such words.
    std::vector<std::string> unknown(const Tokenizer& tokenizer, std::string_view text) const;

private:
    std::optional<std::set<std::string>> m_learnt;
};

} // namespace models::text
