#include "models/vision/patch_embedding.h"

#include "imaging/error.h"

#include <torch/nn/functional/linear.h>

namespace models::vision {

namespace {

void requirePatches(const torch::nn::Conv2dImpl& embedding)
{
    const auto& options = embedding.options;
    const auto padding = std::get_if<torch::ExpandingArray<2>>(&options.padding());
    const bool padded = !padding || (*padding)->at(0) != 0 || (*padding)->at(1) != 0;
    const bool dilated = options.dilation()->at(0) != 1 || options.dilation()->at(1) != 1;
    if (*options.stride() != *options.kernel_size() || padded || dilated || options.groups() != 1)
        throw imaging::Error(imaging::ErrorKind::Internal, "A patch embedding takes every pixel once.");
}

} // namespace

torch::Tensor patchTokens(const torch::Tensor& x, const torch::nn::Conv2d& embedding)
{
    requirePatches(*embedding);
    const auto height = embedding->options.kernel_size()->at(0), width = embedding->options.kernel_size()->at(1);
    const auto rows = x.size(2) / height, columns = x.size(3) / width;
    const auto whole = x.narrow(2, 0, rows * height).narrow(3, 0, columns * width);
    const auto patches =
        whole.reshape({x.size(0), x.size(1), rows, height, columns, width})
            .permute({0, 2, 4, 3, 5, 1}) // [B, rows, columns, k, k, C]: runs of a channels-last picture
            .reshape({x.size(0), rows * columns, height * width * x.size(1)});
    const auto weight = embedding->weight.permute({0, 2, 3, 1}).flatten(1); // [out, k*k*C]
    return torch::nn::functional::linear(patches, weight, embedding->bias); // [B, rows*columns, out]
}

} // namespace models::vision
