#include "app/cli/commands.h"

#include "annotations/report/report_words.h"
#include "app/cli/model_option.h"
#include "app/cli/train_fields.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "models/facade/blip2_settings.h"
#include "models/facade/blip_settings.h"
#include "models/facade/clip_settings.h"
#include "models/facade/language_settings.h"
#include "models/facade/library.h"
#include "models/facade/lvit_settings.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace app::cli {

namespace {

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
    char seconds[40];
    std::snprintf(seconds, sizeof seconds, " in %.0f s, ", result.seconds);
    console.line(annotations::counted(std::size_t(result.epochs), "epoch") + seconds
        + (result.bestEpoch == 0 ? std::string("none of them the best")
                                 : "best epoch " + std::to_string(result.bestEpoch) + " with "
                    + scoreText(result.score, result.bestScore) + " on the validation split"));
    if (result.cancelled)
        console.stopped(std::filesystem::exists(settings.output / "training" / "state.safetensors"));
    console.document({{"output", settings.output.string()}, {"epochs", result.epochs}, {"best_epoch", result.bestEpoch},
        {"best_" + result.score.key, result.bestScore}, {"seconds", result.seconds}, {"cancelled", result.cancelled},
        {"warnings", result.warnings}});
    return result.cancelled ? ExitCode::Cancelled : ExitCode::Done;
}

/// A family of models that can be trained.
struct Family
{
    const char* name; ///< Of the command.
    const char* help;
    const char* example;
    std::vector<std::string_view> kinds; ///< Of its packages.
};

/// Throws Error(WrongUse) for an output folder with a model, or the training of one, that this command does not make.
void requireFamily(const models::TrainOptions& settings, const Family& family)
{
    for (const auto& folder : {settings.output, settings.output / "training"}) {
        const auto kind = kindOf(folder);
        if (!kind.empty() && std::find(family.kinds.begin(), family.kinds.end(), kind) == family.kinds.end())
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "The folder \"" + settings.output.string() + "\" holds " + nameOfKind(kind) + ", which `limn train "
                    + family.name + "` does not make and cannot go on with: choose another output folder.",
                settings.output.string());
    }
}

template <typename Options>
ExitCode trainFamily(const TrainFields<Options>& fields, const Family& family, const Console& console)
{
    auto settings = trainSettings(fields);
    complete(settings);
    requireFamily(settings, family);
    imaging::Warnings assumed;
    if (!isSaid(fields.given, "textSides"))
        assumed.push_back("\"Left\" and \"right\" in the texts are taken for the sides of the picture: --text-sides patient "
                          "says that they are the patient's.");
    console.warn(assumed);
    auto result = models::library().train(settings, console.stop, console.progress());
    result.warnings.insert(result.warnings.begin(), assumed.begin(), assumed.end());
    return tellResult(result, settings, console);
}

template <typename Options> void addFamily(CLI::App& train, const Family& family, std::optional<Run>& run)
{
    auto fields = std::make_shared<TrainFields<Options>>();
    CLI::App* command = train.add_subcommand(family.name, family.help);
    addTrainFields(*command, *fields);
    command->footer(std::string("Example: ") + family.example
        + "\nCtrl-C keeps the state; --resume goes on as if nothing had happened.");
    command->callback([&run, fields, &family] {
        run = [fields, &family](const Console& console) { return trainFamily(*fields, family, console); };
    });
}

const Family kLvit{"lvit",
    "Train LViT on a folder with manifest.csv (split,image,mask,text), in LViT's own layout, or of DICOM studies",
    "limn train lvit --data qata --output my-model --width 16 --epochs 30", {"lvit"}};
const Family kClip{"clip",
    "Train a CLIP on pictures and their texts: a folder with manifest.csv (split,image,text), in LViT's own layout, or "
    "of DICOM studies",
    "limn train clip --data qata --output my-clip --picture-size 112 --vision-width 192 --vision-layers 6 --text-width "
    "192 --text-layers 4",
    {"clip"}};
const Family kBlip{"blip",
    "Train a BLIP on pictures and their texts (as train clip reads them): to compare, to match and to write, or with "
    "--objective caption to write only",
    "limn train blip --data qata --output my-blip --picture-size 112 --vision-width 192 --vision-layers 6 --text-width "
    "192 --text-layers 4 --vocabulary-size 200",
    {"blip"}};
const Family kBlip2{"blip2",
    "Train a stage of a BLIP-2 on pictures and their texts (as train clip reads them), over the picture tower of a "
    "CLIP or BLIP: to compare (stage 1), to write by a language model (stage 2), or to do what it is told (InstructBLIP)",
    "limn train blip2 --data qata --output stage1 --initial-weights my-blip --text-width 192 --text-layers 4\n"
    "         limn train blip2 --objective write --data qata --output my-blip2 --initial-weights stage1 "
    "--language-model opt-125m",
    {"blip-2", "instructblip"}};

const Family kLanguage{"language",
    "Train a language model (OPT) on the texts of a folder (as train clip reads them), for a BLIP-2 to write by; no "
    "picture is read",
    "limn train language --data qata --output my-opt --text-width 128 --text-layers 3", {"opt"}};

} // namespace

void addTrain(CLI::App& parent, std::optional<Run>& run)
{
    CLI::App* train = parent.add_subcommand("train", "Train a model; a folder in, a model package out");
    train->require_subcommand(1);
    addFamily<models::LvitTrainOptions>(*train, kLvit, run);
    addFamily<models::ClipTrainOptions>(*train, kClip, run);
    addFamily<models::BlipTrainOptions>(*train, kBlip, run);
    addFamily<models::Blip2TrainOptions>(*train, kBlip2, run);
    addFamily<models::LanguageTrainOptions>(*train, kLanguage, run);
}

} // namespace app::cli
