#include "models/weights/place_weights.h"

#include "models/weights/mapped_file.h"
#include "models/weights/memory.h"
#include "models/weights/weight_checks.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/nn/module.h>

#include <set>
#include <utility>

namespace models::weights {

namespace {

/// What a parameter or buffer of the module is to be held in. A single number stays as precise as it was: CLIP's scale
/// of the logits would be off by a hundredth.
at::ScalarType heldAs(const at::Tensor& place, std::optional<at::ScalarType> type)
{
    return type && place.is_floating_point() && place.dim() > 0 ? *type : place.scalar_type();
}

/// Bytes of all that is made anew because the file holds it in another type.
std::uint64_t convertedBytes(const StateDict& places, const StateDict& weights, std::optional<at::ScalarType> type)
{
    std::uint64_t bytes = 0;
    for (const auto& [key, place] : places)
        if (const auto found = weights.find(key);
            found != weights.end() && found->second.scalar_type() != heldAs(place, type))
            bytes += static_cast<std::uint64_t>(place.numel()) * c10::elementSize(heldAs(place, type));
    return bytes;
}

} // namespace

void placeWeights(
    torch::nn::Module& module, StateDict weights, const std::string& file, std::optional<c10::ScalarType> type)
{
    detail::requireFit(module, weights, file);
    const auto places = detail::placesOf(module);
    requireMemory(convertedBytes(places, weights, type), file);
    const at::NoGradGuard noGrad;
    std::set<const void*> taken;
    try {
        for (const auto& [key, place] : places) {
            auto found = weights.extract(key);
            if (found.empty())
                continue;
            detail::requireFinite(key, found.mapped(), file);
            auto tensor = std::exchange(found.mapped(), {}).to(heldAs(place, type)).contiguous();
            const bool twice = tensor.numel() > 0 && !taken.insert(tensor.const_data_ptr()).second;
            if (twice
                || tensor.is_inference() != place.is_inference()) { // Stored once for two places, or not ordinary.
                const c10::InferenceMode mode(place.is_inference());
                tensor = tensor.clone();
            }
            place.set_data(tensor);
        }
    } catch (const c10::Error& error) {
        detail::refuseCopy(error, file);
    }
    requireFilesUnchanged();
    for (auto& parameter : module.parameters())
        parameter.requires_grad_(false);
    module.eval();
}

} // namespace models::weights
