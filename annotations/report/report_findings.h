#pragma once

#include "annotations/report/report_items.h"

#include <span>
#include <string_view>

namespace annotations {

/// The kinds of findings that reports of the chest name. A package's finding covers what is of its kind.
enum class Concept {
    None, ///< A place alone.
    Infection, ///< And what it looks like: consolidation, opacity, infiltrate, ground glass, airspace disease.
    Atelectasis,
    Effusion,
    Pneumothorax,
    Nodule, ///< Mass, lesion, tumour, granuloma.
    Edema,
    Cardiomegaly,
    Scarring,
    Emphysema,
    Device,
    Bone,
    Calcification,
    Pleura,
    Vessel,
    Other,
    Abnormality, ///< Anything at all: "no acute abnormality".
    Artefact, ///< What only looks like a finding: a nipple shadow, a skin fold.
};

/// Words for a finding, as a phrase of the lexicon.
constexpr Phrase finding(std::string_view words, Concept kind)
{
    return {words, Kind::Finding, static_cast<int>(kind)};
}

/// English words for findings, as phrases of the lexicon.
std::span<const Phrase> findingPhrases();

/// The kind of two words for findings that are one: the last ("nodular opacity" is an opacity), unless it says nothing
/// of its own ("airspace abnormality") or one of them says that it only looks so ("artifactual opacity").
Concept compoundOf(Concept first, Concept next);

/// The kind of a finding given in words; Other where the list does not have it.
Concept conceptOf(std::string_view finding);

} // namespace annotations
