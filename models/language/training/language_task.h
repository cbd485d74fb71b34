#pragma once

#include "models/language/training/initial_language.h"
#include "models/text/tokenizer.h"
#include "models/training/pair_task.h"

#include <memory>

namespace models::language {

/// An OPT learns to foretell each token of the texts, in the loop of every training. Each text stands between two
/// </s>, as OPT's do.
class LanguageTask : public training::PairTask
{
public:
    /// Network and vocabulary as prepareLanguage left them. Everything must outlive it.
    LanguageTask(
        const LanguageTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place);

    torch::nn::Module& network() override { return *m_network; }
    std::unique_ptr<training::StepInput> input(std::int64_t step) const override;
    training::StepLosses losses(std::int64_t step, const training::StepInput& input) override;

    std::vector<training::LogColumn> validationColumns() const override;
    training::ScoreKind score() const override
    {
        return {"loss of a token", "loss", training::ScoreUnit::Plain, training::Better::Lower};
    }
    std::vector<double> validate(const std::stop_token& stop) override;

    void writeBest(const training::TrainingPosition& position, const std::vector<double>& validation) override;
    bool describeBest(const training::TrainingPosition& position, const std::stop_token& stop,
        const imaging::Progress& progress) override;

private:
    at::Tensor labelsOf(const std::vector<std::string>& texts) const;
    at::Tensor lossOf(Opt& network, const at::Tensor& ids) const;
    double meanLoss(Opt& network, const std::stop_token& stop) const;
    void write(const training::TrainingPosition& position, std::optional<double> loss) const;

    const LanguageTrainOptions& m_options;
    std::unique_ptr<text::Tokenizer> m_tokenizer;
    std::shared_ptr<Opt> m_network;
};

} // namespace models::language
