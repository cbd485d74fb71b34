#include "models/lvit/training/initial_weights.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/lvit/widen.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"

#include <ATen/ATen.h>
#include <torch/utils.h>

#include <cmath>
#include <optional>

namespace models::lvit {

namespace {

/// Of widenLViT: enough to part the copies, and one epoch of lvit-qata makes good what it costs.
constexpr double kWideningNoise = 0.08;

/// The dimension along which a tensor lists the tokens of the grid; nothing for tensors that do not.
std::optional<std::int64_t> tokenDimension(const std::string& key)
{
    if (key.ends_with("embeddings.position_embeddings"))
        return 1; // [1, tokens, C]
    if (key.find(".CTBN3.") != std::string::npos && !key.ends_with("num_batches_tracked"))
        return 0; // [tokens, textTokens, 3] or [tokens]
    return {};
}

/// The convolution that spreads the text over the grid, [tokens, textTokens, 3], for texts of more tokens: the new ones
/// say nothing yet, so that shorter texts say what they said. `from` itself where it is another tensor or none is new.
at::Tensor forMoreTextTokens(const std::string& key, const at::Tensor& from, at::IntArrayRef shape)
{
    const bool spreads = key.ends_with(".CTBN3.conv.weight") && from.dim() == 3 && shape.size() == 3;
    if (!spreads || from.size(1) >= shape[1])
        return from;
    return at::constant_pad_nd(from, {0, 0, 0, shape[1] - from.size(1)});
}

std::optional<std::int64_t> squareSide(std::int64_t tokens)
{
    const auto side = std::llround(std::sqrt(double(tokens)));
    return side > 0 && side * side == tokens ? std::optional<std::int64_t>(side) : std::nullopt;
}

/// `from` on the grid of `shape`, or nothing when more than the grid differs.
at::Tensor onGrid(const at::Tensor& from, at::IntArrayRef shape, std::int64_t dimension)
{
    if (from.dim() != std::int64_t(shape.size()))
        return {};
    auto expected = from.sizes().vec();
    expected[std::size_t(dimension)] = shape[std::size_t(dimension)];
    const auto before = squareSide(from.size(dimension));
    const auto after = squareSide(shape[std::size_t(dimension)]);
    if (at::IntArrayRef(expected) != shape || !before || !after)
        return {};
    const auto last = from.to(at::kFloat).movedim(dimension, -1); // [..., tokens]
    const auto resized =
        at::upsample_bilinear2d(last.reshape({1, -1, *before, *before}), {*after, *after}, /*align_corners=*/false);
    auto sizes = last.sizes().vec();
    sizes.back() = *after * *after;
    return resized.reshape(sizes).movedim(-1, dimension);
}

} // namespace

HandOver handOverWeights(LViTImpl& net, const weights::StateDict& weights, const std::string& source)
{
    torch::NoGradGuard noGradients;
    HandOver result;
    for (auto& [key, tensor] : weights::weightsOf(net)) {
        const auto found = weights.find(key);
        const auto tokens = tokenDimension(key);
        auto target = tensor; // shares the network's memory
        const bool isSame = found != weights.end() && found->second.sizes() == target.sizes();
        const auto theirs =
            found != weights.end() ? forMoreTextTokens(key, found->second, target.sizes()) : at::Tensor();
        if (isSame) {
            target.copy_(theirs);
            ++result.copied;
        } else if (auto resized = theirs.defined() && tokens ? onGrid(theirs, target.sizes(), *tokens) : at::Tensor();
            resized.defined()) {
            target.copy_(resized);
            ++result.resized;
        } else {
            result.kept.push_back(key);
        }
    }
    if (result.copied == 0)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The weights of '" + source + "' do not fit this network: no tensor has the same name and shape.", source);
    return result;
}

void takeInitialWeights(const LvitTrainOptions& options, LViTImpl& net)
{
    if (options.initialWeights.empty())
        return;
    const auto source = options.initialWeights.string();
    auto weights = weights::readWeights(options.initialWeights);
    const int width = widthOf(weights);
    const bool grows = width > 0 && width < options.width;
    if (grows)
        weights = widenLViT(weights, options.width, kWideningNoise);
    const auto done = handOverWeights(net, weights, source);
    imaging::log(imaging::LogLevel::Info,
        "The training starts from '" + source + "'"
            + (grows ? ", widened from " + std::to_string(width) + " to " + std::to_string(options.width) : "") + ": "
            + std::to_string(done.copied) + " tensors taken over, " + std::to_string(done.resized) + " resized, "
            + std::to_string(done.kept.size()) + " new.");
}

} // namespace models::lvit
