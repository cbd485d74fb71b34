#pragma once

#include "models/data/dataset.h"
#include "models/vision/tile_grid.h"

namespace models::data {

/// The part of a picture or mask under a tile; what lies outside is 0. A mask without pixels stays so.
Picture cut(const Picture& picture, const vision::Tile& tile);
FullMask cut(const FullMask& mask, const vision::Tile& tile);

} // namespace models::data
