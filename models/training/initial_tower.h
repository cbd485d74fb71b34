#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace torch::nn {
class Module;
}

namespace models::training {

/// Draws the matrices and embeddings of a network from nothing: matrices by their inputs, so that narrow towers pass on
/// as much as wide ones, embeddings of words and positions small. Biases are 0.
void drawMatrices(torch::nn::Module& network);

/// Draws the attention of a block as trained vision transformers are found to have it ("mimetic initialisation",
/// Trockman & Kolter 2023, arXiv:2305.09828): a token looks at those that are like it, so beside it in the picture, and
/// takes their difference. From few pictures a tower that begins so learns sooner. `joined` [3 width, width] holds
/// queries, keys and values, `out` [width, width].
void drawAttention(at::Tensor& joined, at::Tensor& out, std::int64_t heads);

/// Places of the patches, row after row, as sines and cosines of both coordinates, alike where patches are near; 0 for
/// the class token. `places` [..., 1 + side * side, width]; a width that four does not divide leaves the last channels 0.
void drawPlaces(at::Tensor& places);

/// Where the parts of a picture tower lie among a network's parameters.
struct TowerKeys
{
    std::string places;
    std::string blocks; ///< In front of a block's number.
    std::string joined; ///< Behind it, as drawAttention() says.
    std::string out;
};

/// Both for a picture tower from nothing: as strong as the patches that they stand beside are places, and attention
/// begins with neighbours; from few pictures it must be learnt soon what is where.
void drawPictureTower(torch::nn::Module& network, const TowerKeys& keys, std::int64_t blocks, std::int64_t heads);

} // namespace models::training
