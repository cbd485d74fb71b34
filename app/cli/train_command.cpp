#include "app/cli/commands.h"
#include "app/cli/train_fields.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "models/facade/library.h"
#include "models/facade/lvit_settings.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace app::cli {

namespace {

using LvitFields = TrainFields<models::LvitTrainOptions>;

/// Refuses a training that does not say where, and gives it what is the program's.
void complete(models::TrainOptions& settings)
{
    if (settings.data.empty() || settings.output.empty())
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "Training needs --data and --output (or both in the file of --config).");
    settings.readers = trainingReaders();
    settings.cache = pictureCache(settings.cache);
}

ExitCode tellResult(
    const models::TrainResult& result, const models::TrainOptions& settings, const Console& console)
{
    char line[80];
    std::snprintf(line, sizeof line, "%d epochs in %.0f s, ", result.epochs, result.seconds);
    console.line(line
        + (result.bestEpoch == 0 ? std::string("none of them the best")
                                 : "best epoch " + std::to_string(result.bestEpoch) + " with "
                    + scoreText(result.score, result.bestScore) + " on the validation split"));
    if (result.cancelled)
        console.line("Stopped; run the same command with --resume to go on.");
    console.document({{"output", settings.output.string()}, {"epochs", result.epochs}, {"best_epoch", result.bestEpoch},
        {"best_" + result.score.key, result.bestScore}, {"seconds", result.seconds}, {"cancelled", result.cancelled},
        {"warnings", result.warnings}});
    return result.cancelled ? ExitCode::Cancelled : ExitCode::Done;
}

ExitCode trainLvit(const LvitFields& fields, const Console& console)
{
    auto settings = trainSettings(fields);
    complete(settings);
    const auto result = models::library().train(settings, console.stop, console.progress());
    return tellResult(result, settings, console);
}

void addTrainLvit(CLI::App& train, std::optional<Run>& run)
{
    auto fields = std::make_shared<LvitFields>();
    CLI::App* command = train.add_subcommand("lvit",
        "Train LViT on a folder with manifest.csv (split,image,mask,text), in LViT's own layout, or of DICOM studies");
    addTrainFields(*command, *fields);
    command->footer("Example: limn train lvit --data qata --output my-model --width 16 --epochs 30\n"
                    "Ctrl-C keeps the state; --resume goes on as if nothing had happened.");
    command->callback(
        [&run, fields] { run = [fields](const Console& console) { return trainLvit(*fields, console); }; });
}

} // namespace

void addTrain(CLI::App& parent, std::optional<Run>& run)
{
    CLI::App* train = parent.add_subcommand("train", "Train a model; a folder in, a model package out");
    train->require_subcommand(1);
    addTrainLvit(*train, run);
}

} // namespace app::cli
