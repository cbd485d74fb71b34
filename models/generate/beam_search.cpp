#include "models/generate/beam_search.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace models::generate {

double FinishedTexts::scored(double logProbability, std::size_t length) const
{
    return logProbability / std::pow(static_cast<double>(length), m_lengthPenalty);
}

void FinishedTexts::add(TokenIds ids, double logProbability, std::size_t length)
{
    const double score = scored(logProbability, length);
    if (m_texts.size() == m_most && score <= m_texts.back().score)
        return;
    // The newest of equal ones goes first.
    const auto place =
        std::find_if(m_texts.begin(), m_texts.end(), [&](const GeneratedText& text) { return text.score <= score; });
    m_texts.insert(place, {std::move(ids), score});
    if (m_texts.size() > m_most)
        m_texts.pop_back();
}

bool FinishedTexts::isDone(double logProbability, std::size_t length) const
{
    if (m_texts.size() < m_most)
        return false;
    return m_earlyStopping == EarlyStopping::Yes || m_texts.back().score >= scored(logProbability, length);
}

std::vector<GeneratedText> FinishedTexts::best(std::size_t count) const
{
    return {m_texts.begin(), m_texts.begin() + static_cast<std::ptrdiff_t>(std::min(count, m_texts.size()))};
}

namespace {

struct Beam
{
    TokenIds ids; ///< The prompt in front.
    double sum = 0; ///< Of log-probabilities
};

struct Candidate
{
    double sum = 0;
    std::size_t beam = 0;
    std::int64_t token = 0;
};

class Search
{
public:
    Search(Decoder& decoder, const at::Tensor& prompts, const GenerateOptions& options)
        : m_decoder(decoder)
        , m_options(options)
        , m_beams(static_cast<std::size_t>(options.beams))
        , m_promptLength(static_cast<std::size_t>(prompts.size(1)))
    {
        const auto rows = prompts.to(torch::kCPU, torch::kLong).contiguous();
        for (std::int64_t i = 0; i < rows.size(0); ++i) {
            const auto* begin = rows.data_ptr<std::int64_t>() + i * rows.size(1);
            // All beams start alike: only the first may be chosen from.
            for (std::size_t beam = 0; beam < m_beams; ++beam)
                m_running.push_back({TokenIds(begin, begin + rows.size(1)), beam == 0 ? 0 : kNever});
            m_finished.emplace_back(m_beams, options.lengthPenalty, options.earlyStopping);
        }
        m_done.resize(m_finished.size());
        m_logits = m_decoder.next(prompts);
        m_decoder.reorder(torch::arange(rows.size(0)).repeat_interleave(options.beams));
        m_logits = m_logits.repeat_interleave(options.beams, 0);
    }

    std::vector<GeneratedText> run(const std::stop_token& stop)
    {
        for (int step = 0; step < m_options.maxNewTokens; ++step) {
            chooseNext();
            const bool allDone = std::all_of(m_done.begin(), m_done.end(), [](bool done) { return done; });
            if (allDone || step + 1 == m_options.maxNewTokens || stop.stop_requested())
                break;
            showNext();
        }
        return results();
    }

private:
    static constexpr double kNever = -1e9;

    /// The 2 * beams best tokens over all beams of one prompt, the best first.
    std::vector<Candidate> candidates(std::size_t prompt, const at::Tensor& scores) const
    {
        const auto vocabulary = static_cast<std::size_t>(scores.size(1));
        const auto wanted = static_cast<std::int64_t>(std::min(2 * m_beams, m_beams * vocabulary));
        const auto [values, places] = scores.narrow(0, static_cast<std::int64_t>(prompt * m_beams), m_options.beams)
                                          .flatten()
                                          .topk(wanted, -1, true, true);
        std::vector<Candidate> best;
        for (std::int64_t i = 0; i < wanted; ++i) {
            const auto at = static_cast<std::size_t>(places[i].item<std::int64_t>());
            best.push_back({values[i].item<float>(), at / vocabulary, static_cast<std::int64_t>(at % vocabulary)});
        }
        return best;
    }

