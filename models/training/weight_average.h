#pragma once

#include <torch/nn/module.h>

#include <vector>

namespace models::training {

/// An exponential average of a network's parameters and running statistics.
class WeightAverage
{
public:
    explicit WeightAverage(const torch::nn::Module& net);

    /// average = decay * average + (1 - decay) * net
    void update(double decay);

    /// Exchanges the average with what is in the network; call again to change back.
    void swap();

    /// By key, sharing memory.
    const std::vector<std::pair<std::string, torch::Tensor>>& tensors() const { return m_average; }

private:
    std::vector<torch::Tensor> m_net;
    std::vector<std::pair<std::string, torch::Tensor>> m_average;
};

} // namespace models::training
