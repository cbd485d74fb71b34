#include "models/training/optimizer.h"

#include "models/training/train_options.h"

#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

namespace models::training {

std::unique_ptr<torch::optim::Optimizer> makeOptimizer(const TrainOptions& options, const torch::nn::Module& net)
{
    if (options.optimizer == Optimizer::AdamW)
        return std::make_unique<torch::optim::AdamW>(
            net.parameters(), torch::optim::AdamWOptions(options.learningRate).weight_decay(options.weightDecay));
    constexpr double kMomentum = 0.9;
    if (options.optimizer == Optimizer::Sgd)
        return std::make_unique<torch::optim::SGD>(net.parameters(),
            torch::optim::SGDOptions(options.learningRate).momentum(kMomentum).weight_decay(options.weightDecay));
    return std::make_unique<torch::optim::Adam>(
        net.parameters(), torch::optim::AdamOptions(options.learningRate).weight_decay(options.weightDecay));
}

void setLearningRate(torch::optim::Optimizer& optimizer, double rate)
{
    for (auto& group : optimizer.param_groups())
        group.options().set_lr(rate);
}

void toTrainingLayout(torch::nn::Module& net, c10::Device device)
{
    net.to(device);
    torch::NoGradGuard noGradients;
    for (auto& parameter : net.parameters())
        if (parameter.dim() == 4)
            parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
}

} // namespace models::training
