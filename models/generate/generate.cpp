#include "models/generate/generate.h"

#include "imaging/error.h"
#include "models/generate/beam_search.h"
#include "models/generate/next_token.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace models::generate {

namespace {

void check(const at::Tensor& prompts, const GenerateOptions& options)
{
    const auto refuse = [](const std::string& reason) {
        throw imaging::Error(imaging::ErrorKind::WrongUse, reason);
    };
    if (prompts.dim() != 2 || prompts.numel() == 0)
        refuse("There is no prompt to write on from: it has at least one token.");
    if (options.beams < 1 || options.beams > 64)
        refuse("There can be 1 to 64 beams.");
    if (options.returned < 1 || options.returned > options.beams)
        refuse("At most as many texts can be returned as there are beams.");
    if (options.maxNewTokens < 1 || options.minNewTokens < 0 || options.minNewTokens > options.maxNewTokens)
        refuse("A text has at least one new token, and not fewer at most than at least.");
    if (options.sample && options.beams > 1)
        refuse("Choose either beams or chance.");
    constexpr double kMostLengthPenalty = 100; // Beyond it scores run over.
    if (!(std::abs(options.lengthPenalty) <= kMostLengthPenalty))
        refuse("The length penalty is a number from -100 to 100.");
    if (!std::isfinite(options.temperature) || !std::isfinite(options.repetitionPenalty))
        refuse("Temperature and repetition penalty are finite numbers.");
    if (!(options.temperature > 0) || !(options.topP > 0) || !(options.topP <= 1) || !(options.repetitionPenalty > 0))
        refuse("Temperature and repetition penalty are above 0, top-p is above 0 and at most 1.");
}

/// One text of each prompt, token by token.
class Writing
{
public:
    Writing(Decoder& decoder, const at::Tensor& prompts, const GenerateOptions& options)
        : m_decoder(decoder)
        , m_options(options)
        , m_promptLength(static_cast<std::size_t>(prompts.size(1)))
        , m_texts(static_cast<std::size_t>(prompts.size(0)))
        , m_done(m_texts.size())
        , m_chance(options.seed)
    {
        const auto rows = prompts.to(torch::kCPU, torch::kLong).contiguous();
        for (std::int64_t i = 0; i < rows.size(0); ++i) {
            const auto* begin = rows.data_ptr<std::int64_t>() + i * rows.size(1);
            m_history.emplace_back(begin, begin + rows.size(1));
        }
    }

    std::vector<GeneratedText> run(at::Tensor shown, const std::stop_token& stop, const ShowToken& show)
    {
        for (int step = 0; step < m_options.maxNewTokens && !stop.stop_requested(); ++step) {
            const bool firstGoesOn = !m_done.front();
            const auto chosen = choose(m_decoder.next(shown));
            if (show && firstGoesOn)
                show(m_texts.front().ids.back());
            if (std::all_of(m_done.begin(), m_done.end(), [](bool done) { return done; }))
                break;
            shown = torch::tensor(chosen).unsqueeze(1);
        }
        return std::move(m_texts);
    }

private:
    TokenIds choose(const at::Tensor& logits)
    {
        auto rows = logits.to(torch::kCPU, torch::kFloat).contiguous().clone();
        const auto plain = torch::log_softmax(rows, -1);
        const auto vocabulary = static_cast<std::size_t>(rows.size(1));
        TokenIds chosen;
        for (std::size_t i = 0; i < m_texts.size(); ++i) {
            float* row = rows.data_ptr<float>() + i * vocabulary;
            applyRules(row, vocabulary, m_history[i], m_promptLength, m_options);
            const auto token = m_done[i] ? m_options.endId
                : m_options.sample       ? drawToken(row, vocabulary, m_options, m_chance)
                                         : std::max_element(row, row + vocabulary) - row;
            chosen.push_back(token);
            m_history[i].push_back(token);
            if (m_done[i])
                continue;
            m_texts[i].ids.push_back(token);
            m_texts[i].score += plain[static_cast<std::int64_t>(i)][token].item<double>();
            m_done[i] = token == m_options.endId;
        }
        return chosen;
    }

    Decoder& m_decoder;
    const GenerateOptions& m_options;
    std::size_t m_promptLength;
    std::vector<GeneratedText> m_texts;
    std::vector<TokenIds> m_history;
    std::vector<bool> m_done;
    std::mt19937_64 m_chance;
};

} // namespace

std::vector<GeneratedText> generate(Decoder& decoder, const at::Tensor& prompts, const GenerateOptions& options,
    std::stop_token stop, const ShowToken& show)
{
    check(prompts, options);
    if (options.beams > 1)
        return searchWithBeams(decoder, prompts, options, stop);
    return Writing(decoder, prompts, options).run(prompts, stop, show);
}

} // namespace models::generate
