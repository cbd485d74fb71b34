#include "annotations/report/sentence_reading.h"

#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_clauses.h"

#include <utility>

namespace annotations {

namespace {

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
    auto sentence = readClauses(items);
    assertFindings(sentence);
    SentenceReading reading;
    const auto& phrases = sentence.phrases;
    if (!phrases.empty() && phrases.front().kind == Kind::Heading)
        reading.heading = phrases.front().value;
    for (auto& draft : sentence.drafts)
        reading.clauses.push_back(std::move(draft.clause));
    reading.takesBack = reading.clauses.empty() && !phrases.empty() && takesBack(phrases);
    return reading;
}

} // namespace annotations
