#pragma once

#include "models/blip2/language_model.h"
#include "models/blip2/training/initial_blip2.h"

namespace models::blip2 {

/// Texts that a language model is to write behind what it is asked, which is the same for all.
struct WrittenTexts
{
    at::Tensor asked; ///< [1, n] of the language model
    at::Tensor instruction; ///< [1, m] of the Q-Former; undefined where it reads none
    at::Tensor labels; ///< [B, T]: texts with their ends, -100 behind them
};

/// What the language model gets of pictures [B, S, width]: [B, queries, languageWidth]
at::Tensor softTokensOf(Blip2& blip2, const at::Tensor& picture, const at::Tensor& instruction);

/// Mean loss of the labels' tokens. The language model is not changed, but passes gradients on.
at::Tensor writtenLoss(
    Blip2& blip2, const LanguageModel& language, const at::Tensor& picture, const WrittenTexts& texts);

} // namespace models::blip2
