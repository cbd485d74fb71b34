#include "annotations/report/german_compounds.h"

#include "annotations/report/report_items.h"
#include "annotations/report/report_lexicon.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace annotations {

namespace {

std::vector<Token> cutAt(const Token& token, std::size_t end, std::size_t begin)
{
    return {{token.word.substr(0, end), token.begin, token.begin + end},
        {token.word.substr(begin), token.begin + begin, token.end}};
}

Kind kindOf(std::string_view word)
{
    const Token token{std::string(word), 0, 0};
    const auto match = germanLexicon().at(std::span(&token, 1), 0);
    return match.phrase ? match.phrase->kind : Kind::Word;
}

/// "infiltratfrei": how long the word for the finding is; 0: it is none.
std::size_t findingThatIsMissing(std::string_view word)
{
    for (const std::string_view ending : {"frei", "freie", "freien", "freier", "freies", "freiem"})
        if (word.size() > ending.size() + 3 && word.ends_with(ending)) {
            const auto length = word.size() - ending.size();
            return kindOf(word.substr(0, length)) == Kind::Finding ? length : 0;
        }
    return 0;
}

/// "rechtsbasal": how long the side is; 0: none, or something else than a place hangs on it ("linksverschiebung").
std::size_t sideInFront(std::string_view word)
{
    for (const std::string_view side : {"links", "rechts"}) {
        if (!word.starts_with(side) || word.size() < side.size() + 4)
            continue;
        const auto rest = word.substr(side.size());
        const auto kind = kindOf(rest);
        const bool place = kind == Kind::Zone || kind == Kind::Region || kind == Kind::Lung || kind == Kind::Anatomy
            || rest.starts_with("pulmonal") || rest.starts_with("thorakal");
        return place ? side.size() : 0;
    }
    return 0;
}

} // namespace

std::vector<Token> splitCompound(Token token)
{
    constexpr auto kPlaces = std::to_array<std::string_view>(
        {"unterlappen", "oberlappen", "mittellappen", "unterfeld", "oberfeld", "mittelfeld", "lingula"});
    const std::string_view word = token.word;
    const auto* place = std::find_if(kPlaces.begin(), kPlaces.end(),
        [&](std::string_view one) { return word.starts_with(one) && word.size() > one.size() + 3; });
    if (place != kPlaces.end())
        return cutAt(token, place->size(), place->size() + (word[place->size()] == 's' ? 1 : 0));
    if (const auto side = sideInFront(word); side > 0)
        return cutAt(token, side, side);
    if (const auto length = findingThatIsMissing(word); length > 0)
        return {{std::string(kFreeOf), token.begin, token.begin},
            {token.word.substr(0, length), token.begin, token.end}};
    return {std::move(token)};
}

} // namespace annotations
