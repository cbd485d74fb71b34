#pragma once

#include <cstddef>

namespace models::kernels {

/// Channels of a feature map are padded with zeros to whole vectors of this many floats.
constexpr int kLanes = 16;

constexpr int paddedChannels(int channels)
{
    return (channels + kLanes - 1) / kLanes * kLanes;
}

/// What happens to a product's element before it is written.
enum class Finish {
    Keep,
    Relu,
    Add, ///< To what the result held before; the bias must be null.
};

/// c = a b + bias, for row-major matrices of padded columns; `b` is packed (packed_matrix.h).
struct Product
{
    const float* a = nullptr; ///< rows x depth
    std::ptrdiff_t aStride = 0; ///< Floats from row to row.
    const float* b = nullptr; ///< depth x columns, packed
    float* c = nullptr; ///< rows x columns
    std::ptrdiff_t cStride = 0;
    int rows = 0;
    int depth = 0;
    int columns = 0; ///< A multiple of kLanes.
    const float* bias = nullptr; ///< One per column, or null.
    Finish finish = Finish::Keep;
};

/// A stack of pictures whose channels lie beside each other: [batch, rows, columns, channels].
struct MapView
{
    const float* values = nullptr;
    int rows = 0;
    int columns = 0;
    int channels = 0; ///< Padded.

    const float* at(int item, int row, int column) const
    {
        return values + ((static_cast<std::ptrdiff_t>(item) * rows + row) * columns + column) * channels;
    }
};

/// How the pixels of a convolution's input come from memory.
enum class Reading {
    Plain,
    Upsampled, ///< Each pixel of `map` stands for two by two.
    Gated, ///< gate * (map + cell): LViT's skip connection behind PLAM, see SkipView.
};

/// What the transformer branch adds to a skip connection, and PLAM's gate on the sum.
struct SkipView
{
    MapView cells; ///< One pixel for cellSide x cellSide of the map.
    int cellSide = 1;
    const float* gate = nullptr; ///< [batch, rows, columns]
};

/// Some of the channels that a 3x3 convolution reads.
struct InputPart
{
    Reading reading = Reading::Plain;
    MapView map;
    SkipView skip; ///< Of Reading::Gated.
    int firstChannel = 0; ///< Place among the convolution's channels.
};

/// Squares of `side` x `side` results that cover the pictures of a batch; numbered item by item, row by row.
struct TileGrid
{
    int side = 4; ///< 2 or 4: Winograd's F(2x2, 3x3) or F(4x4, 3x3).
    int rows = 0; ///< Pixels of a picture.
    int columns = 0;

    int tileRows() const { return (rows + side - 1) / side; }
    int tileColumns() const { return (columns + side - 1) / side; }
    int tilesOfPicture() const { return tileRows() * tileColumns(); }
    int points() const { return (side + 2) * (side + 2); } ///< Products for each tile and pair of channels.
};

/// Transformed tiles: [points][tiles][channels].
struct TileView
{
    float* values = nullptr;
    std::ptrdiff_t pointStride = 0; ///< Floats from point to point.
    int channels = 0;
    int firstTile = 0; ///< Of the grid.
    int tiles = 0;
};

/// What becomes of a convolution's results.
struct OutputTarget
{
    float* map = nullptr; ///< [batch, rows, columns, channels]
    float* pooled = nullptr; ///< Also the maximum of two by two, [batch, rows/2, columns/2, channels]; or null.
    const float* added = nullptr; ///< Laid out like `map`, added before bias and ReLU; or null.
    const float* bias = nullptr; ///< One per channel, ReLU follows; or null for neither.
};

/// PLAM's gate of some pixels: [pixels, 2 * channels] products of the map with conv_avg and conv_max, and what the
/// branch adds to them in each cell.
struct GateInput
{
    MapView products;
    MapView cells;
    int cellSide = 1;
    int channels = 0; ///< Without padding.
    const float* hidden = nullptr; ///< bottleneck.0: 6 x 3 weights, 6 biases
    const float* output = nullptr; ///< bottleneck.2: 6 weights, 1 bias
};

/// The inner loops, compiled once for each set of instructions. None allocates or starts a thread.
struct Kernels
{
    const char* name;
    int panelColumns; ///< Columns of a packed matrix that lie together.

    void (*multiply)(const Product&);
    /// Winograd's B^T d B of the tiles. `zeros`: as many as the part has channels, for pixels outside the picture.
    void (*transformInput)(const InputPart&, const TileGrid&, const TileView&, const float* zeros);
    /// Winograd's A^T m A of the tiles, bias and ReLU.
    void (*transformOutput)(const TileView&, const TileGrid&, const OutputTarget&);
    /// Rows `first` to `last` (without it) of all pictures below each other; `gate` [batch, rows, columns].
    void (*gate)(const GateInput&, int first, int last, float* gate);
};

/// The fastest that this processor can run.
const Kernels& fastestKernels();

/// All that this processor can run, the fastest first; for tests.
struct KernelList
{
    const Kernels* items[3] = {};
    int count = 0;
};
KernelList usableKernels();

} // namespace models::kernels
