#pragma once

#include "models/clip/network.h"
#include "models/clip/training/retrieval.h"
#include "models/facade/clip_training.h"
#include "models/text/tokenizer.h"
#include "models/training/mask_loss.h"
#include "models/training/pair_task.h"

#include <memory>

namespace models::clip {

/// What a step shows, its own texts as ids.
struct ClipInput : training::PairInput
{
    training::TextRows own;
};

/// CLIP's contrastive training in the loop of every training (Radford et al. 2021, arXiv:2103.00020).
class ClipTask : public training::PairTask
{
public:
    /// Network and vocabulary as prepareClip left them. Everything must outlive it.
    ClipTask(const ClipTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place);

    torch::nn::Module& network() override { return m_learner ? *m_learner : *m_clip; }
    std::unique_ptr<training::StepInput> input(std::int64_t step) const override;
    training::StepLosses losses(std::int64_t step, const training::StepInput& input) override;
    /// Keeps exp(logit_scale) between 1 and 100, as OpenAI does.
    training::Figures stepDone(const training::StepInput& input) override;
    std::optional<training::PrecisionGap> precisionGap(std::int64_t step) override;
    void setHalfPrecision(bool on) override { m_options.halfPrecision = on; }

    std::vector<training::LogColumn> validationColumns() const override;
    /// Not by retrieval: reports repeat, and it is best while all pictures find the most frequent one.
    training::ScoreKind score() const override
    {
        return {"contrastive loss", "loss", training::ScoreUnit::Plain, training::Better::Lower};
    }
    std::vector<double> validate(const std::stop_token& stop) override;
    std::vector<training::LogColumn> figureColumns() const override;
    std::vector<std::optional<double>> figures(const training::TrainingPosition& position) const override;

    void writeBest(const training::TrainingPosition& position, const std::vector<double>& validation) override;
    bool describeBest(const training::TrainingPosition& position, const std::stop_token& stop,
        const imaging::Progress& progress) override;

private:
    Retrieval scoresOf(Clip& clip, const std::stop_token& stop) const;

    ClipTrainOptions m_options; ///< As given, but for a half precision that cannot be trusted.
    std::unique_ptr<text::Tokenizer> m_tokenizer;
    Clip m_clip;
    training::MaskHead m_maskHead{nullptr}; ///< Empty where no mask is read, as
    std::shared_ptr<torch::nn::Module> m_learner; ///< the module of CLIP and head is.
};

} // namespace models::clip
