#include "annotations/report/place_name.h"

#include <utility>

namespace annotations {

std::string placeName(std::string_view side, const LungZones& zones)
{
    if (!zones.involved && !zones.any())
        return {};
    std::string place(side);
    if (zones.all())
        return place.insert(0, "whole ");
    char separator = ' ';
    for (const auto& [in, name] : {std::pair{zones.upper, "upper"}, {zones.middle, "middle"}, {zones.lower, "lower"}}) {
        if (!in)
            continue;
        if (!place.empty())
            place += separator;
        place += name;
        separator = '/';
    }
    return place;
}

} // namespace annotations
