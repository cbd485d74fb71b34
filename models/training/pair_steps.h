#pragma once

#include "models/text/tokenizer.h"
#include "models/training/pair_data.h"
#include "models/training/step_plan.h"
#include "models/training/training_task.h"

#include <ATen/core/Tensor.h>

namespace models::training {

class ProcessGroup;
struct BatchOptions;

/// Pictures with their texts, as one step shows them. Of all processes: texts and ids; of this one: pixels.
struct PairInput : StepInput
{
    at::Tensor pixels; ///< [own, 3, S, S] float, normalised as PictureFit says
    std::vector<std::string> texts; ///< [all], as they are shown.
    at::Tensor masks; ///< [own, 1, S, S] float, 0 or 1; undefined where no mask is read.
    std::vector<bool> hasMask; ///< [all]; empty where none is read.
    at::Tensor textIds; ///< [all] int64: equal for equal texts.
    at::Tensor pictureIds; ///< [all] int64: equal for one picture that is shown the same way round.
    std::int64_t first = 0; ///< Where this process's share of `texts` begins.
    std::int64_t count = 0; ///< How many there are in it.
};

/// Texts of which some are equal, each once, as a network takes them.
struct TextRows
{
    at::Tensor ids; ///< [different texts, T]
    at::Tensor rows; ///< [texts] int64: which of them each is.
};

/// Ids of texts with the tokenizer's frame, filled up to the longest one: [texts, T], T at most `most`; the end of
/// longer ones is dropped.
at::Tensor paddedIds(const text::Tokenizer& tokenizer, const std::vector<std::string>& texts, std::int64_t most);

/// Rows of ids as labels, layers::kNoLabel behind the shorter ones: [texts, T].
at::Tensor paddedLabels(const std::vector<text::TokenIds>& texts);

/// The texts of the process's share.
TextRows ownTexts(const PairInput& input, const text::Tokenizer& tokenizer, std::int64_t most);

/// What the steps of a training on pairs show: each picture with one of its texts, flipped together and moved a little
/// (augment.h). A function of the step's number alone.
class PairSteps
{
public:
    /// Everything must outlive it.
    PairSteps(
        const PairOptions& options, const PairData& data, const vision::PictureFit& fit, const ProcessGroup* group);

    std::int64_t stepsPerEpoch() const { return m_plan.stepsPerEpoch(); }

    void fill(PairInput& input, std::int64_t step) const;

    /// The same without pixels and masks.
    void fillTexts(PairInput& input, std::int64_t step) const;

    /// Names of what a step shows.
    std::vector<std::string> pictures(std::int64_t step) const;

private:
    struct Shown;

    Shown fillWords(PairInput& input, std::int64_t step) const;
    BatchOptions batchOptions() const;

    const PairOptions& m_options;
    const PairData& m_data;
    vision::PictureFit m_fit;
    const ProcessGroup* m_group;
    StepPlan m_plan;
};

/// Brightness 0..1 [B, 3, S, S] as a network takes it, in place: less the mean, by the deviation of each channel.
void normalise(at::Tensor& images, const vision::PictureFit& fit);

/// [n], [m] int64 -> [n, m] bool: whether text or picture are the same, so that the pair is no negative.
at::Tensor belongTogether(const at::Tensor& textIds, const at::Tensor& pictureIds, const at::Tensor& otherTextIds,
    const at::Tensor& otherPictureIds);

/// `own` [own, ...] at its place `first` among the rows of all processes, those of the others without gradient:
/// [all, ...]. Where every process then minimises its part 1 / processes of what all rows give, the gradients of all
/// processes add up to those of the whole. With one process: `own`.
at::Tensor withOthers(const at::Tensor& own, const PairInput& input, const ProcessGroup* group);

} // namespace models::training
