#include "imaging/laterality.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace imaging {

namespace {

constexpr std::string_view kSideWords[] = {"left", "right"};

/// Words, or what words begin with, that hold one of these and name no side.
constexpr std::string_view kNoSides[] = {"bright", "upright", "cleft", "fright", "wright", "alright", "outright",
    "downright", "forthright", "copyright", "leftover", "righteous", "rightful", "rightly"};

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

/// Of a direction's length: less along one of the patient's axes is not spoken of.
constexpr double kWorthNaming = 0.25;

/// Letters of a direction, the strongest first; weak parts of an oblique direction are left out.
std::string lettersOf(PatientPoint direction)
{
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

/// Left-right, front-back, head-foot; -1 for no direction.
int axisOf(char letter)
{
    const std::size_t at = std::string_view("LRPAHF").find(letter);
    return letter == '\0' || at == std::string_view::npos ? -1 : static_cast<int>(at / 2);
}

/// A direction along one of the patient's axes, as its letter.
PatientPoint directionOf(char letter)
{
    const double sign = letter == 'L' || letter == 'P' || letter == 'H' ? 1 : -1;
    switch (axisOf(letter)) {
    case 0:
        return {sign, 0, 0};
    case 1:
        return {0, sign, 0};
    default:
        return {0, 0, sign};
    }
}

char firstOf(const std::string& letters)
{
    return letters.empty() ? '\0' : letters.front();
}

PatientSide sideOf(char letter)
{
    return letter == 'L' ? PatientSide::Left : letter == 'R' ? PatientSide::Right : PatientSide::Unknown;
}

/// `row` and `column`: the letters in whose directions rows and columns run; '\0' when unknown.
PictureSides sidesFromLetters(char row, char column)
{
    PictureSides sides;
    if (axisOf(row) >= 0 && axisOf(row) == axisOf(column))
        return sides; // No picture has such axes.
    sides.atLeft = sideOf(opposite(row));
    sides.atRight = sideOf(row);
    // Usual displays have left-right along the rows and head-foot along the columns; side views front-back in between.
    const bool lies = axisOf(row) >= 0 && axisOf(column) >= 0 && axisOf(row) > axisOf(column);
    if (lies) {
        sides.atTop = sideOf(opposite(column));
        std::swap(row, column);
    }
    sides.toUsual = {lies, row == 'R', column == 'H'};
    return sides;
}

/// Whether a direction has no part worth naming along the letter that the other tag names first.
bool contradicts(PatientPoint direction, const std::string& letters)
{
    return !letters.empty() && dot(direction, directionOf(letters.front())) < kWorthNaming;
}

bool contradict(std::string_view imageOrientation, std::string_view patientOrientation)
{
    const auto c = directionCosines(imageOrientation);
    if (!c)
        return false;
    const auto [row, column] = rowAndColumnLetters({}, patientOrientation);
    const auto& v = *c;
    return contradicts({v[0], v[1], v[2]}, row) || contradicts({v[3], v[4], v[5]}, column);
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

PictureSides sidesFromTags(std::string_view imageOrientation, std::string_view patientOrientation)
{
    if (contradict(imageOrientation, patientOrientation)) {
        PictureSides sides;
        sides.doubt = SidesDoubt::Contradiction;
        return sides;
    }
    const auto [row, column] = rowAndColumnLetters(imageOrientation, patientOrientation);
    return sidesFromLetters(firstOf(row), firstOf(column));
}

PictureSides sidesFromAxes(PatientPoint row, PatientPoint column)
{
    return sidesFromLetters(firstOf(lettersOf(row)), firstOf(lettersOf(column)));
}

PictureSides turned(const PictureSides& sides, Turn turn)
{
    const auto across = [](PatientSide side) {
        return side == PatientSide::Left ? PatientSide::Right
            : side == PatientSide::Right ? PatientSide::Left
                                         : PatientSide::Unknown;
    };
    PictureSides result = sides;
    if (turn.transposed)
        std::swap(result.atLeft, result.atTop);
    if (turn.columnsReversed)
        result.atLeft = across(result.atLeft);
    if (turn.rowsReversed)
        result.atTop = across(result.atTop);
    result.atRight = across(result.atLeft);
    result.toUsual = together(inverse(turn), sides.toUsual);
    return result;
}

bool axesFromPatientOrientation(std::string_view patientOrientation, std::array<PatientPoint, 3>& axes)
{
    const auto [rowLetters, columnLetters] = rowAndColumnLetters({}, patientOrientation);
    const char row = firstOf(rowLetters);
    const char column = firstOf(columnLetters);
    if (axisOf(row) < 0 || axisOf(column) < 0 || axisOf(row) == axisOf(column))
        return false;
    axes = {directionOf(row), directionOf(column), cross(directionOf(row), directionOf(column))};
    return true;
}

bool isBareScaling(const VoxelGrid& grid)
{
    constexpr double kTolerance = 1e-6;
    const auto along = [&](std::size_t axis, PatientPoint direction) {
        return length(grid.axes[axis] - direction) < kTolerance;
    };
    const bool ras = along(0, {-1, 0, 0}) && along(1, {0, -1, 0}) && along(2, {0, 0, 1});
    const bool lps = along(0, {1, 0, 0}) && along(1, {0, 1, 0}) && along(2, {0, 0, 1});
    if (length(grid.origin) > kTolerance || !(ras || lps))
        return false;
    const auto isUnit = [](double spacing) { return std::abs(spacing - 1) < kTolerance; };
    return grid.slices == 1 || (ras && std::all_of(grid.spacingMm.begin(), grid.spacingMm.end(), isUnit));
}

std::string_view reasonOf(SidesDoubt doubt)
{
    switch (doubt) {
    case SidesDoubt::Contradiction:
        return "its Patient Orientation (0020,0020) and its Image Orientation (Patient) (0020,0037) contradict each "
               "other";
    case SidesDoubt::BareMatrix:
        return "its matrix is a bare scaling, as programs write it that know of no patient";
    case SidesDoubt::None:
        break;
    }
    return {};
}

std::array<std::string, 4> edgeLetters(std::string_view imageOrientation, std::string_view patientOrientation)
{
    if (contradict(imageOrientation, patientOrientation))
        return {};
    const auto [row, column] = rowAndColumnLetters(imageOrientation, patientOrientation);
    return {opposite(row), row, opposite(column), column};
}

std::string_view nameOf(Sides sides)
{
    return sides == Sides::Patient ? "patient" : "picture";
}

std::optional<Sides> sidesFrom(std::string_view word)
{
    if (word == nameOf(Sides::Patient))
        return Sides::Patient;
    return word == nameOf(Sides::Picture) || word == "image" ? std::optional(Sides::Picture) : std::nullopt;
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

namespace {

/// The letter that a reader takes a character for: of full-width and some Cyrillic ones the Latin letter, nothing of what
/// is not seen (soft hyphens, spaces without width), as it came from a PDF.
std::string_view seenAs(std::string_view character)
{
    struct Look
    {
        std::string_view character;
        std::string_view seen;
    };
    static constexpr Look kLooks[] = {{"\u00ad", ""}, {"\u200b", ""}, {"\u200c", ""}, {"\u200d", ""}, {"\u2060", ""},
        {"\ufeff", ""}, {"\u0435", "e"}, {"\u0456", "i"}, {"\u04bb", "h"}, {"\u04cf", "l"}, {"\u0433", "r"}};
    for (const auto& look : kLooks)
        if (look.character == character)
            return look.seen;
    constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
    // U+FF21 to U+FF3A and U+FF41 to U+FF5A, in UTF-8.
    if (character.size() == 3 && character[0] == '\xef' && (character[1] == '\xbc' || character[1] == '\xbd')) {
        const int place = static_cast<unsigned char>(character[2]) - (character[1] == '\xbc' ? 0xa1 : 0x81);
        if (place >= 0 && place < 26)
            return kLower.substr(static_cast<std::size_t>(place), 1);
    }
    return character;
}

std::string asSeen(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
            ++end;
        result += seenAs(text.substr(at, end - at));
        at = end;
    }
    return result;
}

std::size_t sideWordsIn(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
        count += sideWordAt(text, at) >= 0 ? 1 : 0;
    return count;
}

} // namespace

bool namesSide(std::string_view text)
{
    return sideWordsIn(text) > 0;
}

bool hidesSide(std::string_view given)
{
    const auto text = asSeen(given);
    if (text != given && sideWordsIn(text) != sideWordsIn(given))
        return true;
    for (std::size_t at = 0; at < text.size();) {
        std::string word;
        for (; at < text.size() && isLetter(text[at]); ++at)
            word += lower(text[at]);
        for (const auto harmless : kNoSides)
            if (const auto found = word.find(harmless); found != std::string::npos)
                word.erase(found, harmless.size());
        for (const auto side : kSideWords)
            if (word != side && word.find(side) != std::string::npos)
                return true;
        for (const auto side : {"dexter", "dextral", "sinister", "sinistral"})
            if (word == side)
                return true;
        at += word.empty() ? 1 : 0;
    }
    return false;
}

} // namespace imaging
