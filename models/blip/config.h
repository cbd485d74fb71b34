#pragma once

#include "models/layers/bert_layer.h"
#include "models/vision/vit.h"

#include <cstdint>
#include <filesystem>

namespace models::blip {

/// Which of BLIP's heads a checkpoint holds beside its picture tower.
struct BlipParts
{
    bool decoder = false; ///< text_decoder: writes.
    bool encoder = false; ///< text_encoder: reads a text with the picture.
    bool match = false; ///< vision_proj, text_proj and itm_head on text_encoder.

    bool operator==(const BlipParts&) const = default;
};

/// Shapes and constants of BLIP (Li et al. 2022, arXiv:2201.12086); the defaults are BLIP base's of the authors.
struct BlipConfig
{
    vision::VitConfig vision;
    layers::BertConfig text; ///< encoderWidth: of text_encoder, and of a decoder that looks at pictures.
    /// Of the decoder where it looks at what text_encoder made of a question (VQA); else as text.encoderWidth.
    std::int64_t decoderSourceWidth = 0;
    std::int64_t projection = 256; ///< Length of the vectors whose cosine compares picture and text.
    BlipParts parts;
    /// Ids of a text at most, those around it included, that the network was trained with, where config.json says it
    /// ("text_tokens"); 0: it does not, and there are as many as positions.
    std::int64_t textTokens = 0;
    std::int64_t beginId = 30522; ///< [DEC]
    std::int64_t endId = 102; ///< [SEP]
    /// [ENC], which a text that looks at the picture begins with, where the model was trained so and says it
    /// (enc_token_id); -1: texts begin with [CLS] there, too, as the authors' demonstration and Hugging Face have it.
    std::int64_t matchId = -1;

    /// Ids of a text that may be read or written at most.
    std::int64_t mostIds() const { return textTokens > 0 ? textTokens : text.maxPositions; }
};

/// Reads `folder`/config.json of a Hugging Face BLIP; keys that are absent have its defaults. `parts` is not in it.
/// Throws Error(NotFound) without the file, Error(Model) for another kind of model or sizes that cannot be.
BlipConfig readBlipConfig(const std::filesystem::path& folder);

} // namespace models::blip
