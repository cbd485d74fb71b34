#pragma once

#include "models/weights/state_dict.h"

#include <cstddef>
#include <string>
#include <vector>

namespace torch::nn {
class Module;
}

namespace models::weights {

/// How a file's keys relate to a module's.
struct LoadOptions
{
    std::string
        prefix; ///< Stands in front of every key of the module in the file; file keys without it are unexpected.
    std::vector<std::string>
        ignoredPrefixes; ///< File keys (with `prefix` taken off) that may be there without a place in the module.
};

/// Everything that does not fit between a file and a module.
struct LoadReport
{
    std::vector<std::string> missing; ///< In the module, not in the file.
    std::vector<std::string> unexpected; ///< In the file, not in the module.
    std::vector<std::string> misshapen; ///< "key: file [..], model [..]"
    std::size_t matched = 0;

    bool fits() const { return missing.empty() && unexpected.empty() && misshapen.empty(); }

    /// One sentence and a list with every problem on a line of its own.
    std::string text() const;
};

/// Compares without touching the module. `num_batches_tracked` may be missing.
LoadReport compareWeights(const torch::nn::Module& module, const StateDict& weights, const LoadOptions& options = {});

/// Copies every tensor into the module's parameters and buffers, in the module's own type and device (f16 and bf16
/// files into f32 modules). Nothing is changed unless all fits. Throws Error(Model) with the whole report; `file` is
/// named in it.
void loadWeights(
    torch::nn::Module& module, const StateDict& weights, const std::string& file, const LoadOptions& options = {});

/// All parameters and buffers of a module by key, detached, sharing their memory: what a checkpoint holds.
StateDict weightsOf(const torch::nn::Module& module);

} // namespace models::weights
