#include "models/clip/side_accuracy.h"

#include "imaging/files/atomic_file.h"
#include "models/package/package_json.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace models::clip {

namespace {

using nlohmann::json;

bool isPart(const json& value)
{
    return value.is_number() && value >= 0 && value <= 1;
}

} // namespace

std::optional<SideAccuracy> readSideAccuracy(const std::filesystem::path& model)
{
    const auto said = saidInConfig(model, "side_accuracy").value_or(json());
    if (!said.is_object() || !isPart(said.value("accuracy", json())) || !isPart(said.value("most_frequent", json())))
        return std::nullopt;
    const auto made = said.value("made", json());
    return SideAccuracy{said["accuracy"], said["most_frequent"], made.is_string() ? made.get<std::string>() : ""};
}

void writeSideAccuracy(const std::filesystem::path& folder, const SideAccuracy& sides)
{
    auto document = readConfigJson(folder);
    document["side_accuracy"] = {
        {"accuracy", sides.accuracy}, {"most_frequent", sides.mostFrequent}, {"made", sides.made}};
    imaging::writeFileAtomically(folder / "config.json", document.dump(2) + "\n");
}

std::optional<std::string> sideDoubtOf(const SideAccuracy& sides)
{
    if (sides.accuracy > sides.mostFrequent)
        return std::nullopt;
    char text[240];
    std::snprintf(text, sizeof text,
        "This model hardly tells sides apart: of pictures that it had not learnt from it named the true side of %.0f %%, "
        "and always the most frequent one is true of %.0f %%. Look for the side in the picture yourself.",
        100 * sides.accuracy, 100 * sides.mostFrequent);
    return text;
}

} // namespace models::clip
