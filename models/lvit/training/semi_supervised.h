#pragma once

#include "models/lvit/training/contrast_set.h"
#include "models/lvit/training/predict.h"
#include "models/lvit/training/pseudo_labels.h"
#include "models/training/process_group.h"
#include "models/training/step_plan.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

namespace models::lvit {

struct TrainingData;

/// Pictures as one step shows them.
struct ShownPictures
{
    std::vector<training::Visit> visits;
    std::vector<training::Augmentation> augmentations;
};

/// The unlabelled pictures of a step.
struct UnlabelledPictures
{
    std::vector<training::Visit> all; ///< Of all processes.
    std::int64_t first = 0; ///< Where this process's part begins in them.
    ShownPictures own; ///< This process's part.
};

/// How far averages moved: the sum over pictures of their mean |P_t - P_(t-1)|.
struct LabelChange
{
    double sum = 0;
    std::int64_t pictures = 0;

    LabelChange& operator+=(const LabelChange& other);
};

/// What a training learns from pictures without labels (Li et al., section III-D): masks of a prototype, averaged while it
/// goes on (EPI), and the LV loss. The masks of the data set are never looked at here. Of several processes the first
/// one keeps P and tells the others; all of them call the same functions in the same order.
class SemiSupervised
{
public:
    /// This process's part of the losses of a step's unlabelled pictures: the parts add up to the whole. Scalars.
    struct Loss
    {
        torch::Tensor mask; ///< Against P.
        torch::Tensor lv; ///< 0 where hasLv is off.
        bool hasLv = false; ///< The LV loss is on, and a shown text of any process has a contrast mask.
    };

    /// P lies in `file`, which the first process opens. `group` is null when one process trains alone. Everything must
    /// outlive it.
    SemiSupervised(const LvitTrainOptions& options, const TrainingData& data, const std::filesystem::path& file,
        const training::ProcessGroup* group);

    /// Predicts every unlabelled picture as it is. The first time this is P_0, later it goes into the average. Nothing
    /// when stopped, and then P is that of the last saved state. The change is known to the process that keeps P.
    std::optional<LabelChange> predictAll(
        LViT& net, const ScoreOptions& options, std::stop_token stop, const imaging::Progress& progress);

    /// `logits` [B, 1, S, S] (float) of this process's pictures.
    Loss loss(const torch::Tensor& logits, const UnlabelledPictures& pictures) const;

    /// Averages what a step has predicted into P, each picture back in its own frame. Nothing to do unless P moves with
    /// every step.
    LabelChange average(const torch::Tensor& logits, const UnlabelledPictures& pictures);

    bool movesBetweenEpochs() const;

    /// P; null in the processes that do not keep it.
    PseudoLabels* labels() { return m_labels.get(); }

private:
    at::Tensor targets(const UnlabelledPictures& pictures, c10::Device device) const;
    void contrastLoss(const torch::Tensor& probabilities, const ShownPictures& shown, Loss& loss) const;
    void predictTogether(
        LViT& net, std::span<const std::int64_t> pictures, const ScoreOptions& options, LabelChange& change);
    at::Tensor predict(LViT& net, std::span<const std::int64_t> pictures, const ScoreOptions& options) const;
    void sumOverProcesses(at::Tensor& tensor) const;

    const LvitTrainOptions& m_options;
    const TrainingData& m_data;
    const training::ProcessGroup* m_group;
    std::unique_ptr<PseudoLabels> m_labels;
    std::optional<ContrastSet> m_contrast; ///< Only when the LV loss is on.
};

} // namespace models::lvit
