#pragma once

#include "imaging/error.h"
#include "imaging/progress.h"

#include <QString>

namespace ui {

/// The user's sentence for an error: what went wrong in the user's terms, then the library's own sentence.
QString errorText(imaging::ErrorKind kind, const std::string& message);

/// Sentences one after the other.
QString joined(const imaging::Warnings& sentences);

} // namespace ui
