#pragma once

#include "imaging/progress.h"
#include "imaging/slice.h"
#include "models/package.h"

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
};

} // namespace models
