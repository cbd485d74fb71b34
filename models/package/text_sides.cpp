#include "models/package/text_sides.h"

#include "imaging/error.h"
#include "models/package/package_json.h"

#include <nlohmann/json.hpp>

#include <string>

namespace models {

std::optional<imaging::Sides> textSidesOf(const std::filesystem::path& model)
{
    const auto said = saidInConfig(model, "texts_mean_sides_of");
    if (!said)
        return std::nullopt;
    const auto sides = said->is_string() ? imaging::sidesFrom(said->get<std::string>()) : std::nullopt;
    if (!sides)
        throw imaging::Error(imaging::ErrorKind::Model,
            "\"texts_mean_sides_of\" in " + (model / "config.json").string()
                + " is neither \"patient\" nor \"picture\".",
            (model / "config.json").string());
    return sides;
}

} // namespace models
