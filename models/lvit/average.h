#pragma once

#include "models/facade/package_average.h"

#include <string>

namespace models::lvit {

/// Makes the package, whole or not at all, and gives the line of verifyLViTPackage. Each tensor is the mean of the
/// packages' tensors; whole numbers (counters) are the first's. Nothing of an existing package is overwritten. Throws
/// Error(WrongUse) for fewer than two packages, for packages that differ in more than name, version, threshold and
/// mirror (naming what), and when the output holds a package; what readLViTPackage and loadNetwork throw; Error(Io).
std::string averageLViT(const PackageAverage& average);

} // namespace models::lvit
