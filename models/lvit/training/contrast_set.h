#pragma once

#include "models/facade/lvit_training.h"
#include "models/lvit/training/contrast_drawings.h"
#include "annotations/report/place_words.h"
#include "models/training/batch.h"
#include "models/training/labelled_split.h"

#include <string>
#include <vector>

namespace models::lvit {

/// One case for each different text of the labelled pictures: the mean of their masks.
std::vector<ContrastCase> contrastFromLabelled(const data::Dataset& data, const training::LabelledSplit& split);

/// The cases that the settings ask for (contrastSet, textSides).
std::vector<ContrastCase> contrastCases(
    const LvitTrainOptions& options, const data::Dataset& data, const training::LabelledSplit& split);

/// Finds the most similar contrast text.
class ContrastSet
{
public:
    /// `vectors` must hold the cases' texts and outlive the set; null: no pooled cosine is taken (Words only).
    ContrastSet(std::vector<ContrastCase> cases, ContrastSimilarity similarity, const training::TextVectors* vectors);

    /// The case for a text, which must be among the vectors. Nothing when Words find no side in it: any mask would be a
    /// guess.
    const ContrastCase* nearest(const std::string& text) const;

    const std::vector<ContrastCase>& cases() const { return m_cases; }

private:
    std::vector<ContrastCase> m_cases;
    std::vector<annotations::PlaceWords> m_words;
    std::vector<at::Tensor> m_pooled; ///< Unit length; empty without vectors.
    ContrastSimilarity m_similarity;
    const training::TextVectors* m_vectors;
};

/// How often the chosen contrast text says the same as the text it was chosen for.
struct ContrastAgreement
{
    std::size_t texts = 0;
    std::size_t chosen = 0; ///< A contrast text was found.
    std::size_t sameSides = 0;
    std::size_t sameAreas = 0;
    std::size_t sameBoth = 0;
};

/// Over texts as they come (a text that is there twice counts twice).
ContrastAgreement measureAgreement(const ContrastSet& set, const std::vector<std::string>& texts);

} // namespace models::lvit
