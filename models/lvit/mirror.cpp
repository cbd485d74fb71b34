#include "models/lvit/mirror.h"

#include "imaging/laterality.h"

#include <torch/types.h>

namespace models::lvit {

torch::Tensor Mirror::pictures(const torch::Tensor& own) const
{
    return m_on ? torch::cat({own, own.flip({3})}) : own;
}

std::vector<std::string> Mirror::texts(const std::vector<std::string>& own) const
{
    auto all = own;
    if (m_on)
        for (const auto& text : own)
            all.push_back(imaging::swapSideWords(text));
    return all;
}

torch::Tensor Mirror::mean(const torch::Tensor& logits) const
{
    if (!m_on)
        return logits;
    const auto halves = logits.chunk(2);
    return 0.5 * (halves[0] + halves[1].flip({3}));
}

} // namespace models::lvit
