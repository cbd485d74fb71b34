#include "models/clip/prompt_files.h"

#include "imaging/error.h"
#include "models/clip/backbone.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace models::clip {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using nlohmann::json;
using weights::StateDict;

constexpr const char* kMetadataKey = "limn_prompts";
constexpr std::array<std::pair<PromptMethod, const char*>, 5> kMethods{{
    {PromptMethod::CoOp, "coop"},
    {PromptMethod::CoCoOp, "cocoop"},
    {PromptMethod::IndependentVisionLanguage, "ivlp"},
    {PromptMethod::VisualPrompts, "vpt"},
    {PromptMethod::Maple, "maple"},
}};
constexpr std::array<std::pair<ClassPosition, const char*>, 3> kPositions{{
    {ClassPosition::End, "end"},
    {ClassPosition::Middle, "middle"},
    {ClassPosition::Front, "front"},
}};

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason)
{
    throw Error(ErrorKind::Model, "The prompts in " + file.string() + " cannot be used: " + reason + ".", file.string());
}

template <typename Values, typename Value> std::string wordFor(const Values& values, Value wanted)
{
    const auto found = std::find_if(values.begin(), values.end(), [&](const auto& one) { return one.first == wanted; });
    return found->second;
}

template <typename Values> auto valueOf(const Values& values, const json& word, const std::filesystem::path& file)
{
    const auto found = std::find_if(values.begin(), values.end(), [&](const auto& one) { return word == one.second; });
    if (found == values.end())
        refuse(file, "it was learnt in a way that is not known here: " + word.dump());
    return found->first;
}

std::filesystem::path checkpointOf(const std::filesystem::path& path)
{
    if (!std::filesystem::is_directory(path))
        return path;
    if (std::filesystem::exists(path / "prompts.safetensors"))
        return path / "prompts.safetensors";
    std::ifstream list(path / "checkpoint");
    std::string name;
    if (!std::getline(list, name) || name.empty())
        throw Error(ErrorKind::NotFound,
            "There are no prompts in " + path.string() + ": neither prompts.safetensors nor a file 'checkpoint' that names one.",
            path.string());
    if (name.find('/') != std::string::npos || name == "..")
        refuse(path / "checkpoint", "the name in it leaves the folder");
    return path / name;
}

bool isDeepPrompt(const std::string& key)
{
    return key.ends_with(".VPT_shallow");
}

bool isPrompt(const std::string& key)
{
    return key.starts_with("prompt_learner.") || isDeepPrompt(key) || key == "image_encoder.VPT";
}

/// Sorts what the file holds into prompts and CLIP's own tensors, which are called as in OpenAI's files then.
void sortWeights(StateDict tensors, PromptFile& file)
{
    const bool bare = tensors.contains("ctx");
    for (auto& [given, tensor] : tensors) {
        const auto key = bare ? "prompt_learner." + given : given;
        if (key.ends_with(".token_prefix") || key.ends_with(".token_suffix"))
            continue;
        if (isPrompt(key)) {
            file.weights.emplace(key, tensor);
            continue;
        }
        for (const auto& [from, to] :
            {std::pair<std::string_view, std::string>{"image_encoder.", "visual."}, {"text_encoder.", ""}})
            if (key.starts_with(from))
                file.backbone.emplace(to + key.substr(from.size()), tensor);
    }
}

std::int64_t tokensOf(const PromptFile& file, const std::string& key, const std::filesystem::path& path)
{
    const auto found = file.weights.find(key);
    if (found == file.weights.end() || found->second.dim() < 2)
        refuse(path, "there is no '" + key + "', or it is no matrix");
    return found->second.size(found->second.dim() - 2);
}

std::int64_t countOf(const PromptFile& file, std::string_view front, std::string_view back)
{
    return std::count_if(file.weights.begin(), file.weights.end(),
        [&](const auto& entry) { return entry.first.starts_with(front) && entry.first.ends_with(back); });
}

/// What names and shapes tell; the rest are the authors' defaults.
PromptConfig configOfNames(const PromptFile& file, const std::filesystem::path& path)
{
    PromptConfig config;
    const auto has = [&](const char* key) { return file.weights.contains(key); };
    config.method = has("prompt_learner.proj.weight")    ? PromptMethod::Maple
        : has("prompt_learner.meta_net.linear1.weight")  ? PromptMethod::CoCoOp
        : !has("prompt_learner.ctx")                     ? PromptMethod::VisualPrompts
        : countOf(file, "", ".VPT_shallow") > 0 || has("image_encoder.VPT")
        ? PromptMethod::IndependentVisionLanguage
        : PromptMethod::CoOp;
    config.textTokens =
        config.method == PromptMethod::VisualPrompts ? 0 : tokensOf(file, "prompt_learner.ctx", path);
    config.visionTokens = has("image_encoder.VPT") ? tokensOf(file, "image_encoder.VPT", path) : 0;
    config.textDepth = 1
        + (config.method == PromptMethod::Maple ? countOf(file, "prompt_learner.compound_prompts_text.", "")
                                                : countOf(file, "text_encoder.", ".VPT_shallow"));
    config.visionDepth = 1 + countOf(file, "image_encoder.", ".VPT_shallow");
    config.perClass = has("prompt_learner.ctx") && file.weights.at("prompt_learner.ctx").dim() == 3;
    constexpr std::int64_t kWords = 4; // "a photo of a": longer contexts start at random.
    config.contextWords = config.textTokens > kWords ? "" : "a photo of a";
    return config;
}

