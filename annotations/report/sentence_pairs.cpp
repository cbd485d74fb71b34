#include "annotations/report/sentence_rows.h"

#include <algorithm>
#include <utility>

namespace annotations {

namespace {

/// The findings and the places of a sentence that says which belongs to which by their order.
struct Pairs
{
    std::vector<Mention> mentions;
    std::vector<Place> places;
    bool plain = true; ///< Nothing but joints and words that say nothing stands between.
    bool mixed = false; ///< A finding behind a place behind a finding.
};

void addFinding(Pairs& pairs, const Phrasing& phrase, std::size_t at)
{
    const auto kind = static_cast<Concept>(phrase.value);
    auto& mentions = pairs.mentions;
    if (mentions.empty() || mentions.back().phrase + 1 != at) {
        mentions.push_back({phrase.word, kind, at, Assertion::Present, at});
        return;
    }
    mentions.back().words += ' ' + phrase.word;
    mentions.back().kind = compoundOf(mentions.back().kind, kind);
    mentions.back().phrase = at;
}

Pairs pairsOf(std::span<const Phrasing> phrases)
{
    Pairs pairs;
    int turns = 0;
    bool place = false;
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        const auto& phrase = phrases[i];
        const bool finding = !phrase.isPlace && phrase.kind == Kind::Finding;
        if (phrase.isPlace || finding) {
            turns += (pairs.mentions.empty() && pairs.places.empty()) || place != phrase.isPlace;
            place = phrase.isPlace;
        }
        if (phrase.isPlace)
            pairs.places.push_back(phrase.place);
        else if (finding)
            addFinding(pairs, phrase, i);
        else
            pairs.plain = pairs.plain
                && (isJoint(phrase.kind) || phrase.kind == Kind::Preposition || phrase.kind == Kind::Article
                    || phrase.kind == Kind::Verb || phrase.kind == Kind::Word || phrase.kind == Kind::Each
                    || phrase.kind == Kind::ZoneNoun || (phrase.kind == Kind::There && phrase.value == 0));
    }
    pairs.mixed = turns > 2;
    return pairs;
}

} // namespace

std::optional<SentenceReading> readPairs(std::span<const Phrasing> phrases)
{
    const auto each = std::find_if(
        phrases.begin(), phrases.end(), [](const Phrasing& phrase) { return phrase.kind == Kind::Each; });
    const bool denies = std::any_of(phrases.begin(), phrases.end(),
        [](const Phrasing& phrase) { return phrase.kind == Kind::Deny || phrase.kind == Kind::DenyEither; });
    if (each == phrases.end() || denies)
        return std::nullopt;
    auto pairs = pairsOf(phrases);
    if (pairs.mentions.size() < 2 || pairs.places.size() < 2 || pairs.mixed)
        return std::nullopt;
    const bool sure = pairs.plain && pairs.mentions.size() == pairs.places.size();
    SentenceReading reading;
    for (std::size_t i = 0; i < pairs.mentions.size(); ++i) {
        Clause clause;
        clause.begin = phrases.front().begin;
        clause.end = phrases.back().end;
        clause.mentions.push_back(std::move(pairs.mentions[i]));
        clause.mentions.back().assertion = sure ? Assertion::Present : Assertion::Unclear;
        if (sure)
            clause.places.push_back(pairs.places[i]);
        reading.clauses.push_back(std::move(clause));
    }
    return reading;
}

} // namespace annotations
