#pragma once

#include <string>
#include <vector>

namespace models::scoring {

/// How written texts agree with references, word by word: lower case, punctuation apart and left out, as the COCO
/// caption evaluation has it (Chen et al. 2015, arXiv:1504.00325).
struct TextScores
{
    double bleu4 =
        0; ///< 0..1: BLEU-4 of the whole corpus, the closest reference's length counts (Papineni et al. 2002).
    double rougeL = 0; ///< 0..1: mean of the longest common subsequence's F, beta 1.2 (Lin 2004).
    double cider = 0; ///< CIDEr-D, 0..10: words that few pictures have weigh more (Vedantam et al. 2015).
};

/// A text and its references, one entry for each picture. Throws Error(InvalidInput) when the numbers differ or a
/// picture has no reference. CIDEr-D of a single picture is 0: no word tells it from others.
TextScores textScores(const std::vector<std::string>& texts, const std::vector<std::vector<std::string>>& references);

/// The words that are compared.
std::vector<std::string> scoredWords(const std::string& text);

} // namespace models::scoring
