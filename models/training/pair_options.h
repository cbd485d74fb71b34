#pragma once

#include "imaging/laterality.h"
#include "models/training/augmentation_options.h"
#include "models/training/train_options.h"

#include <filesystem>
#include <string>

namespace models::training {

/// The picture tower of a network from nothing: a vision transformer with heads of 64 channels. The defaults are
/// ViT-B/16's.
struct PictureTower
{
    int pictureSize = 224; ///< Pixels of a side, a multiple of patchSize.
    int patchSize = 16;
    int visionWidth = 768;
    int visionLayers = 12;
};

/// Settings that all trainings on pictures and their texts share.
struct PairOptions : TrainOptions
{
    imaging::Sides textSides = imaging::Sides::Picture;
    double windowCentre = 0; ///< Window of CT, in HU.
    double windowWidth = 0; ///< 0: the files' own windows.
    PictureTower tower; ///< Not read where the training starts from a model.
    AugmentationOptions augmentation; ///< Without oneSideProbability, which shows parts of masks.
    /// Weight of maskLoss (mask_loss.h), by which the picture tower learns beside the texts where things are; 0: no
    /// mask is read.
    double maskWeight = 0;
    std::string maskColumn = "mask"; ///< Column of the masks that it reads, of the training split alone.
    /// Folder or file of the vocabulary for a model from nothing; empty: one is learnt from the training's texts.
    std::filesystem::path tokenizer;
    int vocabularySize = 4096; ///< Tokens that a learnt vocabulary has at most.
};

} // namespace models::training
