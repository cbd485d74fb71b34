#pragma once

#include "models/blip2/training/compare_losses.h"
#include "models/blip2/training/compare_scores.h"
#include "models/training/pair_task.h"

#include <memory>

namespace models::blip2 {

/// Stage 1 of BLIP-2's training in the loop of every training (Li et al. 2023, section 3.1). The best epoch is
/// chosen by ITM's loss on own and changed reports.
class CompareTask : public training::PairTask
{
public:
    /// Network and vocabulary as prepareBlip2 left them. Everything must outlive it.
    CompareTask(const Blip2TrainOptions& options, const training::PairData& data, const training::TrainingPlace& place);

    torch::nn::Module& network() override { return *m_learner; }
    std::unique_ptr<training::StepInput> input(std::int64_t step) const override;
    training::StepLosses losses(std::int64_t step, const training::StepInput& input) override;
    /// Keeps the temperature between 0.001 and 0.5.
    training::Figures stepDone(const training::StepInput& input) override;

    std::vector<training::LogColumn> validationColumns() const override;
    /// Not by retrieval: reports repeat, and it is best while all pictures find the most frequent one.
    training::ScoreKind score() const override
    {
        return {"match loss", "match_loss", training::ScoreUnit::Plain, training::Better::Lower};
    }
    std::vector<double> validate(const std::stop_token& stop) override;
    std::vector<training::LogColumn> figureColumns() const override;
    std::vector<std::optional<double>> figures(const training::TrainingPosition& position) const override;

    void writeBest(const training::TrainingPosition& position, const std::vector<double>& validation) override;
    bool describeBest(const training::TrainingPosition& position, const std::stop_token& stop,
        const imaging::Progress& progress) override;

private:
    ScoringPlace scoringPlace() const;

    Blip2TrainOptions m_options;
    std::unique_ptr<text::BertTokenizer> m_tokenizer;
    Blip2Learner m_learner;
};

} // namespace models::blip2
