#pragma once

#include <QString>

#include <cstddef>

namespace imaging {
class Volume;
}

namespace app {

/// How much so many voxels are: "1.24 ml", on a single picture "3.1 cm²", without a scale "812 px"; "empty" for none.
QString sizeText(std::size_t voxels, const imaging::Volume& picture);

} // namespace app
