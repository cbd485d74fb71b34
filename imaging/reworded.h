#pragma once

#include "imaging/error.h"

#include <string>
#include <utility>

namespace imaging {

/// The same error in a sentence that says more, as of which of many files it is: its kind, what may be confirmed and the
/// setting it is about stay.
inline Error reworded(const Error& error, const std::string& message, std::string context)
{
    return Error(error.kind(), message, std::move(context), error.confirmable()).about(error.setting());
}

} // namespace imaging
