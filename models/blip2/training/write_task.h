#pragma once

#include "models/blip2/prompts.h"
#include "models/blip2/training/write_losses.h"
#include "models/training/pair_task.h"

#include <memory>

namespace models::blip2 {

/// Stage 2 of BLIP-2's training, and InstructBLIP's, in the loop of every training (Li et al. 2023, section 3.2; Dai et
/// al. 2023): the language model's loss teaches the Q-Former and the projection. The best epoch is chosen by BLEU-4 of
/// what is written.
class WriteTask : public training::PairTask
{
public:
    /// Network and vocabulary as prepareBlip2 left them. Everything must outlive it.
    WriteTask(const Blip2TrainOptions& options, const training::PairData& data, const training::TrainingPlace& place);

    torch::nn::Module& network() override { return *m_learner; }
    std::unique_ptr<training::StepInput> input(std::int64_t step) const override;
    training::StepLosses losses(std::int64_t step, const training::StepInput& input) override;

    std::vector<training::LogColumn> validationColumns() const override;
    training::ScoreKind score() const override { return {"BLEU-4", "bleu4", training::ScoreUnit::Fraction}; }
    std::vector<double> validate(const std::stop_token& stop) override;

    void writeBest(const training::TrainingPosition& position, const std::vector<double>& validation) override;
    bool describeBest(const training::TrainingPosition& position, const std::stop_token& stop,
        const imaging::Progress& progress) override;

private:
    /// Texts of the validation pictures, the likeliest word after the other.
    std::vector<std::string> captions(Blip2& blip2, const LanguageModel& language, const std::stop_token& stop) const;

    Blip2TrainOptions m_options;
    std::unique_ptr<LanguageModel> m_language; ///< Not in the network: its folder keeps it.
    Blip2Learner m_learner;
    Prompts m_prompts;
    std::string m_asked;
    at::Tensor m_askedIds;
    at::Tensor m_instruction;
};

} // namespace models::blip2
