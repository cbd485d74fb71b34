#pragma once

#include "app/cli/console.h"

#include <string>

namespace app::cli {

/// Says what a DICOM measurement report (SR) or RT Structure Set holds: lines and the one document. False, and says
/// nothing, for any other file. Throws as annotations::readMeasurementReport() and readStructures().
bool describeOtherObject(const std::string& path, const Console& console);

} // namespace app::cli
