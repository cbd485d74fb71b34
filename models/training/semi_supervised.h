#pragma once

#include "models/training/contrast_set.h"
#include "models/training/predict.h"
#include "models/training/pseudo_labels.h"
#include "models/training/step_plan.h"

#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>

namespace models {

struct TrainingData;

/// Pictures as one step shows them.
struct ShownPictures
{
    std::vector<Visit> visits;
    std::vector<Augmentation> augmentations;
};

/// How far averages moved: the sum over pictures of their mean |P_t - P_(t-1)|.
struct LabelChange
{
    double sum = 0;
    std::int64_t pictures = 0;

    LabelChange& operator+=(const LabelChange& other);
};

/// What a training learns from pictures without labels (lvit.md section 2): masks of a prototype, averaged while it
/// goes on (EPI), and the LV loss. The masks of the data set are never looked at here.
class SemiSupervised
{
public:
    /// Losses of the unlabelled part of a step.
    struct Loss
    {
        torch::Tensor mask; ///< Against P, scalar.
        torch::Tensor lv; ///< Undefined when it is off or no shown text has a contrast mask.
    };

    /// P lies in `file`. `options` and `data` must outlive it.
    SemiSupervised(const LvitTrainOptions& options, const TrainingData& data, std::filesystem::path file);

    /// Predicts every unlabelled picture as it is. The first time this is P_0, later it goes into the average. Nothing
    /// when stopped, and then P is that of the last saved state.
    std::optional<LabelChange> predictAll(
        LViT& net, const ScoreOptions& options, std::stop_token stop, const imaging::Progress& progress);

    /// `logits` [B, 1, S, S] (float) of the shown pictures.
    Loss loss(const torch::Tensor& logits, const ShownPictures& shown) const;

    /// Averages what a step has predicted into P, each picture back in its own frame. Nothing to do unless P moves with
    /// every step.
    LabelChange average(const torch::Tensor& logits, const ShownPictures& shown);

    bool movesBetweenEpochs() const;

    PseudoLabels& labels() { return m_labels; }

private:
    at::Tensor targets(const ShownPictures& shown) const;
    torch::Tensor contrastLoss(const torch::Tensor& probabilities, const ShownPictures& shown) const;
    void predictBatch(
        LViT& net, std::span<const std::int64_t> pictures, const ScoreOptions& options, LabelChange& change);

    const LvitTrainOptions& m_options;
    const TrainingData& m_data;
    PseudoLabels m_labels;
    std::optional<ContrastSet> m_contrast; ///< Only when the LV loss is on.
};

/// The loss that the settings name, of logits against masks 0..1 (losses.h). Scalar.
torch::Tensor maskLoss(const LvitTrainOptions& options, const torch::Tensor& logits, const torch::Tensor& masks);

} // namespace models
