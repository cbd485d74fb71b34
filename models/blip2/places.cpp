#include "models/blip2/places.h"

#include "imaging/error.h"
#include "models/package/package_json.h"

#include <nlohmann/json.hpp>

namespace models::blip2 {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using nlohmann::json;

/// What `key` names; empty: nothing.
std::filesystem::path placeOf(const json& document, const char* key, const std::filesystem::path& folder)
{
    const auto found = document.find(key);
    if (found == document.end())
        return {};
    const auto config = (folder / "config.json").string();
    if (!found->is_string() || found->get_ref<const std::string&>().empty())
        throw Error(ErrorKind::Model,
            "The settings of the BLIP-2 model in " + config + " cannot be used: \"" + key
                + "\" is not the path of a file or folder.",
            config);
    const auto path = (folder / found->get<std::string>()).lexically_normal();
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        throw Error(ErrorKind::NotFound,
            "There is no file or folder " + path.string() + ", which " + config + " names as \"" + key
                + "\": paths begin at its folder.",
            path.string());
    return path;
}

} // namespace

Places placesOf(const std::filesystem::path& folder)
{
    const auto document = readConfigJson(folder);
    Places places{folder, placeOf(document, "weights", folder), placeOf(document, "vision_weights", folder),
        placeOf(document, "language_model", folder), false};
    places.lavis = !places.weights.empty() || !places.vision.empty() || !places.language.empty();
    if (places.weights.empty())
        places.weights = folder;
    return places;
}

std::filesystem::path languageFolder(const Places& places)
{
    return places.language.empty() ? places.folder : places.language;
}

std::filesystem::path languageConfig(const Places& places)
{
    return languageFolder(places) / "config.json";
}

json languageDocument(const Places& places)
{
    auto document = readConfigJson(languageFolder(places));
    if (places.language.empty())
        return document.value("text_config", json::object());
    if (document.value("model_type", json()) == "t5")
        document["dense_act_fn"] = "gelu";
    return document;
}

} // namespace models::blip2
