#pragma once

#include <torch/nn/modules/linear.h>

#include <cstdint>

namespace models::language {

inline torch::nn::Linear linear(std::int64_t from, std::int64_t to, bool bias = false)
{
    return torch::nn::Linear(torch::nn::LinearOptions(from, to).bias(bias));
}

} // namespace models::language
