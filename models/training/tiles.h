#pragma once

#include "models/lvit/tile_grid.h"
#include "models/training/dataset.h"

namespace models {

/// The part of a picture or mask under a tile; what lies outside is 0. A mask without pixels stays so.
Picture cut(const Picture& picture, const Tile& tile);
FullMask cut(const FullMask& mask, const Tile& tile);

} // namespace models
