#pragma once

#include "models/language/load_language.h"
#include "models/layers/bert_layer.h"
#include "models/vision/vit.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace models::blip2 {

/// The Q-Former's BERT: shapes as BERT's, without types; encoderWidth is that of the picture's tokens.
struct QFormerConfig
{
    layers::BertConfig bert;
    std::int64_t crossEvery = 2; ///< Of so many layers the first looks at the picture.
    bool readsText = false; ///< Has words and a feed-forward part for them: stage 1, and InstructBLIP.
};

/// Shapes of BLIP-2 (Li et al. 2023, arXiv:2301.12597) and InstructBLIP (Dai et al. 2023, arXiv:2305.06500), and what
/// they need to know of their language model; the defaults are those with EVA's ViT-g.
struct Blip2Config
{
    vision::VitConfig vision; ///< Without a final norm: ln_vision follows it.
    double visionNormEps = 1e-6; ///< Of ln_vision.
    QFormerConfig qformer;
    std::int64_t queries = 32; ///< Learnt tokens that take from the picture what the text needs.
    std::int64_t projection = 256; ///< Length of the vectors whose cosine compares picture and text.
    bool match = false; ///< vision_proj, text_proj and itm_head are there.
    std::optional<language::LanguageKind> language; ///< That writes; none: pictures and texts are compared.
    std::int64_t languageWidth = 0; ///< Of its token vectors.
    std::int64_t beginId = 0; ///< Of the language model's texts, as its settings say, like the next.
    std::int64_t endId = 0;
    std::int64_t contextTokens = 0; ///< That it reads, the soft ones too; of a decoder only, those it writes too.
    bool instructed = false; ///< InstructBLIP: the Q-Former reads the instruction, too.
    /// The token that stands for each soft token in ids of newer folders; -1: soft tokens are put in front.
    std::int64_t imageTokenId = -1;
};

/// Reads `folder`/config.json of a Hugging Face BLIP-2 or InstructBLIP, or one that names places (places.h); keys that
/// are absent have Hugging Face's defaults. `match` is not in it. Throws Error(NotFound) without the file, Error(Model) for another kind of model, a language model that
/// is none of the three, or sizes that cannot be.
Blip2Config readBlip2Config(const std::filesystem::path& folder);

} // namespace models::blip2
