#pragma once

#include "imaging/progress.h"
#include "models/data/pictures.h"
#include "models/data/random.h"
#include "models/package/package.h"
#include "models/scoring/pixel_counts.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace models {

/// One picture of the split with one sentence, and its true mask.
struct EvaluationCase
{
    std::string image; ///< As the data name it.
    std::string text; ///< As the data have it; may be empty.
    int columns = 0; ///< Of the true mask.
    int rows = 0;
    std::optional<std::array<double, 2>> spacingMm; ///< Between the mask's columns, and rows, where it is known.
};

/// Which cases to run, and each under which texts.
struct EvaluationRun
{
    std::vector<std::size_t> cases;
    std::vector<std::vector<std::string>> texts; ///< texts[k][j] is for cases[j]; an empty one stands for no text.
};

/// What the model says of one case under one text, on the true mask's own grid, row by row.
struct CasePrediction
{
    std::size_t position = 0; ///< j: in EvaluationRun::cases
    std::size_t text = 0; ///< k: in EvaluationRun::texts
    std::span<const float> probabilities;
    std::span<const std::uint8_t> truth; ///< 1 inside
    /// Of a package with several classes, each one's pixels (the background's left out); `probabilities` are then those
    /// of any of them.
    std::span<const scoring::PixelCounts> classes = {};
};

/// What an Evaluation opens.
struct EvaluateOptions
{
    std::filesystem::path model;
    std::filesystem::path data;
    std::string split = "valid";
    std::string textColumn = "text";
    std::string imageColumn = "image";
    std::string maskColumn = "mask";
    std::string device = "auto";
    int limit = 0; ///< Only the first so many cases; 0: all.
    double emptySlices = 1; ///< As LvitTrainOptions.
    std::filesystem::path cache; ///< As TrainOptions.

    data::PictureReaders readers;
};

/// A package opened on a split of a data folder, to be run under many texts: pictures are read once, and the part of
/// the network that does not see the text runs once a picture. Not thread-safe.
class Evaluation
{
public:
    using Visit = std::function<void(const CasePrediction&)>;

    virtual ~Evaluation() = default;

    virtual const PackageInfo& package() const = 0;
    virtual const std::vector<EvaluationCase>& cases() const = 0;
    virtual int unlabelled() const = 0; ///< Rows of the split without a mask, which were left out.
    virtual const imaging::Warnings& warnings() const = 0; ///< What is odd about the data, as it was logged.
    virtual data::GreyPicture picture(std::size_t index) const = 0; ///< As the network gets it.
    virtual std::vector<std::uint8_t> truth(std::size_t index) const = 0; ///< 1 inside, row by row.

    /// The best that a mask of the network's size can do: the true mask brought to that size and back as a prediction
    /// is, 0..1 on its own grid.
    virtual std::vector<float> bestPossible(std::size_t index) const = 0;

    /// Calls `visit` on the calling thread for each case and text, all texts of a case before the next case. After a
    /// stop request it returns early, with the last cases missing.
    virtual void run(
        const EvaluationRun& run, const Visit& visit, std::stop_token stop, const imaging::Progress& progress) = 0;
};

} // namespace models
