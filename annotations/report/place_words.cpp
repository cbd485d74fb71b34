#include "annotations/report/place_words.h"

#include <bit>
#include <cctype>
#include <cstdlib>
#include <string>
#include <vector>

namespace annotations {

namespace {

constexpr std::array<std::string_view, 13> kNumbers{
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};

/// Lower-case words; what ends a phrase (a comma, a full stop, "and") stands as ",".
std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words(1);
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (std::isalnum(byte) != 0)
            words.back() += char(std::tolower(byte));
        else if (!words.back().empty())
            words.emplace_back();
        if (character == ',' || character == ';' || character == '.')
            words.insert(words.end() - 1, ",");
    }
    for (auto& word : words)
        if (word == "and")
            word = ",";
    words.push_back(",");
    return words;
}

int numberOf(const std::string& word)
{
    for (std::size_t number = 1; number < kNumbers.size(); ++number)
        if (word == kNumbers[number])
            return int(number);
    return word.size() < 4 ? std::atoi(word.c_str()) : 0;
}

unsigned zoneOf(const std::string& word)
{
    if (word == "upper")
        return PlaceWords::kUpper;
    if (word == "middle" || word == "mid")
        return PlaceWords::kMiddle;
    return word == "lower" ? PlaceWords::kLower : 0;
}

int areasIn(const std::vector<std::string>& words)
{
    for (std::size_t place = 1; place < words.size(); ++place)
        if (words[place] == "area" || words[place] == "areas")
            for (std::size_t before = 1; before <= 2 && before <= place; ++before)
                if (const int number = numberOf(words[place - before]))
                    return number;
    return 0;
}

double overlap(unsigned first, unsigned second)
{
    return first == second ? 1 : double(std::popcount(first & second)) / std::popcount(first | second);
}

} // namespace

PlaceWords readPlaceWords(std::string_view text)
{
    const auto words = wordsOf(text);
    PlaceWords result;
    result.areas = areasIn(words);
    unsigned zones = 0; // Carried on: "middle and lower left lung".
    std::array<bool, 2> sides{};
    bool both = false;
    for (const auto& word : words) {
        zones |= zoneOf(word);
        sides[0] = sides[0] || word == "left";
        sides[1] = sides[1] || word == "right";
        both = both || word == "bilateral" || word == "both";
        if (word != "," || (!sides[0] && !sides[1]))
            continue;
        for (std::size_t side = 0; side < 2; ++side)
            if (sides[side])
                result.zones[side] |= zones != 0 ? zones : PlaceWords::kAll;
        zones = 0;
        sides = {};
    }
    if (!result.namesSide() && both)
        result.zones.fill(zones != 0 ? zones : PlaceWords::kAll);
    return result;
}

double similarity(const PlaceWords& first, const PlaceWords& second)
{
    const double sides = first.sameSides(second) ? 1 : 0;
    const double areas = first.areas > 0 && second.areas > 0 ? 1.0 / (1 + std::abs(first.areas - second.areas)) : 0;
    const double zones = (overlap(first.zones[0], second.zones[0]) + overlap(first.zones[1], second.zones[1])) / 2;
    return (4 * sides + 2 * areas + zones) / 7;
}

} // namespace annotations
