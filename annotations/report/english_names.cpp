#include "annotations/report/english_names.h"

#include <algorithm>
#include <array>

namespace annotations {

namespace {

struct Translation
{
    std::string_view stem;
    std::string_view english;
};

/// The first that a word holds is taken; the kinds that englishName has words for are not here.
constexpr std::array kTranslations{
    Translation{"pneumon", "pneumonia"},
    Translation{"tuberkulos", "tuberculosis"},
    Translation{"infiltrat", "infiltrate"},
    Translation{"onsolid", "consolidation"},
    Translation{"milchglas", "ground-glass opacity"},
    Translation{"verschattung", "opacity"},
    Translation{"verdichtung", "opacity"},
    Translation{"eintrübung", "opacity"},
    Translation{"transparenzminderung", "opacity"},
    Translation{"opazit", "opacity"},
    Translation{"肺炎", "pneumonia"},
    Translation{"结核", "tuberculosis"},
    Translation{"浸润", "infiltrate"},
    Translation{"实变", "consolidation"},
    Translation{"玻璃", "ground-glass opacity"},
    Translation{"影", "opacity"},
    Translation{"渗出", "opacity"},
};

} // namespace

std::string englishName(Concept kind)
{
    switch (kind) {
    case Concept::Infection:
        return "infection";
    case Concept::Atelectasis:
        return "atelectasis";
    case Concept::Effusion:
        return "pleural effusion";
    case Concept::Pneumothorax:
        return "pneumothorax";
    case Concept::Nodule:
        return "nodule";
    case Concept::Edema:
        return "edema";
    case Concept::Cardiomegaly:
        return "cardiomegaly";
    case Concept::Scarring:
        return "fibrosis";
    case Concept::Emphysema:
        return "emphysema";
    case Concept::Device:
        return "catheter";
    case Concept::Bone:
        return "fracture";
    case Concept::Calcification:
        return "calcification";
    case Concept::Abnormality:
        return "abnormality";
    case Concept::Artefact:
        return "artifact";
    default:
        return "prominence";
    }
}

std::string englishWords(std::string_view words, Concept kind)
{
    const auto* found = std::find_if(kTranslations.begin(), kTranslations.end(),
        [&](const Translation& one) { return words.find(one.stem) != std::string_view::npos; });
    return kind == Concept::Infection && found != kTranslations.end() ? std::string(found->english)
                                                                      : englishName(kind);
}

} // namespace annotations
