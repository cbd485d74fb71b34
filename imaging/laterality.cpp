#include "imaging/laterality.h"

#include "imaging/geometry.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace imaging {

namespace {

constexpr std::string_view kSideWords[] = {"left", "right"};

/// The six numbers of (0020,0037), or nothing when they are not six finite numbers.
std::optional<std::array<double, 6>> directionCosines(std::string_view text)
{
    std::array<double, 6> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t end = text.find('\\');
        if ((end == std::string_view::npos) != (i + 1 == values.size()))
            return std::nullopt;
        std::string_view part = text.substr(0, end);
        while (!part.empty() && (part.front() == ' ' || part.front() == '+'))
            part.remove_prefix(1);
        const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), values[i]);
        if (error != std::errc() || stop == part.data() || !std::isfinite(values[i]))
            return std::nullopt;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return values;
}

/// Letters of a direction, the strongest first; weak parts of an oblique direction are left out.
std::string lettersOf(PatientPoint direction)
{
    constexpr double kWorthNaming = 0.25;
    std::array<std::pair<double, char>, 3> parts{{{std::abs(direction.x), direction.x > 0 ? 'L' : 'R'},
        {std::abs(direction.y), direction.y > 0 ? 'P' : 'A'}, {std::abs(direction.z), direction.z > 0 ? 'H' : 'F'}}};
    std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::string letters;
    for (const auto& [strength, letter] : parts) {
        if (strength > kWorthNaming)
            letters += letter;
    }
    return letters;
}

char opposite(char letter)
{
    constexpr std::string_view kLetters = "LRPAHF";
    const std::size_t at = kLetters.find(letter);
    return at == std::string_view::npos ? '\0' : kLetters[at ^ 1U];
}

std::string opposite(const std::string& letters)
{
    std::string result;
    for (const char letter : letters)
        result += opposite(letter);
    return result;
}

/// One value of (0020,0020) when it consists of known letters only; the strongest comes first.
std::string knownLetters(std::string_view value)
{
    while (!value.empty() && value.back() == ' ')
        value.remove_suffix(1);
    while (!value.empty() && value.front() == ' ')
        value.remove_prefix(1);
    const bool known = std::all_of(value.begin(), value.end(), [](char c) { return opposite(c) != '\0'; });
    return known ? std::string(value) : std::string();
}

std::pair<std::string, std::string> rowAndColumnLetters(
    std::string_view orientation, std::string_view patientOrientation)
{
    if (const auto c = directionCosines(orientation)) {
        const auto& v = *c;
        return {lettersOf({v[0], v[1], v[2]}), lettersOf({v[3], v[4], v[5]})};
    }
    const std::size_t split = patientOrientation.find('\\');
    if (split == std::string_view::npos)
        return {knownLetters(patientOrientation), {}};
    return {knownLetters(patientOrientation.substr(0, split)), knownLetters(patientOrientation.substr(split + 1))};
}

PictureSides sidesFromRow(const std::string& rowLetters)
{
    if (rowLetters.empty())
        return {};
    if (rowLetters.front() == 'L')
        return {PatientSide::Right, PatientSide::Left};
    if (rowLetters.front() == 'R')
        return {PatientSide::Left, PatientSide::Right};
    return {};
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Index in kSideWords of the whole word that begins at `at`, or -1.
int sideWordAt(std::string_view text, std::size_t at)
{
    if (at > 0 && isLetter(text[at - 1]))
        return -1;
    for (int i = 0; i < 2; ++i) {
        const std::string_view word = kSideWords[i];
        const std::string_view found = text.substr(at, word.size());
        const bool same = found.size() == word.size()
            && std::equal(word.begin(), word.end(), found.begin(), [](char a, char b) { return a == lower(b); });
        if (same && (at + word.size() == text.size() || !isLetter(text[at + word.size()])))
            return i;
    }
    return -1;
}

std::string withCaseOf(std::string_view model, std::string_view word)
{
    const bool first = model.front() != lower(model.front());
    const bool all = std::none_of(model.begin(), model.end(), [](char c) { return c == lower(c); });
    std::string result;
    for (const char c : word)
        result += all || (first && result.empty()) ? upper(c) : c;
    return result;
}

} // namespace

PictureSides sidesFromOrientation(std::string_view imageOrientation)
{
    return sidesFromRow(rowAndColumnLetters(imageOrientation, {}).first);
}

PictureSides sidesFromPatientOrientation(std::string_view patientOrientation)
{
    return sidesFromRow(rowAndColumnLetters({}, patientOrientation).first);
}

std::array<std::string, 4> edgeLetters(std::string_view imageOrientation, std::string_view patientOrientation)
{
    const auto [row, column] = rowAndColumnLetters(imageOrientation, patientOrientation);
    return {opposite(row), row, opposite(column), column};
}

std::string swapSideWords(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const int word = sideWordAt(text, at);
        if (word < 0) {
            result += text[at++];
            continue;
        }
        const std::size_t size = kSideWords[word].size();
        result += withCaseOf(text.substr(at, size), kSideWords[1 - word]);
        at += size;
    }
    return result;
}

bool namesSide(std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (sideWordAt(text, at) >= 0)
            return true;
    }
    return false;
}

} // namespace imaging
