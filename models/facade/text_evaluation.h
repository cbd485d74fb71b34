#pragma once

#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "models/data/pictures.h"
#include "models/scoring/figure_table.h"
#include "models/training/pair_options.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace models {

/// What to score a model of pictures and words on.
struct TextEvaluateOptions
{
    std::filesystem::path model; ///< A folder or file of a CLIP or BLIP.
    std::filesystem::path neighbours; ///< A CLIP that finds the most alike training picture for a BLIP; empty: none.
    std::filesystem::path data;
    std::string split = "valid";
    std::string trainSplit = "train"; ///< What baselines know: its texts, and its pictures for neighbours.
    std::string textColumn = "text";
    std::string imageColumn = "image";
    imaging::Sides textSides = imaging::Sides::Picture; ///< Of the data's texts; must be those of the model.
    std::string prompt; ///< Stands before what a BLIP writes.
    std::string device = "auto";
    int batchSize = 32;
    int limit = 0; ///< Only the first so many pictures; 0: all.
    std::filesystem::path cache; ///< As TrainOptions.

    data::PictureReaders readers;
};

/// Figures beside their baselines, and what they were made of.
struct TextEvaluation
{
    std::size_t pictures = 0; ///< That were scored: those of the split with a text.
    std::vector<scoring::FigureTable> tables;
    std::optional<double> threshold; ///< Of a BLIP that compares: the score that its table of matches names.
    std::vector<std::string> caseColumns; ///< "image", ...
    std::vector<std::vector<std::string>> cases; ///< One line for each picture.
    bool cancelled = false; ///< Not to be used.
    imaging::Warnings warnings; ///< What is odd about the data.
};

/// How the data are read.
training::PairOptions pairOptionsOf(const TextEvaluateOptions& options);

} // namespace models
