#pragma once

#include "models/facade/training.h"

#include <string>

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
    Words, ///< What the words say of sides, areas and zones (annotations/report/place_words.h); ties go to the pooled cosine.
    Pooled, ///< The paper's (eq. 16): cosine of mean-pooled word vectors. They hardly see sides.
};

/// Settings of `limn train lvit`.
struct LvitTrainOptions : TrainOptions
{
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
    double epiDecay = 0.99; ///< P_t = decay P_{t-1} + (1 - decay) P_t
    EpiUpdate epiUpdate = EpiUpdate::Step;
    double lvWeight = 0.1; ///< alpha: of the LV loss on unlabelled pictures; 0: off.
    ContrastSource contrastSet = ContrastSource::Drawings;
    ContrastSimilarity contrastSimilarity = ContrastSimilarity::Words;
};

} // namespace models
