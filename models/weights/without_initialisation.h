#pragma once

#include <c10/core/InferenceMode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace models::weights {

/// While one lives, modules made on this thread keep the memory of their parameters untouched instead of filling it
/// with random numbers: what is never written takes no memory, and is replaced by what is loaded. Not for modules that
/// are to be trained from the beginning.
class WithoutInitialisation
{
private:
    c10::InferenceMode m_ordinary{false}; // Data of ordinary tensors cannot be put into tensors of inference.
    c10::impl::IncludeDispatchKeyGuard m_guard{c10::DispatchKey::DeferredInit};
};

} // namespace models::weights
