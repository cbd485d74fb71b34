#pragma once

#include "imaging/progress.h"
#include "models/facade/lvit_training.h"

#include <stop_token>

namespace models::lvit {

/// Trains LViT and leaves a model package in options.output: config.json, model.safetensors (of the best epoch by
/// validation Dice), README.md; the state to resume from, log.csv and TensorBoard events lie in
/// options.output/training. With options.resume an interrupted training goes on and ends with exactly the weights it
/// would have had (same machine and number of threads). On a stop request the state is saved and the result says
/// cancelled. Throws Error(WrongUse) for impossible settings, a folder another training writes to, or one that holds a
/// training and `resume` is off; Error(InvalidInput) for bad data (dataset.h) or changed settings; Error(Model) when
/// the loss is no number any more, with the best package so far kept.
TrainResult trainLvit(const LvitTrainOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace models::lvit
