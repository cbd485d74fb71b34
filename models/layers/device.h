#pragma once

#include <c10/core/Device.h>

#include <string>

namespace models::layers {

/// "auto" (a GPU when there is one), "cpu", "cuda" or "cuda:N". Throws Error(WrongUse) for another word and
/// Error(NotFound) for a GPU that is not there.
c10::Device chooseDevice(const std::string& name);

/// bfloat16 autocast while this object lives, when `on`; on processors without bfloat16 arithmetic nothing changes.
class AutocastScope
{
public:
    AutocastScope(bool on, c10::Device device);
    ~AutocastScope();
    AutocastScope(const AutocastScope&) = delete;
    AutocastScope& operator=(const AutocastScope&) = delete;

private:
    bool m_on;
    c10::DeviceType m_type;
};

/// Whether half precision pays on the device.
bool hasHalfPrecision(c10::Device device);

} // namespace models::layers
