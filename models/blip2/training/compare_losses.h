#pragma once

#include "models/blip2/training/initial_blip2.h"
#include "models/training/pair_steps.h"

#include <vector>

namespace models::blip2 {

/// What a step shows, texts as ids, [CLS] ... [SEP] and padding.
struct CompareInput : training::PairInput
{
    training::TextRows own;
    at::Tensor mask; ///< [different texts, T], 1 = token
};

/// What stage 1 is learnt by, of one process.
struct CompareTerms
{
    at::Tensor compared; ///< ITC
    at::Tensor matched; ///< ITM
    at::Tensor written; ///< ITG
    at::Tensor matchedRight; ///< Part of the pairs that are judged right.
    std::vector<at::Tensor> stages; ///< What the network passed through, detached.
};

/// ITC: cosines, the best over the queries, of pictures [n, queries, projection] and texts [n, projection] over `temp`;
/// each row's target is spread over what belongs together by text or picture, `smoothing` of it over all.
at::Tensor contrastTerm(const at::Tensor& pictures, const at::Tensor& texts, const at::Tensor& together,
    const at::Tensor& temp, double smoothing);

/// ITG: mean loss of the next token. `beginId` takes the place of [CLS].
at::Tensor writtenLoss(Blip2Learner& learner, const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& picture,
    std::int64_t beginId);

/// All three (Li et al. 2023, section 3.1). `group`: null for one process.
CompareTerms compareTerms(Blip2Learner& learner, const CompareInput& input, double smoothing, std::int64_t beginId,
    c10::Device device, const training::ProcessGroup* group);

} // namespace models::blip2
