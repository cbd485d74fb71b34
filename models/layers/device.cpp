#include "models/layers/device.h"

#include "imaging/error.h"

#include <ATen/autocast_mode.h>
#include <torch/cuda.h>

#include <algorithm>
#include <cctype>

namespace models::layers {

c10::Device chooseDevice(const std::string& name)
{
    if (name == "cpu")
        return c10::kCPU;
    const bool hasGpu = torch::cuda::is_available();
    if (name == "auto")
        return hasGpu ? c10::Device(c10::kCUDA) : c10::Device(c10::kCPU);
    const bool digits = name.size() > 5 && name.size() < 8
        && std::all_of(name.begin() + 5, name.end(), [](unsigned char character) { return std::isdigit(character); });
    if (name != "cuda" && !(name.starts_with("cuda:") && digits))
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "There is no device '" + name + "': use auto, cpu, cuda or cuda:N.");
    const int index = digits ? std::stoi(name.substr(5)) : 0;
    if (!hasGpu || index >= int(torch::cuda::device_count()))
        throw imaging::Error(
            imaging::ErrorKind::NotFound, "The device '" + name + "' is not there: use cpu, or auto for whatever is.");
    return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

bool hasHalfPrecision(c10::Device device)
{
#if defined(__x86_64__)
    return device.is_cuda() || __builtin_cpu_supports("avx512bf16");
#else
    return device.is_cuda();
#endif
}

AutocastScope::AutocastScope(bool on, c10::Device device)
    : m_on(on && hasHalfPrecision(device))
    , m_type(device.type())
{
    if (!m_on)
        return;
    at::autocast::set_autocast_enabled(m_type, true);
    at::autocast::set_autocast_dtype(m_type, at::kBFloat16);
    at::autocast::increment_nesting();
}

AutocastScope::~AutocastScope()
{
    if (!m_on)
        return;
    if (at::autocast::decrement_nesting() == 0)
        at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(m_type, false);
}

} // namespace models::layers