    /// Sums of log-probabilities with one more token: [prompts * beams, vocabulary] in single precision.
    at::Tensor scoresOfNext() const
    {
        auto scores = torch::log_softmax(m_logits.to(torch::kCPU, torch::kFloat), -1).contiguous();
        const auto vocabulary = static_cast<std::size_t>(scores.size(1));
        for (std::size_t row = 0; row < m_running.size(); ++row) {
            float* begin = scores.data_ptr<float>() + row * vocabulary;
            applyRules(begin, vocabulary, m_running[row].ids, m_promptLength, m_options);
            const auto sum = static_cast<float>(m_running[row].sum);
            std::for_each(begin, begin + vocabulary, [&](float& value) { value += sum; });
        }
        return scores;
    }

    void chooseNext()
    {
        const auto scores = scoresOfNext();
        std::vector<Beam> next;
        std::vector<std::int64_t> rows;
        for (std::size_t prompt = 0; prompt < m_finished.size(); ++prompt) {
            const auto first = prompt * m_beams;
            if (m_done[prompt]) {
                for (std::size_t beam = 0; beam < m_beams; ++beam) {
                    next.push_back(m_running[first + beam]);
                    next.back().ids.push_back(m_options.endId);
                    rows.push_back(static_cast<std::int64_t>(first + beam));
                }
                continue;
            }
            chooseFor(prompt, candidates(prompt, scores), next, rows);
        }
        m_running = std::move(next);
        m_rows = torch::tensor(rows);
    }

    void chooseFor(std::size_t prompt, const std::vector<Candidate>& best, std::vector<Beam>& next,
        std::vector<std::int64_t>& rows)
    {
        const auto first = prompt * m_beams;
        const auto length = m_running[first].ids.size() + 1 - m_promptLength;
        std::size_t chosen = 0;
        for (std::size_t rank = 0; rank < best.size() && chosen < m_beams; ++rank) {
            const auto& one = best[rank];
            auto ids = m_running[first + one.beam].ids;
            ids.push_back(one.token);
            if (one.token == m_options.endId) {
                if (rank < m_beams)
                    m_finished[prompt].add(std::move(ids), one.sum, length);
                continue;
            }
            next.push_back({std::move(ids), one.sum});
            rows.push_back(static_cast<std::int64_t>(first + one.beam));
            ++chosen;
        }
        for (; chosen < m_beams; ++chosen) { // A vocabulary of hardly any tokens.
            next.push_back({m_running[first].ids, kNever});
            next.back().ids.push_back(m_options.endId);
            rows.push_back(static_cast<std::int64_t>(first));
        }
        m_done[prompt] = m_finished[prompt].isDone(best.front().sum, length);
    }

    void showNext()
    {
        m_decoder.reorder(m_rows);
        std::vector<std::int64_t> last;
        for (const auto& beam : m_running)
            last.push_back(beam.ids.back());
        m_logits = m_decoder.next(torch::tensor(last).unsqueeze(1));
    }

    std::vector<GeneratedText> results()
    {
        std::vector<GeneratedText> all;
        for (std::size_t prompt = 0; prompt < m_finished.size(); ++prompt) {
            for (std::size_t beam = 0; beam < m_beams && !m_done[prompt]; ++beam) {
                const auto& one = m_running[prompt * m_beams + beam];
                m_finished[prompt].add(one.ids, one.sum, one.ids.size() - m_promptLength);
            }
            for (auto& text : m_finished[prompt].best(static_cast<std::size_t>(m_options.returned))) {
                text.ids.erase(text.ids.begin(), text.ids.begin() + static_cast<std::ptrdiff_t>(m_promptLength));
                all.push_back(std::move(text));
            }
        }
        return all;
    }

    Decoder& m_decoder;
    const GenerateOptions& m_options;
    std::size_t m_beams;
    std::size_t m_promptLength;
    std::vector<Beam> m_running; // prompts * beams
    std::vector<FinishedTexts> m_finished; // one for each prompt
    std::vector<bool> m_done;
    at::Tensor m_logits;
    at::Tensor m_rows;
};

} // namespace

std::vector<GeneratedText> searchWithBeams(
    Decoder& decoder, const at::Tensor& prompts, const GenerateOptions& options, const std::stop_token& stop)
{
    return Search(decoder, prompts, options).run(stop);
}

} // namespace models::generate
