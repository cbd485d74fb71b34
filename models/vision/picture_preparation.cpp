#include "models/vision/picture_preparation.h"

#include "models/weights/model_settings.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <fstream>

namespace models::vision {

namespace {

constexpr std::size_t kChannels = 3;

bool isThreeNumbers(const nlohmann::json& value)
{
    return value.is_array() && value.size() == kChannels
        && std::ranges::all_of(value, [](const auto& number) { return number.is_number(); });
}

} // namespace

void requirePreparation(const std::filesystem::path& folder)
{
    const auto file = folder / "preprocessor_config.json";
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        return;
    const auto document = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (!document.is_object())
        return; // Nothing is said there.
    const weights::ModelSettings settings(document, "The preparation of the model's pictures", file);
    for (const char* key : {"image_mean", "image_std"})
        if (settings.has(key) && !isThreeNumbers(document.at(key)))
            settings.refuse(settings.quoted(key) + " is " + document.at(key).dump() + ", no list of three numbers");
    if (settings.has("image_std")
        && !std::ranges::all_of(document.at("image_std"), [](const auto& number) { return number.template get<double>() > 0; }))
        settings.refuse("\"image_std\" is " + document.at("image_std").dump() + ": numbers above 0 are needed");
}

} // namespace models::vision
