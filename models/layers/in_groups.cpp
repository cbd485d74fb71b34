#include "models/layers/in_groups.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace models::layers {

at::Tensor inGroups(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor&)>& blocks)
{
    constexpr std::int64_t kTokens = 256; // Enough for products of matrices to be fast.
    const auto items = x.size(0), together = std::max<std::int64_t>(1, kTokens / std::max<std::int64_t>(1, x.size(1)));
    if (at::GradMode::is_enabled() || !x.device().is_cpu() || items <= together)
        return blocks(x);
    std::vector<at::Tensor> results;
    for (const auto& group : x.split(together))
        results.push_back(blocks(group));
    return at::cat(results);
}

} // namespace models::layers
