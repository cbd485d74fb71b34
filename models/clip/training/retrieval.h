#pragma once

#include "models/clip/network.h"
#include "models/scoring/figure_table.h"
#include "models/scoring/place_scores.h"
#include "models/text/tokenizer.h"
#include "models/training/pair_data.h"

#include <c10/core/Device.h>

#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace models::clip {

/// How well pictures find their texts among all different ones of a split, and the other way round.
struct Retrieval
{
    double texts = 0; ///< Part of the pictures whose nearest text is one of theirs.
    double pictures = 0; ///< Part of the texts whose nearest picture has it.
    double loss = 0; ///< Contrastive, over batches in the order of the split.
    std::size_t choices = 0; ///< Different texts.
    std::vector<std::string> nearest; ///< The nearest text of each picture.
    scoring::PlaceScores places; ///< What it says of side and zone, as against the picture's first.
};

/// Of the validation split, unchanged, in float32. `fit` as PairData was loaded with.
Retrieval retrieve(Clip& clip, const text::Tokenizer& tokenizer, const training::PairData& data,
    const vision::PictureFit& fit, std::int64_t batch, c10::Device device, const std::stop_token& stop);

/// What the nearest texts say, beside `neighbours` (textsOfNeighbours; empty: left out) and the most frequent text.
scoring::FigureTable retrievalTable(
    const training::PairData& data, const Retrieval& scores, const std::vector<std::string>& neighbours);

/// Vectors of length one of pictures and of texts: [n, embedDim]. Fewer after a stop request.
at::Tensor pictureFeatures(Clip& clip, const data::Dataset& data, std::span<const std::int64_t> samples,
    const vision::PictureFit& fit, std::int64_t batch, c10::Device device, const std::stop_token& stop);
at::Tensor textFeatures(Clip& clip, const text::Tokenizer& tokenizer, const std::vector<std::string>& texts,
    std::int64_t batch, c10::Device device, const std::stop_token& stop);

/// The first text of the training picture that is most alike, for each validation picture.
std::vector<std::string> textsOfNeighbours(Clip& clip, const training::PairData& data, const vision::PictureFit& fit,
    std::int64_t batch, c10::Device device, const std::stop_token& stop);

/// zeroShotByPlace (zero_shot.h) of the pictures that are scored, by the training's texts. Without rows after a stop
/// request.
scoring::FigureTable zeroShotTable(Clip& clip, const text::Tokenizer& tokenizer, const training::PairData& data,
    const vision::PictureFit& fit, std::int64_t batch, c10::Device device, const std::stop_token& stop);

} // namespace models::clip
