#pragma once

#include "models/blip/network.h"
#include "models/generate/decoder.h"

namespace models::blip {

/// BLIP's decoder, token by token, on one source for each prompt: picture tokens, or what text_encoder made of a
/// question. [B, S, width]
class CaptionDecoder : public generate::Decoder
{
public:
    CaptionDecoder(Blip blip, at::Tensor source);

    at::Tensor next(const at::Tensor& ids) override;
    void reorder(const at::Tensor& rows) override;

private:
    Blip m_blip;
    at::Tensor m_source;
    layers::BertCache m_cache;
};

/// Ids [B, n] of prompts as the tokenizer frames them, [CLS] ... [SEP], as the decoder begins with them: [DEC] in
/// front, the end left out. -> [B, n - 1]
at::Tensor promptIds(const at::Tensor& framed, std::int64_t beginId);

} // namespace models::blip
