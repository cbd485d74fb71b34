#include "models/package/model_list.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/package/model_folders.h"
#include "models/package/package_json.h"
#include "models/weights/safetensors_header.h"
#include "models/weights/weights_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace models {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kDrawsMasks = "lvit";
constexpr std::array kOtherKinds{"clip", "siglip", "blip", "blip-2", "instructblip", "bert"};

[[noreturn]] void refuseLearnt(const fs::path& file)
{
    throw Error(ErrorKind::Model,
        "What was learnt in " + file.string() + " cannot be read: the file is damaged. Get it again.", file.string());
}

std::string wordOf(const json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>()
                                                                             : std::string();
}

LearntBlock learntBlock(const std::string& text, const fs::path& file)
{
    const auto said = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!said.is_object())
        refuseLearnt(file);
    LearntBlock block{wordOf(said, "method"), {}, wordOf(said, "backbone_sha256")};
    for (const auto& name : said.value("classes", json::array()))
        if (name.is_string())
            block.classes.push_back(name.get<std::string>());
    return block;
}

std::optional<ListedModel> readLearnt(const fs::path& folder)
{
    const auto file = folder / "prompts.safetensors";
    const auto metadata = weights::readSafetensorsMetadata(file);
    for (const auto& [key, kind] : {std::pair{"limn_prompts", "clip-prompts"}, {"limn_probe", "clip-probe"}})
        if (const auto text = metadata.find(key); text != metadata.end()) {
            ListedModel model;
            model.modelType = kind;
            model.learnt = learntBlock(text->second, file);
            return model;
        }
    return std::nullopt;
}

/// Hugging Face's own folders say their kind and nothing else of what a head holds.
std::optional<ListedModel> readConfigured(const fs::path& folder)
{
    const auto config = readConfigJson(folder);
    const auto source = (folder / "config.json").string();
    const auto kind = wordOf(config, "model_type");
    ListedModel model;
    if (kind == kDrawsMasks) {
        static_cast<PackageHead&>(model) = packageHeadFromJson(config, source);
        model.segmenter = segmenterBlockFromJson(config, source);
        return model;
    }
    if (std::find(kOtherKinds.begin(), kOtherKinds.end(), kind) == kOtherKinds.end() && !isLanguageModel(kind))
        return std::nullopt;
    if (config.contains("name") && config.contains("version"))
        static_cast<PackageHead&>(model) = packageHeadFromJson(config, source);
    else if (isLanguageModel(kind)) // Which is for no pictures: it has no head.
        model.name = wordOf(config, "name");
    model.modelType = kind;
    return model;
}

std::optional<ListedModel> openClipModel()
{
    ListedModel model;
    model.modelType = "clip";
    return model;
}

} // namespace

bool isLanguageModel(std::string_view modelType)
{
    return std::find(kLanguageModels.begin(), kLanguageModels.end(), modelType) != kLanguageModels.end();
}

std::optional<ListedModel> readModel(const fs::path& folder)
{
    std::error_code ignored;
    auto model = fs::is_regular_file(folder / weights::kOpenClipConfig, ignored) ? openClipModel()
        : fs::is_regular_file(folder / "config.json", ignored)                  ? readConfigured(folder)
        : holdsModel(folder)                                                    ? readLearnt(folder)
                                                                                : std::nullopt;
    if (!model)
        return std::nullopt;
    model->folder = folder;
    if (model->name.empty())
        model->name = (folder / "").parent_path().filename().string();
    return model;
}

std::vector<ListedModel> listModels()
{
    std::vector<ListedModel> models;
    std::vector<fs::path> names;
    for (const auto& place : packageSearchPath()) {
        for (const auto& folder : modelFoldersIn(place)) {
            if (std::find(names.begin(), names.end(), folder.filename()) != names.end())
                continue;
            try {
                if (auto model = readModel(folder)) {
                    models.push_back(std::move(*model));
                    names.push_back(folder.filename());
                }
            } catch (const Error& error) {
                imaging::log(imaging::LogLevel::Warning, error.what());
            }
        }
    }
    return models;
}

fs::path firstModelOf(std::span<const std::string_view> kinds)
{
    for (const auto& model : listModels())
        if (std::find(kinds.begin(), kinds.end(), model.modelType) != kinds.end())
            return model.folder;
    return {};
}

fs::path findModel(const std::string& nameOrPath, std::span<const std::string_view> kinds)
{
    std::error_code ignored;
    if (fs::exists(nameOrPath, ignored))
        return nameOrPath;
    if (!nameOrPath.empty())
        return findPackage(nameOrPath);
    if (auto first = firstModelOf(kinds); !first.empty())
        return first;
    std::string names;
    for (const auto kind : kinds)
        names += (names.empty() ? "" : ", ") + std::string(kind);
    throw Error(ErrorKind::NotFound,
        "There is no model of this kind (" + names + ") in any of the folders of models: name the folder of one.");
}

} // namespace models
