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
};

} // namespace models::training