json described(const PromptConfig& config)
{
    return {{"method", wordFor(kMethods, config.method)}, {"class_position", wordFor(kPositions, config.classPosition)},
        {"context_words", config.contextWords}, {"half_rounding", config.halfRounding},
        {"n_ctx", config.method == PromptMethod::VisualPrompts ? config.visionTokens : config.textTokens},
        {"depth", config.method == PromptMethod::VisualPrompts ? config.visionDepth : config.textDepth},
        {"precision", "float32"}};
}

/// What only our own files say.
void readDescription(PromptFile& file, const std::string& text, const std::filesystem::path& path)
{
    const auto said = json::parse(text, nullptr, /*allow_exceptions=*/false);
    const auto value = [&](const char* key) { return said.is_object() ? said.value(key, json()) : json(); };
    const auto classes = value("classes");
    const bool texts = std::all_of(classes.begin(), classes.end(), [](const json& name) { return name.is_string(); });
    if (!value("context_words").is_string() || !value("half_rounding").is_boolean() || !classes.is_array() || !texts
        || !value("backbone_sha256").is_string())
        refuse(path, "its description is damaged");
    if (valueOf(kMethods, value("method"), path) != file.config.method)
        refuse(path, "its description does not fit its tensors");
    file.config.classPosition = valueOf(kPositions, value("class_position"), path);
    file.config.contextWords = value("context_words").get<std::string>();
    file.config.halfRounding = value("half_rounding").get<bool>();
    file.backboneSha256 = value("backbone_sha256").get<std::string>();
    file.classes = classes.get<std::vector<std::string>>();
}

} // namespace

std::string methodName(PromptMethod method)
{
    return wordFor(kMethods, method);
}

bool holdsPrompts(const StateDict& weights)
{
    return std::any_of(weights.begin(), weights.end(),
        [](const auto& entry) { return entry.first == "ctx" || isPrompt(entry.first); });
}

PromptFile readPrompts(const std::filesystem::path& path)
{
    const auto checkpoint = checkpointOf(path);
    PromptFile file;
    sortWeights(weights::readWeights(checkpoint), file);
    if (file.weights.empty())
        refuse(checkpoint, "no learnt prompts are in it");
    file.config = configOfNames(file, checkpoint);
    if (checkpoint.extension() == ".safetensors") {
        const auto metadata = weights::readSafetensorsMetadata(checkpoint);
        if (const auto found = metadata.find(kMetadataKey); found != metadata.end())
            readDescription(file, found->second, checkpoint);
    }
    return file;
}

void requireSameBackbone(
    const PromptFile& file, const Clip& clip, const std::string& clipSha256, const std::string& name)
{
    requireBackbone(clipSha256, file.backboneSha256, name);
    if (file.backbone.empty())
        return;
    const auto own = weights::weightsOf(*clip);
    for (const auto& [key, tensor] : file.backbone) {
        const auto found = own.find(key);
        constexpr double kHalf = 2e-3; // As far as float16 tells.
        const bool same = found != own.end() && found->second.sizes() == tensor.sizes()
            && at::allclose(found->second, tensor.to(at::kFloat), kHalf, kHalf);
        if (!same)
            throw Error(ErrorKind::Model,
                "The prompts in " + name + " belong to another CLIP: its tensor '" + key
                    + "' is not this model's. Choose the model that they were learnt with.",
                name);
    }
}

Prompts openPrompts(const PromptFile& file, const Clip& clip, const ClassTokens& classes, const std::string& name)
{
    Prompts prompts(file.config, clip, classes);
    weights::loadWeights(*prompts, file.weights, name);
    prompts->eval();
    return prompts;
}

void writePrompts(const std::filesystem::path& file, const Prompts& prompts, const std::vector<std::string>& classes,
    const std::string& backboneSha256)
{
    auto description = described(prompts->config());
    description["classes"] = classes;
    description["backbone_sha256"] = backboneSha256;
    weights::writeSafetensors(file, weights::weightsOf(*prompts),
        {{kMetadataKey, description.dump(-1, ' ', false, json::error_handler_t::replace)}});
}

} // namespace models::clip
