#include "models/clip/backbone.h"

#include "imaging/error.h"
#include "models/weights/load_report.h"
#include "models/weights/sha256.h"

#include <torch/types.h>

#include <span>

namespace models::clip {

std::string backboneSha256(const Clip& clip)
{
    weights::Sha256 digest;
    for (const auto& [key, tensor] : weights::weightsOf(*clip)) {
        std::string head = key;
        for (const auto length : tensor.sizes())
            head.append(" ").append(std::to_string(length));
        head += "\n";
        digest.update(std::as_bytes(std::span(head)));
        const auto values = tensor.to(torch::kCPU, torch::kFloat).contiguous();
        digest.update(std::as_bytes(std::span(values.const_data_ptr<float>(), std::size_t(values.numel()))));
    }
    return digest.hexDigest();
}

void requireBackbone(const std::string& own, const std::string& wanted, const std::string& name)
{
    if (wanted.empty() || own == wanted)
        return;
    throw imaging::Error(imaging::ErrorKind::Model,
        "What is in " + name + " was learnt for another CLIP: for weights with the SHA-256 " + wanted.substr(0, 12)
            + "..., where this model's is " + own.substr(0, 12)
            + "... Choose the model that it was learnt with, or learn it again for this one.",
        name);
}

} // namespace models::clip
