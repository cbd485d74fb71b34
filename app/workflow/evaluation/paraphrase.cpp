#include "app/workflow/evaluation/paraphrase.h"

#include "annotations/report/reading.h"
#include "annotations/report/report_words.h"
#include "imaging/error.h"

#include <nlohmann/json.hpp>

namespace app {

namespace {

using Words = std::vector<std::pair<std::string_view, std::string>>;

/// The template with each "{name}" replaced.
std::string filled(std::string text, const Words& words)
{
    for (const auto& [name, word] : words) {
        const std::string mark = "{" + std::string(name) + "}";
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + word.size()))
            text.replace(at, mark.size(), word);
    }
    return text;
}

std::string joined(const std::vector<std::string>& parts, const std::string& by)
{
    std::string text;
    for (const auto& part : parts)
        text += (text.empty() ? "" : by) + part;
    return text;
}

std::string lungPhrase(const annotations::LungZones& lung, const ParaphraseWay& way, std::size_t side)
{
    std::vector<std::string> zones;
    const bool named[] = {lung.upper, lung.middle, lung.lower};
    for (std::size_t zone = 0; zone < 3; ++zone)
        if (named[zone])
            zones.push_back(way.zones[side][zone]);
    const auto& phrase = zones.empty() ? way.lung
        : lung.all()                   ? way.wholeLung
        : zones.size() == 1            ? way.oneZone
                                       : way.someZones;
    return filled(phrase, {{"zones", joined(zones, way.zoneJoin)}, {"side", way.sides[side]}});
}

/// Each sentence with a capital letter.
std::string capitalized(std::string text)
{
    bool first = true;
    for (char& character : text) {
        if (first && character >= 'a' && character <= 'z')
            character = static_cast<char>(character - 'a' + 'A');
        first = character == '.' || (first && character == ' ');
    }
    return text;
}

template <std::size_t Count>
std::array<std::string, Count> words(const nlohmann::json& json, const char* key, const std::string& source)
{
    const auto& list = json.at(key);
    if (!list.is_array() || list.size() != Count)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The list of paraphrases " + source + " is wrong: \"" + key + "\" must have " + std::to_string(Count)
                + " words.",
            source);
    std::array<std::string, Count> result;
    for (std::size_t i = 0; i < Count; ++i)
        result[i] = list[i].get<std::string>();
    return result;
}

ParaphraseWay wayFrom(const nlohmann::json& json, const std::string& source)
{
    const auto text = [&](const char* key) { return json.at(key).get<std::string>(); };
    ParaphraseWay way;
    way.name = text("name");
    if (json.contains("sides"))
        way.sides = words<2>(json, "sides", source);
    way.zones[1] = words<3>(json, "zones", source);
    way.zones[0] = json.contains("left_zones") ? words<3>(json, "left_zones", source) : way.zones[1];
    way.oneZone = text("one_zone");
    way.someZones = text("some_zones");
    way.wholeLung = text("whole_lung");
    way.lung = text("lung");
    way.zoneJoin = text("zone_join");
    way.lungJoin = text("lung_join");
    way.oneArea = text("one_area");
    way.someAreas = text("some_areas");
    way.text = text("text");
    way.withoutAreas = text("without_areas");
    return way;
}

} // namespace

std::vector<ParaphraseWay> parseParaphrases(std::string_view json, const std::string& source)
{
    try {
        std::vector<ParaphraseWay> ways;
        const auto document = nlohmann::json::parse(json);
        for (const auto& way : document.at("ways"))
            ways.push_back(wayFrom(way, source));
        return ways;
    } catch (const nlohmann::json::exception& error) {
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The list of paraphrases " + source + " cannot be read: " + error.what(), source);
    }
}

std::optional<std::string> paraphrase(std::string_view report, const ParaphraseWay& way)
{
    const auto read = annotations::fieldsToDraw(report, {});
    if (!read)
        return std::nullopt;
    const auto& fields = *read;
    std::vector<std::string> lungs;
    if (fields.left.involved)
        lungs.push_back(lungPhrase(fields.left, way, 0));
    if (fields.right.involved)
        lungs.push_back(lungPhrase(fields.right, way, 1));
    if (lungs.empty())
        return std::nullopt;
    const auto areas = filled(fields.areas == 1 ? way.oneArea : way.someAreas,
        {{"number", annotations::numberWord(fields.areas)}, {"digits", std::to_string(fields.areas)}});
    return capitalized(filled(
        fields.areas > 0 ? way.text : way.withoutAreas, {{"lungs", joined(lungs, way.lungJoin)}, {"areas", areas}}));
}

} // namespace app
