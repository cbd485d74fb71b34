#include "app/cli/model_option.h"

#include "imaging/error.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>

namespace app::cli {

namespace {

struct KindOfModel
{
    std::string_view kind;
    const char* name;
    const char* use; ///< What it does, and which command it is for.
};

constexpr const char* kClassify = "which tells classes apart: use `limn classify`";
constexpr const char* kReport =
    "which writes about pictures or compares texts with them: use `limn caption` or `limn match`";
constexpr const char* kLearnt = "which belongs to one: name that CLIP, and this with `limn classify --prompts`";

constexpr const char* kLanguage =
    "a language model, which sees no pictures: a BLIP-2 that writes with it is made by `limn train blip2 --language-model`";

constexpr KindOfModel kKnownKinds[] = {
    {"lvit", "an LViT", "which draws masks: use `limn segment`"},
    {"clip", "a CLIP", kClassify},
    {"siglip", "a SigLIP", kClassify},
    {"blip", "a BLIP", kReport},
    {"blip-2", "a BLIP-2", kReport},
    {"instructblip", "an InstructBLIP", "which does what it is told about a picture: use `limn caption --prompt`"},
    {"bert", "a BERT", "which reads texts for other models: they find it themselves"},
    {"clip-prompts", "what was learnt for a CLIP", kLearnt},
    {"clip-probe", "what was learnt for a CLIP", kLearnt},
    {"opt", "an OPT", kLanguage},
    {"t5", "a T5", kLanguage},
    {"llama", "a Llama", kLanguage},
};

const KindOfModel* findKind(std::string_view kind)
{
    const auto* found = std::ranges::find(kKnownKinds, kind, &KindOfModel::kind);
    return found == std::end(kKnownKinds) ? nullptr : found;
}

/// "a BLIP, a BLIP-2 or an InstructBLIP"
std::string namesOf(std::span<const std::string_view> kinds)
{
    std::string names;
    for (std::size_t i = 0; i < kinds.size(); ++i)
        names.append(i == 0 ? "" : i + 1 == kinds.size() ? " or " : ", ").append(nameOfKind(kinds[i]));
    return names;
}

} // namespace

void addModel(CLI::App& command, std::string& model, const std::string& help)
{
    command.add_option("--model", model, help + "; or a name that `limn models list` shows (default: the one that ships, or the first in LIMN_MODELS)");
}

std::string kindOf(const std::filesystem::path& folder)
{
    std::error_code missing;
    const auto read = std::filesystem::is_directory(folder, missing) ? models::readModel(folder) : std::nullopt;
    return read ? read->modelType : std::string();
}

std::string nameOfKind(std::string_view kind)
{
    const auto* known = findKind(kind);
    return known ? std::string(known->name) : std::string("a model of the kind \"").append(kind).append("\"");
}

void requireKind(const std::filesystem::path& model, std::span<const std::string_view> kinds)
{
    const auto kind = kindOf(model);
    const auto* known = findKind(kind);
    if (known && std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
        throw imaging::Error(imaging::ErrorKind::Model,
            "The model in \"" + model.string() + "\" is " + known->name + ", " + known->use
                + ", or choose " + namesOf(kinds) + ".",
            model.string());
}

std::string namedModel(const std::string& name, std::span<const std::string_view> kinds)
{
    if (name.empty())
        return {};
    const auto found = models::findModel(name, kinds);
    requireKind(found, kinds);
    return found.string();
}

std::string chosenModel(const std::string& model, std::span<const std::string_view> kinds, const Console& console)
{
    if (!model.empty())
        return namedModel(model, kinds);
    const auto found = models::findModel(model, kinds);
    console.line("Model: " + found.filename().string());
    return found.string();
}

void runWithModel(CLI::App& command, std::optional<Run>& run, std::string& model,
    std::span<const std::string_view> kinds, const Run& work, const std::function<void()>& check)
{
    command.callback([&run, &model, kinds, work, check] {
        run = [&model, kinds, work, check](const Console& console) {
            if (check)
                check();
            model = chosenModel(model, kinds, console);
            return work(console);
        };
    });
}

} // namespace app::cli
