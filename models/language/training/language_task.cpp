#include "models/language/training/language_task.h"

#include "imaging/files/atomic_file.h"
#include "imaging/progress.h"
#include "models/facade/language_settings.h"
#include "models/layers/token_loss.h"
#include "models/package/package_json.h"
#include "models/text/open_tokenizer.h"
#include "models/training/pair_folder.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace models::language {

namespace {

struct LanguageInput : training::PairInput
{
    at::Tensor ids; ///< [own, T], layers::kNoLabel behind the shorter ones
};

std::string cardOf(const LanguageTrainOptions& options, const Opt& network, const training::PairData& data,
    const training::TrainingPosition& position, std::optional<double> loss)
{
    std::string card = "# " + options.name
        + "\n\nA language model (OPT, Zhang et al. 2022): foretells the words of texts like those that it learnt from, "
          "and so lets a BLIP-2 write. It has seen no picture. "
        + training::pairFacts(options, network, data)
        + training::cardRow("vocabulary", std::to_string(network.config().vocabularySize) + " tokens")
        + training::trainedFacts(options, position.bestEpoch, position.seconds) + training::termsText(options)
        + "## Figures\n\n";
    card += loss ? "On the split '" + options.validationSplit + "' (" + std::to_string(data.scored.size())
                + " texts), by which the epoch was chosen: cross-entropy of a token " + training::rounded(*loss, 3)
                + ", perplexity " + training::rounded(std::exp(*loss), 3) + ". One token of "
                + std::to_string(network.config().vocabularySize) + " by chance would be "
                + training::rounded(std::log(double(network.config().vocabularySize)), 3) + ".\n\n"
                 : std::string("The training goes on; they follow at its end.\n\n");
    return card + training::commandText("language", optionsToJson(training::portable(options)));
}

} // namespace

LanguageTask::LanguageTask(
    const LanguageTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place)
    : PairTask(options, data, place, {}, optionsToJson(options), optionsToJson(LanguageTrainOptions()))
    , m_options(options)
    , m_tokenizer(text::openTokenizer(place.folder()))
    , m_network(initialLanguage(options, place))
{
    text::requireRows(*m_tokenizer, m_network->config().vocabularySize, place.folder());
}

at::Tensor LanguageTask::labelsOf(const std::vector<std::string>& texts) const
{
    std::vector<text::TokenIds> rows;
    for (const auto& one : texts) {
        auto ids = m_tokenizer->pieces(one);
        ids.resize(std::min(ids.size(), std::size_t(m_options.textTokens)));
        ids.insert(ids.begin(), m_network->beginId());
        ids.push_back(m_network->endId());
        rows.push_back(std::move(ids));
    }
    return training::paddedLabels(rows);
}

std::unique_ptr<training::StepInput> LanguageTask::input(std::int64_t step) const
{
    auto input = std::make_unique<LanguageInput>();
    m_steps.fillTexts(*input, step);
    const auto first = input->texts.begin() + input->first;
    input->ids = labelsOf({first, first + input->count});
    return input;
}

/// What fills up stands behind the text, which does not see it.
at::Tensor LanguageTask::lossOf(Opt& network, const at::Tensor& ids) const
{
    const auto labels = ids.to(m_place.device());
    const auto given = labels.clamp_min(0);
    const auto logits = network.forward({.embeddings = network.embed(given)});
    return layers::nextTokenLoss(logits, labels);
}

training::StepLosses LanguageTask::losses(std::int64_t, const training::StepInput& shown)
{
    const auto& input = static_cast<const LanguageInput&>(shown);
    const double part = double(input.count) / double(input.texts.size());
    return {part * lossOf(*m_network, input.ids), {}, {}};
}

std::vector<training::LogColumn> LanguageTask::validationColumns() const
{
    return {{"valid_loss", "valid/loss"}, {"valid_perplexity", "valid/perplexity"}};
}

std::vector<double> LanguageTask::validate(const std::stop_token& stop)
{
    const double loss = meanLoss(*m_network, stop);
    return {loss, std::exp(loss)};
}

/// Of all tokens of the validation's texts.
double LanguageTask::meanLoss(Opt& network, const std::stop_token& stop) const
{
    const torch::NoGradGuard noGradients;
    network.eval();
    double sum = 0, tokens = 0;
    const auto batch = std::size_t(m_options.batchSize);
    for (std::size_t first = 0; first < m_data.scored.size() && !stop.stop_requested(); first += batch) {
        std::vector<std::string> texts;
        for (std::size_t i = first; i < std::min(first + batch, m_data.scored.size()); ++i)
            texts.push_back(m_data.validation.samples[std::size_t(m_data.scored[i])].texts.front());
        const auto ids = labelsOf(texts);
        const auto count = double((ids.narrow(1, 1, ids.size(1) - 1) != layers::kNoLabel).sum().item<std::int64_t>());
        sum += count * lossOf(network, ids).item<double>();
        tokens += count;
    }
    return tokens > 0 ? sum / tokens : 0;
}

void LanguageTask::writeBest(const training::TrainingPosition& position, const std::vector<double>&)
{
    write(position, std::nullopt);
}

void LanguageTask::write(const training::TrainingPosition& position, std::optional<double> loss) const
{
    const auto card = cardOf(m_options, *m_network, m_data, position, loss);
    training::writePairFolder(m_options, m_place.folder(),
        {readConfigJson(m_place.folder()).dump(2) + "\n", card, {}, weights::weightsOf(*m_network)});
}

bool LanguageTask::describeBest(
    const training::TrainingPosition& position, const std::stop_token& stop, const imaging::Progress& progress)
{
    progress.report(1, "scoring the best epoch");
    Opt best(optConfigIn(m_options.output));
    weights::loadWeights(best, weights::readWeights(m_options.output), m_options.output.string());
    best.to(m_place.device());
    const double loss = meanLoss(best, stop);
    if (stop.stop_requested())
        return false;
    training::requireSameAsWritten(score(), loss, position.bestScore, m_options.output);
    imaging::writeFileAtomically(
        m_options.output / "README.md", cardOf(m_options, best, m_data, position, loss));
    return true;
}

} // namespace models::language
