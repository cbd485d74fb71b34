#pragma once

#include "models/facade/segmenter.h"
#include "models/lvit/fast/fast_lvit.h"
#include "models/lvit/lvit.h"

#include <optional>
#include <variant>

namespace models::lvit {

/// The network of a package on its device: the fast one on the processor, or the one that is trained. Not thread-safe.
class AnsweringNetwork
{
public:
    /// To be let go before the network that made it.
    using Prepared = std::variant<LViTImpl::Prepared, fast::FastLViT::Prepared>;

    /// Throws like loadNetwork.
    AnsweringNetwork(const LViTPackage& package, c10::Device device, Arithmetic arithmetic);

    c10::Device device() const { return m_device; }

    Prepared prepare(const at::Tensor& image); ///< [B, channels, S, S], anywhere
    /// text [B, textTokens, textWidth], anywhere -> logits [B, classes, S, S] on the device
    at::Tensor finish(const Prepared& prepared, const at::Tensor& text);

    /// The network that is trained, on the device and in eval mode; loaded when it is first needed. Throws like
    /// loadNetwork.
    LViT& exact();

private:
    LViTPackage m_package;
    c10::Device m_device;
    LViT m_exact{nullptr};
    std::optional<fast::FastLViT> m_fast;
};

} // namespace models::lvit
