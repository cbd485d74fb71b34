#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace models::lvit {

/// What LViTPackage::mirror asks for. Without it all of this leaves its input as it is.
class Mirror
{
public:
    explicit Mirror(bool on)
        : m_on(on)
    {
    }

    /// How many pictures the network sees for one.
    std::int64_t shown() const { return m_on ? 2 : 1; }

    /// [B, C, S, S] -> [shown() B, C, S, S]: the pictures, then their mirror images.
    torch::Tensor pictures(const torch::Tensor& own) const;

    /// The texts of those pictures, in the same order.
    std::vector<std::string> texts(const std::vector<std::string>& own) const;

    /// Logits of those [shown() B, 1, S, S] -> [B, 1, S, S]: the mean, the mirror images' turned back.
    torch::Tensor mean(const torch::Tensor& logits) const;

private:
    bool m_on;
};

} // namespace models::lvit
