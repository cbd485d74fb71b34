#include "app/cli/commands.h"
#include "app/cli/train_fields.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "models/facade/library.h"
#include "models/facade/training_json.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace app::cli {

namespace {

CLI::Option* addField(CLI::App& command, const models::TrainOptionField& field, TrainFields& fields)
{
    auto& settings = fields.given;
    const std::string name = "--" + models::kebabCase(field.name);
    const std::string help(field.help);
    return std::visit(
        [&](auto member) -> CLI::Option* {
            using Value = std::remove_reference_t<decltype(settings.*member)>;
            if constexpr (std::is_same_v<Value, bool>)
                return command.add_flag(name, settings.*member, help);
            else if constexpr (models::isChoice<Value>) {
                auto& word = fields.words[field.name];
                word = models::wordOf(settings.*member);
                return command.add_option(name, word, help)->capture_default_str();
            } else if constexpr (std::is_same_v<Value, std::filesystem::path>)
                return command.add_option_function<std::string>(
                    name, [&settings, member](const std::string& value) { settings.*member = value; }, help);
            else
                return command.add_option(name, settings.*member, help)->capture_default_str();
        },
        field.member);
}

models::LvitTrainOptions merged(const TrainFields& options)
{
    auto settings = trainSettings(options);
    if (settings.data.empty() || settings.output.empty())
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "Training needs --data and --output (or both in the file of --config).");
    return settings;
}

ExitCode train(const TrainFields& options, const Console& console)
{
    auto settings = merged(options);
    settings.readers = trainingReaders();
    settings.cache = pictureCache(settings.cache);
    const auto result = models::library().train(settings, console.stop, console.progress());
    char line[160];
    std::snprintf(line, sizeof line, "%d epochs in %.0f s, best epoch %d with Dice %.2f on the validation split",
        result.epochs, result.seconds, result.bestEpoch, 100 * result.bestScore);
    console.line(line);
    if (result.cancelled)
        console.line("Stopped; run the same command with --resume to go on.");
    console.document({{"output", settings.output.string()}, {"epochs", result.epochs}, {"best_epoch", result.bestEpoch},
        {"best_dice", result.bestScore}, {"seconds", result.seconds}, {"cancelled", result.cancelled},
        {"warnings", result.warnings}});
    return result.cancelled ? ExitCode::Cancelled : ExitCode::Done;
}

} // namespace

void addTrainFields(CLI::App& command, TrainFields& fields, const std::vector<std::string_view>& without)
{
    command.add_option("--config", fields.config, "JSON file with settings, named as the options");
    for (const auto& field : models::trainOptionFields())
        if (std::find(without.begin(), without.end(), field.name) == without.end())
            fields.options.emplace_back(&field, addField(command, field, fields));
}

models::LvitTrainOptions trainSettings(const TrainFields& fields, const models::LvitTrainOptions& defaults)
{
    auto settings = defaults;
    if (!fields.config.empty())
        settings = models::readOptions(fields.config, settings);
    for (const auto& [field, option] : fields.options)
        if (option->count() > 0)
            std::visit(
                [&, name = field->name](auto member) {
                    using Value = std::remove_reference_t<decltype(settings.*member)>;
                    if constexpr (models::isChoice<Value>)
                        settings.*member = models::choiceOf<Value>(name, fields.words.at(name));
                    else
                        settings.*member = fields.given.*member;
                },
                field->member);
    return settings;
}

void addTrain(CLI::App& parent, std::optional<Run>& run)
{
    CLI::App* trainCommand = parent.add_subcommand("train", "Train a model; a folder in, a model package out");
    trainCommand->require_subcommand(1);
    auto options = std::make_shared<TrainFields>();
    CLI::App* command = trainCommand->add_subcommand("lvit",
        "Train LViT on a folder with manifest.csv (split,image,mask,text), in LViT's own layout, or of DICOM studies");
    addTrainFields(*command, *options);
    command->footer("Example: limn train lvit --data qata --output my-model --width 16 --epochs 30\n"
                    "Ctrl-C keeps the state; --resume goes on as if nothing had happened.");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return train(*options, console); }; });
}

} // namespace app::cli
