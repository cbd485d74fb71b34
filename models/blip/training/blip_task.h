#pragma once

#include "models/blip/training/blip_losses.h"
#include "models/blip/training/blip_scores.h"
#include "models/training/pair_task.h"

#include <memory>
#include <optional>

namespace models::blip {

/// BLIP's training in the loop of every training (Li et al. 2022, arXiv:2201.12086).
class BlipTask : public training::PairTask
{
public:
    /// Network and vocabulary as prepareBlip left them. Everything must outlive it.
    BlipTask(const BlipTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place);

    torch::nn::Module& network() override { return *m_learner; }
    std::unique_ptr<training::StepInput> input(std::int64_t step) const override;
    training::StepLosses losses(std::int64_t step, const training::StepInput& input) override;
    /// What encoder and decoder share gets the sum of both gradients.
    void gradientsDone() override;
    /// Keeps the temperature between 0.001 and 0.5, as the authors do.
    training::Figures stepDone(const training::StepInput& input) override;
    std::optional<training::PrecisionGap> precisionGap(std::int64_t step) override;
    void setHalfPrecision(bool on) override { m_options.halfPrecision = on; }

    std::vector<training::LogColumn> validationColumns() const override;
    training::ScoreKind score() const override { return {"BLEU-4", "bleu4", training::ScoreUnit::Fraction}; }
    std::vector<double> validate(const std::stop_token& stop) override;
    std::vector<training::LogColumn> figureColumns() const override;
    std::vector<std::optional<double>> figures(const training::TrainingPosition& position) const override;

    void writeBest(const training::TrainingPosition& position, const std::vector<double>& validation) override;
    bool describeBest(const training::TrainingPosition& position, const std::stop_token& stop,
        const imaging::Progress& progress) override;

    void keep(training::TrainingState& state) override;
    void restore(training::TrainingState& state) override;

private:
    bool compares() const { return m_options.objective == BlipObjective::Pretrain; }
    void addWritten(BlipInput& input) const;
    double softTargets(std::int64_t step) const;
    training::StepLosses withMasks(training::StepLosses losses, const BlipTerms& terms) const;
    PairVectors vectorsOfAll(const BlipInput& input);
    BlipScores scoresOf(Blip& blip, const std::stop_token& stop) const;

    BlipTrainOptions m_options; ///< As given, but for a half precision that cannot be trusted.
    std::unique_ptr<text::BertTokenizer> m_tokenizer;
    BlipLearner m_learner;
    std::vector<std::pair<at::Tensor, at::Tensor>> m_shared;
    std::optional<Momentum> m_momentum; ///< Nothing where nothing is compared.
};

} // namespace models::blip
