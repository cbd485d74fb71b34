#pragma once

#include "models/blip/network.h"
#include "models/training/pair_steps.h"
#include "models/training/training_state.h"

namespace models::blip {

/// Vectors of length one of pictures and of their texts, with what tells equal ones.
struct PairVectors
{
    at::Tensor pictures; ///< [n, projection]
    at::Tensor texts; ///< [n, projection]
    at::Tensor textIds; ///< [n], as PairInput has them
    at::Tensor pictureIds; ///< [n]
};

/// The second network, which follows the first one slowly, and a queue of what it made of earlier steps: what pictures
/// and texts are compared with (He et al. 2020, arXiv:1911.05722; Li et al. 2022, arXiv:2201.12086).
class Momentum
{
public:
    /// `blip`: what it starts from, with BlipParts::match. `size`: of the queue.
    Momentum(const Blip& blip, double momentum, std::int64_t size);

    /// m = momentum * m + (1 - momentum) * blip
    void follow(const Blip& blip);

    /// What it makes of pictures and texts.
    PairVectors vectors(const at::Tensor& pixels, const training::TextRows& texts, const at::Tensor& mask);

    /// `now` in front of the queue.
    PairVectors withQueue(const PairVectors& now) const;

    /// The newest ones push out the oldest.
    void push(const PairVectors& now);

    void keep(weights::StateDict& tensors) const;
    void restore(const weights::StateDict& tensors);

private:
    Blip m_blip;
    double m_momentum;
    std::int64_t m_size;
    PairVectors m_queue;
};

} // namespace models::blip
