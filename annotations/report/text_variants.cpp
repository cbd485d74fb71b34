#include "annotations/report/text_variants.h"

#include "imaging/laterality.h"

#include <algorithm>
#include <cctype>
#include <span>

namespace annotations {

namespace {

std::vector<std::string> clausesOf(std::string_view text)
{
    std::vector<std::string> clauses;
    while (true) {
        const auto comma = text.find(", ");
        clauses.emplace_back(text.substr(0, comma));
        if (comma == std::string_view::npos)
            return clauses;
        text.remove_prefix(comma + 2);
    }
}

std::string joined(const std::vector<std::string>& clauses)
{
    std::string text;
    for (const auto& clause : clauses)
        text += (text.empty() ? "" : ", ") + clause;
    return text;
}

bool names(std::string_view phrase, std::string_view side)
{
    return phrase.find(side) != std::string_view::npos;
}

/// "bilateral x" -> "unilateral x"
std::string unilateral(std::string clause)
{
    constexpr std::string_view kBoth = "bilateral ";
    if (clause.starts_with(kBoth))
        clause.replace(0, kBoth.size(), "unilateral ");
    return clause;
}

void addDropped(std::vector<std::string>& variants, const std::string& text)
{
    const auto droppable = std::min<std::size_t>(clausesOf(text).size() - 1, kDroppableClauses);
    for (unsigned dropped = 1; dropped < 1U << droppable; ++dropped)
        variants.push_back(withoutClauses(text, dropped));
}

// "mid" also begins "middle" and "midzone", "perihil" "perihilar".
constexpr std::string_view kZoneWords[] = {"upper", "mid", "lower", "top", "bottom", "superior", "inferior", "apical",
    "apex", "apices", "basal", "base", "basilar", "anterior", "posterior", "ventral", "dorsal", "medial", "lateral",
    "central", "peripher", "perihil", "hilar", "hilum", "retrocardiac", "subpleural", "costophrenic", "zone", "lobe",
    "lingula", "corner", "edge", "above", "below", "quadrant", "half"};
constexpr std::string_view kSideCountWords[] = {"bilateral", "unilateral", "both", "ipsilateral", "contralateral"};

constexpr std::string_view kLeft[] = {"left"}, kRight[] = {"right"},
                           kBothSides[] = {"bilateral", "both", "contralateral"};

/// Whether a word of the text begins with one of `words`.
bool hasWord(std::string_view text, std::span<const std::string_view> words)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        for (auto at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1))
            if (at == 0 || !std::isalpha(static_cast<unsigned char>(lower[at - 1])))
                return true;
        return false;
    });
}

} // namespace

std::string withoutClauses(std::string_view text, unsigned dropped)
{
    const auto clauses = clausesOf(text);
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < clauses.size(); ++i)
        if (i + 1 == clauses.size() || i >= kDroppableClauses || (dropped >> i & 1U) == 0)
            kept.push_back(clauses[i]);
    return joined(kept);
}

std::optional<std::string> aboutOneSide(std::string_view text, ShownSides side)
{
    auto clauses = clausesOf(text);
    if (side == ShownSides::Both || clauses.size() < 2)
        return std::nullopt;
    std::string where = clauses.back();
    const bool stop = where.ends_with('.');
    if (stop)
        where.pop_back();
    const auto and_ = where.find(" and ");
    if (and_ == std::string::npos || where.find(" and ", and_ + 1) != std::string::npos)
        return std::nullopt;
    const std::string parts[2] = {where.substr(0, and_), where.substr(and_ + 5)};
    const std::string wanted = side == ShownSides::Left ? "left" : "right";
    const std::string other = side == ShownSides::Left ? "right" : "left";
    for (int i = 0; i < 2; ++i)
        if (names(parts[i], wanted) && !names(parts[i], other) && names(parts[1 - i], other)
            && !names(parts[1 - i], wanted))
            return unilateral(clauses.front()) + ", " + parts[i] + (stop ? "." : "");
    return std::nullopt;
}

bool namesZone(std::string_view text)
{
    return hasWord(text, kZoneWords);
}

bool namesPlace(std::string_view text)
{
    return imaging::namesSide(text) || namesZone(text) || hasWord(text, kSideCountWords);
}

bool namesOneSide(std::string_view text)
{
    return hasWord(text, kLeft) != hasWord(text, kRight) && !hasWord(text, kBothSides);
}

std::vector<std::string> shownVariants(const std::string& text, const TextChanges& changes)
{
    std::vector<std::string> variants{text};
    if (changes.oneSide)
        for (const auto side : {ShownSides::Left, ShownSides::Right})
            if (auto one = aboutOneSide(text, side))
                variants.push_back(std::move(*one));
    if (changes.dropClauses)
        for (std::size_t whole = variants.size(); whole-- > 0;)
            addDropped(variants, std::string(variants[whole]));
    if (changes.mirror)
        for (std::size_t i = 0, count = variants.size(); i < count; ++i)
            variants.push_back(imaging::swapSideWords(variants[i]));
    return variants;
}

} // namespace annotations
