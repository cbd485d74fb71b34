#pragma once

#include <ATen/core/Tensor.h>

namespace models::generate {

/// A network that writes: it is shown tokens and says what may come next, and keeps what it computed of earlier ones.
class Decoder
{
public:
    virtual ~Decoder() = default;

    /// Ids [rows, n] int64 behind those that were shown before -> logits of the next token [rows, vocabulary]. The first
    /// call shows the prompts.
    virtual at::Tensor next(const at::Tensor& ids) = 0;

    /// Row i goes on from what row `rows`[i] was: [new rows] int64. Rows may be taken several times or not at all.
    virtual void reorder(const at::Tensor& rows) = 0;
};

} // namespace models::generate
