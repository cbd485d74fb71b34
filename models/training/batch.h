#pragma once

#include "models/training/augment.h"
#include "models/training/dataset.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <span>
#include <stop_token>
#include <string>

namespace imaging {
class Progress;
}

namespace models {

class TextEncoder;

/// The vectors of every text of a data set and of its mirror image ("left" and "right" exchanged).
class TextVectors
{
public:
    TextVectors(TextEncoder& encoder, int tokens);

    /// Embeds every text, and its mirror image when asked.
    void add(const Dataset& data, bool mirrored, std::stop_token stop, const imaging::Progress& progress);

    /// [tokens, width]. The text must have been added.
    const at::Tensor& of(const std::string& text) const { return m_vectors.at(text); }

    std::size_t size() const { return m_vectors.size(); }
    int cut() const { return m_cut; } ///< How many texts had more tokens than fit.

private:
    void embed(const std::string& text);

    TextEncoder& m_encoder;
    int m_tokens;
    int m_cut = 0;
    std::map<std::string, at::Tensor> m_vectors;
};

struct Batch
{
    at::Tensor images; ///< [B, channels, S, S] float 0..1, channels-last
    at::Tensor masks; ///< [B, 1, S, S] float 0 or 1
    at::Tensor texts; ///< [B, tokens, width]; undefined without vectors
};

/// Samples `indices`, each changed as its augmentation says (none given: unchanged, first text). `texts` may be null.
Batch makeBatch(const Dataset& data, const TextVectors* texts, std::span<const std::int64_t> indices,
    std::span<const Augmentation> augmentations, int channels);

} // namespace models
