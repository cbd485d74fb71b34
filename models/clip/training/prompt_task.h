#pragma once

#include "models/clip/prompts.h"
#include "models/clip/training/learning_pictures.h"
#include "models/clip/training/picture_vectors.h"
#include "models/training/step_plan.h"
#include "models/training/training_place.h"
#include "models/training/training_task.h"

namespace models::clip {

/// What a PromptTask works on; all of it must outlive the task.
struct PromptTaskParts
{
    const AdaptTask& task;
    const training::TrainingPlace& place;
    Clip& clip; ///< On the place's device.
    std::string clipSha256;
    PictureVectors& vectors;
    const LearningPictures& training;
    const LearningPictures& validation; ///< Empty: the training pictures are scored.
    ClassTokens classes; ///< On the place's device.
};

/// How prompts of the task's method are laid out over this CLIP; more depth than it has blocks becomes all of them.
PromptConfig promptConfigOf(const ClipAdaptOptions& options, const ClipConfig& clip);

/// The learnt prompts of a CLIP in the loop of every training; the last epoch is what comes out.
class PromptTask : public training::TrainingTask
{
public:
    explicit PromptTask(const PromptTaskParts& parts);

    torch::nn::Module& network() override { return *m_prompts; }
    std::int64_t stepsPerEpoch() const override { return m_steps; }
    std::unique_ptr<training::StepInput> input(std::int64_t step) const override;
    training::StepLosses losses(std::int64_t step, const training::StepInput& input) override;
    std::vector<std::string> pictures(std::int64_t step) const override;

    std::vector<training::LogColumn> validationColumns() const override;
    training::ScoreKind score() const override;
    std::vector<double> validate(const std::stop_token& stop) override;
    std::vector<training::LogColumn> figureColumns() const override;
    std::vector<std::optional<double>> figures(const training::TrainingPosition& position) const override;
    bool keepsLast() const override { return true; }

    void writeBest(const training::TrainingPosition& position, const std::vector<double>& validation) override;
    bool describeBest(const training::TrainingPosition& position, const std::stop_token& stop,
        const imaging::Progress& progress) override;

    std::string settings() const override;
    std::string defaultSettings() const override;

private:
    std::vector<training::Visit> visits(std::int64_t step) const;
    at::Tensor varied(const training::Visit& visit) const;
    at::Tensor logitsOf(const at::Tensor& pixels);

    PromptTaskParts m_parts;
    Prompts m_prompts;
    training::PictureStream m_stream;
    std::int64_t m_steps;
    double m_lastAccuracy = 0;
};

} // namespace models::clip
