#pragma once

#include "imaging/laterality.h"
#include "models/facade/training.h"
#include "models/package/package.h"
#include "models/training/augmentation_options.h"
#include "models/training/unlabelled_plan.h"
#include "models/vision/slice_preparation.h"

#include <string>
#include <vector>

namespace models {

/// The BERT of a package that does not name another.
inline constexpr const char* kDefaultTextEncoder = "all-MiniLM-L6-v2";

/// Which network a package holds.
enum class NetworkKind {
    LViT,
    /// Its encoder, decoder and head alone, with transposed convolutions for nearest upsampling: the same names and
    /// shapes, so that an LViT can begin from its weights (the authors' pretraining).
    UNet,
};

/// Which vectors of the text encoder stand for a text.
enum class TextUnits {
    Words, ///< One per word, the mean of its pieces, cut like the authors' ("words").
    Pieces, ///< One per word piece of the whole text ("pieces").
};

enum class MaskLoss {
    WeightedDiceBce, ///< The authors'.
    DiceBce, ///< Plain means.
};

/// What is learnt from the training pictures without a label.
enum class UnlabelledUse {
    None,
    Pseudo, ///< The prototype's masks, cut at 0.5, fixed.
    Epi, ///< Soft masks averaged over the training (Li et al., LViT, IEEE TMI 2024: exponential pseudo-label
         ///< iteration).
};

/// When the averages of the unlabelled pictures' masks move.
enum class EpiUpdate {
    Step, ///< A picture's prediction whenever it is shown, mapped back into its own frame.
    Epoch, ///< The average of weights predicts every unlabelled picture between two epochs.
};

/// Where the contrast masks of the LV loss come from.
enum class ContrastSource {
    Drawings,
    Labelled, ///< Mean masks of the labelled pictures, by text.
};

/// How a text finds its contrast text (lvit/training/contrast_set.h).
enum class ContrastSimilarity {
    Words, ///< What the words say of sides, areas and zones (annotations/report/place_words.h); ties go to the pooled
           ///< cosine.
    Pooled, ///< The paper's (eq. 16): cosine of mean-pooled word vectors. They hardly see sides.
};

/// Settings of `limn train lvit`; each can stand in the JSON file of --config, under the names of settingsOf().
struct LvitTrainOptions : TrainOptions
{
    static constexpr const char* kCommand = "limn train lvit"; ///< Its --help lists them.

    LvitTrainOptions() { name = "lvit"; }

    // What of the data is learnt.
    std::string maskColumn = "mask"; ///< With several classes also one column for each, joined by '+'.
    int pictureSize = 224;
    int channels = 3;
    /// Names of what the mask values 1, 2, ... mean when there are several classes; empty: one, `finding`.
    std::vector<std::string> classes;
    std::string finding = "Pulmonary infection";
    int tileSize = 0; ///< Pictures are cut into squares of so many of their pixels; 0: they are taken whole.
    int tileOverlap = 0; ///< Pixels that neighbouring tiles share.
    double emptySlices = 1; ///< Slices of a stack without any mask that are kept, for each that has one; below 0: all.
    double windowCentre = 0; ///< Window of CT, in HU.
    double windowWidth = 0; ///< 0: the files' own windows.
    vision::SlicePreparation preparation; ///< Of slices of studies; PNG and JPEG files are taken as prepared.
    imaging::Sides textSides = imaging::Sides::Picture;
    TextWording textWording = TextWording::AsWritten; ///< LvitReport: users' texts are put into that wording first.
    training::AugmentationOptions augmentation;

    // The network.
    /// Package name or folder of a BERT; empty: the default one.
    std::string textEncoder = kDefaultTextEncoder;
    NetworkKind network = NetworkKind::LViT; ///< UNet: to begin an LViT from.
    bool text = true; ///< Off: LViT-TW, which reads no text. A U-Net never does.
    bool plam = true; ///< Pixel-level attention over the skip connections.
    int width = 64; ///< base_channel. initialWeights of a smaller width are widened first (lvit/widen.h).
    int depth = 1; ///< Blocks in each VisionTransformer (1: LViT-T; more: S and B)
    int textTokens = 10;
    TextUnits textUnits = TextUnits::Words;
    double dropout = 0.1;
    MaskLoss loss = MaskLoss::WeightedDiceBce;

    // Pictures without a label.
    /// Of the training pictures that have a mask; drawn by the seed, listed in labelled.csv.
    double labelledFraction = 1;
    UnlabelledUse unlabelled = UnlabelledUse::None;
    training::UnlabelledPlan unlabelledPlan; ///< After prototypeEpochs the prototype draws the first pseudo-labels.
    double epiDecay = 0.99; ///< P_t = decay P_{t-1} + (1 - decay) P_t
    EpiUpdate epiUpdate = EpiUpdate::Step;
    double lvWeight = 0.1; ///< alpha: of the LV loss on unlabelled pictures; 0: off.
    ContrastSource contrastSet = ContrastSource::Drawings;
    ContrastSimilarity contrastSimilarity = ContrastSimilarity::Words;
};

} // namespace models
