#pragma once

namespace models::training {

/// How a training varies its pictures, masks and texts (augment.h).
struct AugmentationOptions
{
    double flipProbability = 0.5; ///< Left-right flip that also swaps the sides in the text.
    double brightnessJitter = 0.1;
    double contrastJitter = 0.1;
    double rotateDegrees = 0; ///< Small rotations about the centre, uniform in +-.
    double zoom = 0; ///< Random scale, uniform in 1 +- zoom.
    double shift = 0; ///< Random shift as a fraction of the picture, uniform in +-.
    /// Of quarter turns and top-bottom flips, as LViT's authors do; only for texts that name no side and no zone.
    double turnProbability = 0;
    /// Of leaving each clause but the last out of a shown text ("two infected areas", "bilateral pulmonary infection").
    double clauseDropProbability = 0;
    /// Of showing a text about both lungs as that of one of them, with the mask's areas of that side only: the model
    /// learns to draw what the words name and no more.
    double oneSideProbability = 0;
    /// Of showing, with an empty mask, a sentence that denies the finding or is about something else (empty_texts.h).
    double deniedProbability = 0;
    /// Of showing a text about one side as about the other one, with an empty mask, where no other text of the picture
    /// says just that: for data whose texts name all there is.
    double otherSideProbability = 0;
    /// Of showing a text in other words (paraphrases.h); with deniedProbability the denials are many as they are.
    double paraphraseProbability = 0;
    int paraphrases = 12; ///< Different ones of each text that are shown.
    // Other scanners, windows and doses: what the picture shows stays, its brightness does not.
    double gammaJitter = 0; ///< Brightness to the power of e^x, x uniform in +-.
    double windowJitter = 0; ///< Each end of the range of brightness is moved, uniform in +- this part of it.
    double noise = 0; ///< Highest standard deviation of noise, of 0..1.
};

} // namespace models::training
