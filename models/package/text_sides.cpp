#include "models/package/text_sides.h"

#include "imaging/error.h"
#include "models/package/package_json.h"

#include <nlohmann/json.hpp>

#include <string>

namespace models {

std::optional<imaging::Sides> textSidesOf(const std::filesystem::path& model)
{
    const auto file = model / "config.json";
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
        return std::nullopt;
    const auto config = readConfigJson(model);
    const auto said = config.find("texts_mean_sides_of");
    if (said == config.end())
        return std::nullopt;
    const auto sides = said->is_string() ? imaging::sidesFrom(said->get<std::string>()) : std::nullopt;
    if (!sides)
        throw imaging::Error(imaging::ErrorKind::Model,
            "\"texts_mean_sides_of\" in " + file.string() + " is neither \"patient\" nor \"picture\".", file.string());
    return sides;
}

} // namespace models
