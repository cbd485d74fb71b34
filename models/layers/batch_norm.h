#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/pimpl.h>

#include <functional>

namespace models::layers {

/// Adds up a tensor over all processes that train together, in place. Every process calls it the same number of times.
using SumOverProcesses = std::function<void(torch::Tensor&)>;

/// Batch norm that can take its statistics over the batches of several processes as if they were one; alone it is
/// LibTorch's. `Base`: torch::nn::BatchNorm1dImpl or 2dImpl.
template <typename Base> class SharedBatchNormImpl : public Base
{
public:
    using Base::Base;

    void share(SumOverProcesses sum) { m_sum = std::move(sum); }
    bool isShared() const { return bool(m_sum); }

    torch::Tensor forward(const torch::Tensor& x) { return normalize(x, 1); }
    /// `repeats`: how often each value of x stands for itself in the unbiased running variance (a map that is
    /// upsampled later). Only read when shared.
    torch::Tensor normalize(const torch::Tensor& x, double repeats);

private:
    SumOverProcesses m_sum;
};

class BatchNorm1dImpl : public SharedBatchNormImpl<torch::nn::BatchNorm1dImpl>
{
public:
    using SharedBatchNormImpl::SharedBatchNormImpl;
};
TORCH_MODULE(BatchNorm1d);

class BatchNorm2dImpl : public SharedBatchNormImpl<torch::nn::BatchNorm2dImpl>
{
public:
    using SharedBatchNormImpl::SharedBatchNormImpl;
};
TORCH_MODULE(BatchNorm2d);

/// Lets every batch norm of the network take its statistics over all processes.
void shareStatistics(torch::nn::Module& net, const SumOverProcesses& sum);

} // namespace models::layers
