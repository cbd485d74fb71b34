#pragma once

#include "annotations/report/sentence_clauses.h"

#include <cstddef>

namespace annotations {

// What the triggers of a sentence (NegEx, ConText: see sentence_clauses.h) do to its findings, each with its scope. The
// number is the trigger's phrase.

/// "no", "without": what stands behind it.
void denyForward(SentenceClauses& sentence, std::size_t phrase);

/// "not", "ruled out": what stands before it, or else behind.
void denyEither(SentenceClauses& sentence, std::size_t phrase);

/// "history of", "prior", "in the past"; a comparison with a prior study is none.
void historical(SentenceClauses& sentence, std::size_t phrase);

/// "resolved", "no longer"; what is only hoped for is asked.
void resolve(SentenceClauses& sentence, std::size_t phrase);

/// "consolidation, now clear"
void clearedFinding(SentenceClauses& sentence, std::size_t phrase);

/// "had pneumonia in 2019"
void readYears(SentenceClauses& sentence);

/// "two years ago", "in 2019", "old films:": what is said of then, up to "now".
void readTimes(SentenceClauses& sentence);

/// What only looks like a finding, has another cause or is another person's.
void readCauses(SentenceClauses& sentence);

} // namespace annotations
