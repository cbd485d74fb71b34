#pragma once

#include "models/kernels/buffer_pool.h"
#include "models/kernels/kernels.h"

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

namespace models::kernels {

/// Feature maps of a batch, channels beside each other and padded with zeros: [batch, rows, columns, channels].
struct FeatureMap
{
    Buffer values;
    int batch = 0;
    int rows = 0;
    int columns = 0;
    int channels = 0;

    MapView view() const { return {values.get(), rows, columns, channels}; }
};

FeatureMap makeMap(BufferPool& pool, int batch, int rows, int columns, int channels);

/// A 3x3 convolution with padding 1 by Winograd's minimal filtering, then bias and ReLU.
///
/// F(4x4, 3x3) needs a quarter of the multiplications, F(2x2, 3x3), for small pictures, four ninths. The results differ
/// from a plain sum by rounding: below 1e-5 of their size in LViT. The same picture gives the same bits on every run
/// with the same number of threads or another.
class Convolution3x3
{
public:
    Convolution3x3() = default;
    /// weight [out, in, 3, 3], bias [out]. `partChannels`: without padding, of the parts that will be read; their sum
    /// is `in`. `rows`: of the pictures that are expected.
    Convolution3x3(const at::Tensor& weight, const at::Tensor& bias, std::vector<int> partChannels, int rows,
        const Kernels& kernels = fastestKernels());

    struct Extras
    {
        const FeatureMap* added = nullptr; ///< Before bias and ReLU.
        FeatureMap* pooled = nullptr; ///< Made here: the result's maximum of two by two.
        bool plain = false; ///< Neither bias nor ReLU: a part of a sum.
    };

    /// One part for each of `partChannels`; `firstChannel` is set here.
    FeatureMap run(std::span<const InputPart> parts, int batch, int rows, int columns, BufferPool& pool) const;
    FeatureMap run(
        std::span<const InputPart> parts, int batch, int rows, int columns, BufferPool& pool, Extras extras) const;

private:
    struct Work;

    void runByTiles(const Work& work, BufferPool& pool) const;
    void runByPoints(const Work& work, BufferPool& pool) const;
    void multiplyPoint(int point, const TileView& from, const TileView& to) const;

    const Kernels* m_kernels = nullptr;
    int m_side = 4;
    int m_inChannels = 0; ///< Padded, as m_outChannels.
    int m_outChannels = 0;
    at::Tensor m_matrices; ///< One packed matrix for each point.
    at::Tensor m_bias;
    std::vector<float> m_zeros;
    std::vector<int> m_firstChannels;
};

} // namespace models::kernels
