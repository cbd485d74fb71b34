#include "models/scoring/changed_text.h"

#include "annotations/report/place_words.h"
#include "imaging/laterality.h"

namespace models::scoring {

namespace {

using annotations::PlaceWords;

bool isChangedOnlyIn(const PlaceWords& own, const PlaceWords& other, TextChange change)
{
    if (!other.namesSide())
        return false;
    switch (change) {
    case TextChange::Side:
        return false; // Made, not looked for.
    case TextChange::Zone:
        return own.sameSides(other) && own.areas == other.areas && own.zones != other.zones;
    case TextChange::Number:
        return own.zones == other.zones && own.areas > 0 && other.areas > 0 && own.areas != other.areas;
    case TextChange::Any:
        return !(own == other);
    }
    return false;
}

} // namespace

const char* nameOf(TextChange change)
{
    switch (change) {
    case TextChange::Side:
        return "side only";
    case TextChange::Zone:
        return "zone only";
    case TextChange::Number:
        return "number only";
    case TextChange::Any:
        return "another picture's report";
    }
    return "";
}

std::optional<std::string> changedText(const std::string& text, TextChange change, const std::set<std::string>& known)
{
    const auto own = annotations::readPlaceWords(text);
    if (change == TextChange::Side) {
        auto other = imaging::swapSideWords(text);
        if (own.sameSides(annotations::readPlaceWords(other)))
            return std::nullopt;
        return other;
    }
    const auto fits = [&](const std::string& other) {
        return isChangedOnlyIn(own, annotations::readPlaceWords(other), change);
    };
    const auto after = known.upper_bound(text);
    for (auto other = after; other != known.end(); ++other)
        if (fits(*other))
            return *other;
    for (auto other = known.begin(); other != after; ++other)
        if (fits(*other))
            return *other;
    return std::nullopt;
}

} // namespace models::scoring
