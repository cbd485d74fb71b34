#pragma once

#include <string>

namespace imaging {

/// The address of a function that one of the program's own shared libraries exports: such a library is opened on first
/// need, since linking it would cost every start of the program. `library` without "lib" and ".so"; looked for where the
/// environment says (for "limn-models" in LIMN_MODELS_LIBRARY), beside the program and in ../lib. Throws Error(NotFound),
/// with `what` ("The model library") and every reason. Thread-safe.
void* functionOf(const std::string& library, const std::string& function, const std::string& what);

} // namespace imaging
