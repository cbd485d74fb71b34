#pragma once

#include "models/generate/generate.h"
#include "models/generate/next_token.h"

namespace models::generate {

/// The best finished texts of one prompt.
class FinishedTexts
{
public:
    FinishedTexts(std::size_t most, double lengthPenalty, EarlyStopping earlyStopping)
        : m_most(most)
        , m_lengthPenalty(lengthPenalty)
        , m_earlyStopping(earlyStopping)
    {
    }

    /// Keeps the text where it is among the best; `length` counts the end.
    void add(TokenIds ids, double logProbability, std::size_t length);

    /// Whether no running beam whose best sum is `logProbability` can add to them.
    bool isDone(double logProbability, std::size_t length) const;

    /// The best first.
    std::vector<GeneratedText> best(std::size_t count) const;

private:
    double scored(double logProbability, std::size_t length) const;

    std::size_t m_most;
    double m_lengthPenalty;
    EarlyStopping m_earlyStopping;
    std::vector<GeneratedText> m_texts;
};

/// generate() with beams, choice for choice as Hugging Face's transformers 4.46 makes them.
std::vector<GeneratedText> searchWithBeams(
    Decoder& decoder, const at::Tensor& prompts, const GenerateOptions& options, const std::stop_token& stop);

} // namespace models::generate
