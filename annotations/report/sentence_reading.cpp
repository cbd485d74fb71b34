#include "annotations/report/sentence_reading.h"

#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_clauses.h"
#include "annotations/report/sentence_rows.h"

#include <algorithm>
#include <utility>

namespace annotations {

namespace {

/// "Contralateral consolidation.": of which lung is not told.
void leaveOpen(SentenceReading& reading)
{
    for (auto& clause : reading.clauses)
        for (auto& mention : clause.mentions)
            if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible)
                mention.assertion = Assertion::Unclear;
}

/// "It has resolved.", "Now clear.": without a finding or place of its own.
bool takesBack(const std::vector<Phrasing>& phrases)
{
    bool gone = false;
    for (const auto& phrase : phrases) {
        if (phrase.kind == Kind::Question || phrase.kind == Kind::Anatomy || phrase.kind == Kind::Chest
            || phrase.kind == Kind::Persist)
            return false;
        gone = gone || phrase.kind == Kind::Resolve || phrase.kind == Kind::Clear || phrase.kind == Kind::Deny
            || phrase.kind == Kind::DenyEither;
    }
    const auto first = phrases.front().kind;
    return gone
        && (first == Kind::Pronoun || first == Kind::Now || first == Kind::Resolve || first == Kind::Clear
            || first == Kind::Verb || isOneOf(phrases.front().word, {"both", "all", "completely", "fully"}));
}

} // namespace

SentenceReading readSentence(std::span<const Item> items)
{
    const auto plain = phrasingsOf(items);
    if (auto rows = readRows(plain))
        return std::move(*rows);
    if (auto pairs = readPairs(plain))
        return std::move(*pairs);
    auto sentence = readClauses(items);
    assertFindings(sentence);
    SentenceReading reading;
    const auto& phrases = sentence.phrases;
    if (!phrases.empty() && phrases.front().kind == Kind::Heading)
        reading.heading = phrases.front().value;
    for (auto& draft : sentence.drafts)
        reading.clauses.push_back(std::move(draft.clause));
    if (std::any_of(phrases.begin(), phrases.end(),
            [](const Phrasing& phrase) { return phrase.kind == Kind::OtherSide; }))
        leaveOpen(reading);
    reading.takesBack = reading.clauses.empty() && !phrases.empty() && takesBack(phrases);
    return reading;
}

} // namespace annotations
