#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include <memory>

namespace models::training {

struct TrainOptions;

std::unique_ptr<torch::optim::Optimizer> makeOptimizer(const TrainOptions& options, const torch::nn::Module& net);
void setLearningRate(torch::optim::Optimizer& optimizer, double rate);

/// Moves the network to the device, convolution weights in channels-last order (faster on CPUs).
void toTrainingLayout(torch::nn::Module& net, c10::Device device);

} // namespace models::training
