#pragma once

#include "models/weights/load_report.h"

#include <c10/util/Exception.h>

namespace models::weights::detail {

/// All parameters and buffers of a module by key, themselves.
StateDict placesOf(const torch::nn::Module& module);

/// Throws Error(Model) with the whole report unless all fits.
void requireFit(const torch::nn::Module& module, const StateDict& weights, const std::string& file,
    const LoadOptions& options = {});

/// Throws Error(Model) for a tensor with infinities or what is no number.
void requireFinite(const std::string& key, const at::Tensor& tensor, const std::string& file);

[[noreturn]] void refuseCopy(const c10::Error& error, const std::string& file);

} // namespace models::weights::detail
