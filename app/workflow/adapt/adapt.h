#pragma once

#include "app/workflow/adapt/class_scores.h"
#include "app/workflow/prompt.h"
#include "imaging/progress.h"
#include "models/facade/adaptation.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// Scores of one set of pictures: "all", "base", "novel", "source" or the name of a target's folder.
struct AdaptSet
{
    std::string name;
    ClassScores zeroShot;
    std::optional<ClassScores> learnt; ///< Nothing where the method knows no other classes than it learnt (probes).
};

/// One draw of pictures and what was learnt from it.
struct AdaptRun
{
    std::uint64_t seed = 1;
    std::filesystem::path output; ///< With prompts.safetensors.
    int shown = 0; ///< Pictures that were learnt from.
    models::TrainResult result;
    std::vector<AdaptSet> sets;
};

struct AdaptReport
{
    models::ClipAdaptOptions options; ///< With the recipe.
    std::vector<std::string> classes; ///< That were learnt.
    std::vector<AdaptRun> runs;
    imaging::Warnings warnings;
    bool cancelled = false; ///< `resume` goes on.
};

/// How pictures are varied for these classes: where a class names a side or a zone, a mirrored picture would be of
/// another class, and a part of it may be. What is decided is added to `warnings`. Throws Error(WrongUse) where
/// pictures of such classes are to be mirrored.
models::PictureVariation variationFor(
    models::PictureVariation wanted, const std::vector<std::string>& classes, imaging::Warnings& warnings);

/// Learns from few pictures of each class, drawn by the seed, and scores what was learnt beside zero-shot, as the
/// protocol of the options says: one run into options.output, or with a protocol one for each seed 1, 2, ... into
/// options.output/seed-N. Pictures for validation (at most 4 of a class) come from that split, or from those that were
/// not drawn. Scored is the test split; of data without splits what was not drawn; nothing where splits are there but
/// not that one. `user`: whose sides the classes mean; the model is asked for those that its texts mean
/// (models::textSidesOf), what was learnt by the names as they stand. Throws as readLabelledFolder, checkSidesOf and
/// models::Adapter do, and Error(WrongUse) for a protocol without its targets, more depth than the model has blocks, or
/// an output that is the folder of the data.
AdaptReport adaptAndScore(models::Adapter& adapter, const models::ClipAdaptOptions& options, UserSides user,
    std::stop_token stop, const imaging::Progress& progress);

/// The table that the command prints: zero-shot and the method, mean and deviation of the accuracy over the runs in
/// percent, the harmonic mean of base and novel of the averaged accuracies.
std::vector<std::string> reportTable(const AdaptReport& report);

/// The whole report as JSON.
std::string reportJson(const AdaptReport& report);

/// The same into scores.json of its output, whole or not at all. Throws Error(Io).
void writeReport(const AdaptReport& report);

} // namespace app
