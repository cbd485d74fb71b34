#pragma once

#include "models/blip/training/initial_blip.h"
#include "models/blip/training/momentum.h"
#include "models/training/pair_steps.h"

namespace models::blip {

/// What a step shows, its own texts as ids, [CLS] ... [SEP] and padding.
struct BlipInput : training::PairInput
{
    training::TextRows own;
    at::Tensor mask; ///< [different texts, T], 1 = token
    at::Tensor written; ///< [own, W] ids of prompt and text, for the decoder
    at::Tensor labels; ///< [own, W] the same, -100 for padding and prompt
};

/// What BLIP is compared by, and how its pictures and texts came out, of one process.
struct BlipTerms
{
    at::Tensor compared; ///< ITC; these two undefined without it
    at::Tensor matched; ///< ITM
    at::Tensor written; ///< LM
    at::Tensor masked; ///< maskLoss, already this process's part; undefined without a mask head
    at::Tensor matchedRight; ///< Part of the pairs that are judged right.
    std::vector<at::Tensor> stages; ///< What the networks passed through, detached.
};

/// ITC (Li et al. 2022): both directions' cross-entropies of the cosines with `candidates`, own ones first among them.
/// `now` are the second network's vectors of the own ones. What belongs together by text or picture is no negative;
/// `soft` of the target follows the second network.
at::Tensor contrastTerm(
    const PairVectors& own, const PairVectors& now, const PairVectors& candidates, const at::Tensor& temp, double soft);

/// ITM and LM of a step; ITC where `candidates` are given. `soft` as in contrastTerm.
BlipTerms blipTerms(BlipLearner& learner, const BlipInput& input, const PairVectors& now, const PairVectors& candidates,
    double soft, double smoothing, c10::Device device);

/// LM alone, as captioning fine-tunes it.
BlipTerms captionTerms(BlipLearner& learner, const BlipInput& input, double smoothing, c10::Device device);

} // namespace models::blip
