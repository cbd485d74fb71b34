#pragma once

#include "models/facade/classifier.h"
#include "models/facade/reporter.h"

#include <string>

namespace models {

/// Puts a made picture and what the model does with it (two classes; a text written, answered or compared) through a
/// model that was just opened, and gives the line of Library::verifyPackage about it. Throws Error(Model) when it gives
/// values that are no numbers, and as the model does.
std::string tried(Classifier& classifier, const std::string& name);
std::string tried(Reporter& reporter, const std::string& name);

} // namespace models
