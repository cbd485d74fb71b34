#pragma once

#include "models/blip2/config.h"
#include "models/blip2/places.h"
#include "models/text/bert_tokenizer.h"

#include <memory>
#include <span>
#include <string>

namespace models::blip2 {

/// Texts as the language model and the Q-Former take them, and back.
class Prompts
{
public:
    /// The language model's tokenizer lies beside its weights, InstructBLIP's of the Q-Former in qformer_tokenizer, or
    /// is the folder's vocab.txt. `words`: rows of the language model's embeddings. Throws Error(NotFound), or
    /// Error(Model) for a tokenizer of another model.
    Prompts(const Places& places, const Blip2Config& config, std::int64_t words);

    /// As the authors put it: without white space around it, and for BLIP-2 what ends in a question mark as
    /// "Question: ... Answer:" (Li et al. 2023, section 4.3) unless it says that itself.
    std::string asked(const std::string& prompt) const;

    /// What the language model reads of it, places for soft tokens in front where the model has them.
    text::TokenIds languageIds(const std::string& asked) const;

    /// A text that the language model is to write behind `asked`, and its end; of a text of more than `most` tokens the
    /// beginning.
    text::TokenIds writtenIds(const std::string& asked, const std::string& text, std::size_t most) const;

    /// What the Q-Former reads of it; InstructBLIP only.
    text::TokenIds instructionIds(const std::string& asked) const;

    /// Without the end and white space around it.
    std::string text(std::span<const std::int64_t> ids) const;

    /// With which a text ends: the line break of LAVIS' OPT, else as the model's settings say, but of a Llama what the
    /// tokenizer calls so (InstructBLIP's Vicuna was published with settings that go with another tokenizer).
    std::int64_t endId() const { return m_endId; }

private:
    void openLanguage(const Places& places, std::int64_t words);
    void openQFormer(const Places& places);
    void requireToken(const std::filesystem::path& folder, const std::string& token, std::int64_t id) const;

    std::unique_ptr<text::Tokenizer> m_language;
    std::unique_ptr<text::BertTokenizer> m_qformer; ///< Null: it reads no texts.
    Blip2Config m_config;
    std::int64_t m_endId = 0;
};

} // namespace models::blip2
