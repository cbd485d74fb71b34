#include "annotations/report/paraphrases.h"

#include "annotations/report/report_words.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace annotations {

namespace {

using std::string_view;

/// splitmix64 (Steele, Lea and Flood 2014), begun from a text and numbers.
class Choice
{
public:
    Choice(string_view text, std::uint64_t seed, std::uint64_t number)
        : m_state(seed * 0x9E3779B97F4A7C15U + number * 0xD1B54A32D192ED03U)
    {
        for (const char letter : text)
            m_state = (m_state ^ static_cast<unsigned char>(letter)) * 0x100000001B3U; // FNV-1a
    }

    std::size_t below(std::size_t bound)
    {
        m_state += 0x9E3779B97F4A7C15U;
        auto mixed = (m_state ^ (m_state >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return static_cast<std::size_t>((mixed ^ (mixed >> 31U)) % bound);
    }
    bool coin() { return below(2) == 1; }
    string_view of(std::span<const string_view> words) { return words[below(words.size())]; }

private:
    std::uint64_t m_state;
};

struct Lung
{
    string_view side;
    std::vector<string_view> zones; ///< Empty: the lung, nothing closer.
    bool whole = false;
};

/// What a sentence says.
struct Said
{
    string_view finding; ///< Empty: left out.
    std::string number; ///< "two", "multiple"; empty: left out.
    std::vector<Lung> lungs; ///< One or two.
};

constexpr string_view kZones[] = {"upper", "middle", "lower"};
constexpr string_view kHeads[] = {"bilateral ", "unilateral "};
constexpr string_view kInfection = "pulmonary infection";
constexpr string_view kInfections[] = {kInfection, "lung infection", "infection", "pneumonia", "infective change",
    "infectious opacity", "pneumonic change"};
constexpr string_view kSeveral[] = {"multiple", "several", "many"};

std::vector<string_view> split(string_view text, string_view by)
{
    std::vector<string_view> parts;
    for (auto at = text.find(by); at != string_view::npos; at = text.find(by)) {
        parts.push_back(text.substr(0, at));
        text.remove_prefix(at + by.size());
    }
    parts.push_back(text);
    return parts;
}

/// "middle lower left lung"
std::optional<Lung> lungOf(string_view phrase)
{
    auto words = split(phrase, " ");
    if (words.size() < 2 || words.back() != "lung"
        || (words[words.size() - 2] != "left" && words[words.size() - 2] != "right"))
        return std::nullopt;
    Lung lung{words[words.size() - 2], {words.begin(), words.end() - 2}, false};
    const auto isZone = [](string_view zone) {
        return std::find(std::begin(kZones), std::end(kZones), zone) != std::end(kZones);
    };
    const bool all = lung.zones == std::vector<string_view>{"all"};
    if (!all && !std::all_of(lung.zones.begin(), lung.zones.end(), isZone))
        return std::nullopt;
    lung.whole = all || lung.zones.size() == std::size(kZones);
    return lung;
}

/// "two infected areas" -> "two"
std::optional<std::string> countOf(string_view clause)
{
    for (const string_view end : {" infected areas", " infected area"})
        if (clause.ends_with(end)) {
            const auto number = clause.substr(0, clause.size() - end.size());
            if (number == "multiple" || numberOf(number))
                return std::string(number);
        }
    return std::nullopt;
}

std::optional<Said> saidBy(string_view text)
{
    if (text.ends_with('.'))
        text.remove_suffix(1);
    auto clauses = split(text, ", ");
    Said said;
    for (const auto part : split(clauses.back(), " and ")) {
        auto lung = lungOf(part);
        if (!lung)
            return std::nullopt;
        said.lungs.push_back(std::move(*lung));
    }
    if (said.lungs.size() > 2 || (said.lungs.size() == 2 && said.lungs[0].side == said.lungs[1].side))
        return std::nullopt;
    clauses.pop_back();
    if (!clauses.empty())
        if (auto number = countOf(clauses.back())) {
            said.number = std::move(*number);
            clauses.pop_back();
        }
    if (clauses.size() > 1)
        return std::nullopt;
    for (const auto head : kHeads)
        if (!clauses.empty() && clauses[0].starts_with(head) && said.finding.empty())
            said.finding = clauses[0].substr(head.size());
    return clauses.empty() == said.finding.empty() ? std::optional(std::move(said)) : std::nullopt;
}

std::string joined(std::span<const std::string> parts, string_view by)
{
    std::string text;
    for (const auto& part : parts)
        text.append(text.empty() ? string_view() : by).append(part);
    return text;
}

std::string concat(std::initializer_list<string_view> parts)
{
    std::string text;
    for (const auto part : parts)
        text += part;
    return text;
}

/// How the lungs of one sentence are named.
enum class LungStyle { ZonesFirst, Fields, Parts, InBrackets, Short };
constexpr std::size_t kLungStyles = 5;

std::string wholeLung(const Lung& lung, LungStyle style)
{
    switch (style) {
    case LungStyle::ZonesFirst:
        return concat({"entire ", lung.side, " lung"});
    case LungStyle::Fields:
    case LungStyle::Parts:
        return concat({"all zones of the ", lung.side, " lung"});
    case LungStyle::InBrackets:
    case LungStyle::Short:
        break;
    }
    return concat({"whole ", lung.side, " lung"});
}

std::string zonesOf(const Lung& lung, Choice& choice)
{
    std::vector<std::string> words;
    const bool shortened = choice.coin();
    for (const auto zone : lung.zones)
        words.emplace_back(zone == "middle" && shortened ? "mid" : zone);
    return listed(words);
}

/// "LUZ", "RMZ + RLZ"
std::string shortZones(const Lung& lung)
{
    std::vector<std::string> words;
    const auto letter = [](string_view word) { return std::string(1, static_cast<char>(word[0] - 'a' + 'A')); };
    for (const auto zone : lung.zones)
        words.push_back(letter(lung.side) + letter(zone) + "Z");
    return joined(words, " + ");
}

std::string phraseOf(const Lung& lung, LungStyle style, Choice& choice)
{
    if (lung.whole)
        return wholeLung(lung, style);
    if (lung.zones.empty())
        return concat({lung.side, " lung"});
    if (style == LungStyle::Short)
        return shortZones(lung);
    const auto zones = zonesOf(lung, choice);
    const string_view plural = lung.zones.size() > 1 ? "s" : "";
    switch (style) {
    case LungStyle::Fields:
        return concat({lung.side, " ", zones, " lung field", plural});
    case LungStyle::Parts:
        return concat({"the ", zones, " part", plural, " of the ", lung.side, " lung"});
    case LungStyle::InBrackets:
        return concat({lung.side, " lung (", zones, ")"});
    case LungStyle::ZonesFirst:
    case LungStyle::Short:
        break;
    }
    return concat({zones, " ", lung.side, " lung"});
}

/// "three sites"; empty where the number is left out.
std::string areasOf(const Said& said, Choice& choice)
{
    constexpr string_view kAreas[] = {"area", "site", "region"};
    if (said.number.empty())
        return {};
    const auto area = choice.of(kAreas);
    const auto number = numberOf(said.number);
    if (!number)
        return concat({choice.of(kSeveral), " ", area, "s"});
    const auto digits = choice.coin();
    return concat({digits ? std::to_string(*number) : numberWord(*number), " ", area, *number == 1 ? "" : "s"});
}

std::string withAreas(string_view before, const std::string& areas, string_view after = {})
{
    return areas.empty() ? std::string() : concat({before, areas, after});
}

/// The sentence about a finding that is named, without its full stop.
std::string aboutFinding(
    string_view finding, const std::vector<std::string>& lungs, const std::string& areas, Choice& choice)
{
    constexpr string_view kJoints[] = {" and ", "; ", ", ", " as well as in "};
    constexpr std::size_t kWays = 8;
    const auto way = choice.below(kWays);
    const auto all = joined(lungs, choice.of(std::span(kJoints).first(3)));
    const auto inText = joined(lungs, choice.coin() ? kJoints[0] : kJoints[3]);
    switch (way) {
    case 0:
        return concat({finding, " in ", inText, withAreas(", ", areas)});
    case 1:
        return concat({all, ": ", finding, withAreas(", ", areas)});
    case 2:
        return areas.empty() ? concat({finding, ": ", all}) : concat({areas, " of ", finding, ": ", all});
    case 3:
        return concat({"there is ", finding, " in ", inText, withAreas(" (", areas, ")")});
    case 4:
        return concat({finding, " is seen in ", inText, withAreas(", ", areas)});
    case 5:
        return concat({finding, withAreas(" (", areas, ")"), ", ", all});
    case 6:
        return concat({finding, withAreas(" (", areas, ")"), ": ", all});
    default:
        return concat({"in ", inText, " there is ", finding, withAreas(", ", areas)});
    }
}

std::string drawn(const Said& said, Choice& choice)
{
    const auto style = static_cast<LungStyle>(choice.below(kLungStyles));
    std::vector<std::string> lungs;
    for (const auto& lung : said.lungs)
        lungs.push_back(phraseOf(lung, style, choice));
    if (choice.coin())
        std::reverse(lungs.begin(), lungs.end());
    const auto areas = areasOf(said, choice);
    const auto finding = said.finding == kInfection ? choice.of(kInfections) : said.finding;
    auto text = finding.empty() ? joined(lungs, choice.coin() ? " and " : ", ") + withAreas(", ", areas)
                                : aboutFinding(finding, lungs, areas, choice);
    const auto manner = choice.below(4);
    if (manner > 0 && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return manner == 1 ? text : text + ".";
}

} // namespace

std::vector<std::string> paraphrasesOf(string_view sentence, std::size_t count, std::uint64_t seed)
{
    constexpr std::size_t kTries = 8; // Of each: short sentences have few.
    const auto text = lowerCase(trimmed(sentence));
    const auto said = saidBy(text);
    std::vector<std::string> texts;
    for (std::size_t number = 0; said && number < kTries * count && texts.size() < count; ++number) {
        Choice choice(text, seed, number);
        auto one = drawn(*said, choice);
        if (lowerCase(one) != text && std::find(texts.begin(), texts.end(), one) == texts.end())
            texts.push_back(std::move(one));
    }
    return texts;
}

} // namespace annotations
