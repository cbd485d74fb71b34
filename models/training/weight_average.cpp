#include "models/training/weight_average.h"

namespace models::training {

WeightAverage::WeightAverage(const torch::nn::Module& net)
{
    const auto add = [this](const auto& items) {
        for (const auto& item : items) {
            if (!item.value().is_floating_point())
                continue;
            m_net.push_back(item.value().detach());
            m_average.emplace_back(item.key(), item.value().detach().clone());
        }
    };
    add(net.named_parameters());
    add(net.named_buffers());
}

void WeightAverage::update(double decay)
{
    torch::NoGradGuard noGradients;
    for (std::size_t index = 0; index < m_net.size(); ++index)
        m_average[index].second.lerp_(m_net[index], 1 - decay);
}

void WeightAverage::swap()
{
    torch::NoGradGuard noGradients;
    for (std::size_t index = 0; index < m_net.size(); ++index) {
        const auto kept = m_net[index].clone();
        m_net[index].copy_(m_average[index].second);
        m_average[index].second.copy_(kept);
    }
}

} // namespace models::training
