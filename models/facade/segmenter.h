#pragma once

#include "imaging/progress.h"
#include "imaging/slice.h"
#include "models/package/package.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace models {

/// How a segmenter counts on the processor. On a GPU both are the same.
enum class Arithmetic {
    Fast, ///< Winograd's convolutions and other short cuts: probabilities differ by less than 1e-4.
    Exact, ///< The network as it is trained, for comparison with other programs.
};

/// Everything a segmenter computed about a slice that does not depend on the text. Valid for the segmenter that made
/// it, and to be let go before it.
class PreparedSlice
{
public:
    virtual ~PreparedSlice() = default;
};

/// Probabilities on the slice's own grid.
struct Segmentation
{
    int columns = 0;
    int rows = 0;
    std::vector<float> probabilities; ///< 0..1, row by row.
    double prepareSeconds = 0;
    double textSeconds = 0; ///< Text encoding and the text-dependent part of the network.
    imaging::Warnings warnings; ///< E.g. a text longer than the package's number of tokens.
    /// Of a package with several classes: each one's, in the order of PackageInfo::classes; `probabilities` are then
    /// those of any of them.
    std::vector<std::vector<float>> classes{};
};

/// A layer of the network whose output Segmenter::explain can weigh.
struct NetworkLayer
{
    std::string name; ///< Path in the network, as in its checkpoints: "downVit", "up2.pixModule", "up1".
    std::string kind; ///< "DownViT", "PLAM" or "UpCNN"
    int channels = 0;
    int columns = 0; ///< Of the layer's own map.
    int rows = 0;
};

/// What Segmenter::explain explains.
struct ExplainRequest
{
    std::string layer; ///< Name of one of Segmenter::layers(); empty: kDefaultCamLayer.
    /// On the slice's grid, not 0 inside; empty: what the model itself draws at its package's threshold.
    std::vector<std::uint8_t> region;
};

/// Of the layers, the one whose map agreed best with what hiding parts of the picture does, on the few X-rays that
/// tst_explain_occlusion looked at; the agreement is weak.
inline constexpr const char* kDefaultCamLayer = "up1";

/// Grad-CAM: where the layer's features speak for the region's score. On the slice's own grid.
struct Explanation
{
    std::string layer;
    int columns = 0;
    int rows = 0;
    std::vector<float> heat; ///< 0..1, row by row; the largest is 1, or all are 0 when nothing speaks for the region.
    std::vector<std::uint8_t> region; ///< What was explained, 0 or 1; to explain the same region under another text.
    double score = 0; ///< Mean logit over the region: above 0 the model takes it for what the text says.
    double seconds = 0;
    imaging::Warnings warnings;
};

/// A loaded text-guided segmentation model. Not thread-safe: one thread at a time.
///
///     auto segmenter = library.openSegmenter(findPackage(""), "cpu");
///     auto prepared = segmenter->prepare(slice);
///     auto first = segmenter->segment(*prepared, "one infected area, lower left lung");
///     auto second = segmenter->segment(*prepared, "two infected areas"); // reuses the encoder's work
class Segmenter
{
public:
    virtual ~Segmenter() = default;

    virtual const PackageInfo& package() const = 0;

    /// The part of the network that does not see the text. Throws Error(InvalidInput) for an empty slice. A forward
    /// pass cannot be interrupted: callers drop the result of a superseded request.
    virtual std::unique_ptr<PreparedSlice> prepare(const imaging::Slice& slice) = 0;

    /// `text` is the sentence as the model must see it (package().textSides). Throws Error(InvalidInput) for a text
    /// without any token.
    virtual Segmentation segment(const PreparedSlice& prepared, std::string_view text) = 0;

    /// The layers that explain() knows, from the input's side to the output's.
    virtual std::vector<NetworkLayer> layers() const = 0;

    /// Grad-CAM of a region's score (models/lvit/grad_cam.h), through the network itself; takes about three times as
    /// long as segment() of a new slice and cannot be interrupted. `text` as in segment(); an empty one stands for no
    /// text. Throws Error(WrongUse) for an unknown layer, Error(InvalidInput) when the region is empty (the model draws
    /// nothing, or the mask is empty or of another size), Error(Unsupported) for a package with several classes or that
    /// cuts pictures into tiles.
    virtual Explanation explain(
        const PreparedSlice& prepared, std::string_view text, const ExplainRequest& request) = 0;
};

} // namespace models
