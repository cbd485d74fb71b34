#pragma once

#include "models/data/dataset.h"
#include "models/training/labelled_split.h"
#include "models/training/pair_options.h"
#include "models/vision/picture_fit.h"

#include <set>
#include <stop_token>
#include <string>

namespace models::training {

/// The pictures and texts of a training, read before the first step; with PairOptions::maskWeight the masks of those
/// that are learnt from, too.
struct PairData
{
    data::Dataset training;
    data::Dataset validation;
    LabelledSplit split; ///< Of `training`: those with a text are learnt from, the others never shown.
    std::vector<std::int64_t> scored; ///< Of `validation`: those with a text.
    imaging::Warnings warnings; ///< What is odd about the data, one report for both splits.
};

/// Throws Error(WrongUse) naming a width that heads of 64 channels do not share out.
void requireTowerWidth(const char* name, int width);

/// Heads of a tower of this width, each of 64 channels; one where it is narrower.
int headsOf(int width);

/// Throws Error(WrongUse) for settings that make no sense where texts are learnt without masks, and for a picture
/// tower that makes no network.
void requireValidPairs(const PairOptions& options);

/// Reads both splits, each picture on the square as `fit` brings it there when the model is used. Samples of which a
/// text is missing are counted and left out. Throws as data::readDataset and data::requireDisjoint, Error(InvalidInput)
/// for a split without a text.
PairData loadPairs(
    const PairOptions& options, const vision::PictureFit& fit, std::stop_token stop, const imaging::Progress& progress);

/// The texts of both splits alone: samples without pictures. Throws as data::readManifest, and as loadPairs for a split
/// without a text and a picture that both splits hold.
PairData loadTexts(const PairOptions& options);

/// Every text of the samples, once.
std::set<std::string> textsOf(const data::Dataset& data, std::span<const std::int64_t> samples);

/// Every text that the training may show: of the samples with all that augmentation makes of them.
std::set<std::string> shownTextsOf(const PairOptions& options, const PairData& data);

} // namespace models::training
