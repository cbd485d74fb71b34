#pragma once

#include "annotations/report/text_variants.h"
#include "models/training/augmentation_options.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace at {
class Tensor;
}

namespace models::training {

/// What happens to one picture in one epoch. The text stays true: a flip goes with the mirrored text, and movements are
/// small.
struct Augmentation
{
    bool flip = false; ///< Left-right; the text's sides are to be swapped.
    float contrast = 1;
    float brightness = 0; ///< Added, of 0..1
    float radians = 0;
    float scale = 1;
    float shiftX = 0; ///< Fraction of the picture.
    float shiftY = 0;
    int quarterTurns = 0; ///< Counterclockwise, after the flips.
    bool topDown = false; ///< Top-bottom flip.
    int text = 0; ///< Which of the sample's texts.
    unsigned droppedClauses = 0; ///< See withoutClauses.
    annotations::ShownSides sides = annotations::ShownSides::Both; ///< In the text's own sense, before the flip.
    /// Which of the finding's empty_texts.h is shown, modulo their number, with an empty mask.
    std::optional<std::uint64_t> emptyText;
    bool otherSide = false; ///< The text is shown about the other side, with an empty mask, where that is true.
    std::optional<std::uint64_t> paraphrase; ///< Which of the shown text's paraphrases, modulo their number.
    float gamma = 1;
    float darkest = 0; ///< The range of brightness that becomes 0..1.
    float brightest = 1;
    float noise = 0; ///< Standard deviation, of 0..1
    std::uint64_t noiseSeed = 0;

    bool moves() const { return radians != 0 || scale != 1 || shiftX != 0 || shiftY != 0; }
};

/// Throws Error(WrongUse) for a probability outside 0..1 or movements so large that a zone named in a text could be
/// wrong (more than 20 degrees, 25 % zoom, 15 % shift).
void requireTruthful(const AugmentationOptions& options);

/// Drawn from (seed, epoch, index) and the sample's `texts` alone, so the same in every order of loading. The chosen
/// text stays true: with one that names a place there are no turns and no top-bottom flips, and movements are damped
/// until nothing leaves the zone or side that the text names (the authors' code turns picture and mask, and leaves the
/// text).
Augmentation drawAugmentation(const AugmentationOptions& options, std::uint64_t seed, int epoch, std::int64_t index,
    std::span<const std::string> texts);

/// The text in the words of the augmentation's paraphrase, as it is where there is none; after any flip, since
/// abbreviations name sides, too.
std::string inOtherWords(std::string text, const Augmentation& augmentation, int paraphrases);

/// Every sentence that drawAugmentation may show in place of `text`, `text` first.
std::vector<std::string> shownVariants(const std::string& text, const AugmentationOptions& options);

/// How far the centre of a zone moves at most, as a fraction of the picture: where a text names a zone, a little less
/// than half the height of one; where it names only a side, less than the way to the middle.
inline constexpr float kMostZoneMovement = 0.1F;
inline constexpr float kMostSideMovement = 0.2F;

/// How far a point at the distance of the zones' centres from the picture's moves, as a fraction of the picture.
float zoneMovement(const Augmentation& augmentation);

/// The range of brightness and gamma, contrast about the picture's mean, then brightness, then noise, kept within 0..1.
/// `picture` [C, S, S] (float, contiguous) is changed in place.
void adjustBrightness(at::Tensor& picture, const Augmentation& augmentation);

/// Rotates, scales and shifts picture [C, S, S] and mask [1, S, S] (float, contiguous) about the centre; outside is
/// black. The picture is blended bilinearly; each pixel of the mask keeps a value that stood there: that of the larger
/// share. `mask` may be undefined.
void move(at::Tensor& picture, at::Tensor& mask, const Augmentation& augmentation);

} // namespace models::training
