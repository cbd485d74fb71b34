#pragma once

#include "annotations/cohort/cohort.h"

/// What a reader's word does to a case. All of it within one transaction of the caller.
namespace annotations::detail {

/// Adds an entry to the history; its revision, time and text come from the study, and an entry with a mask's file is
/// about that mask. Gives its revision, which becomes the study's.
int addEntry(const Cohort& cohort, Study& study, HistoryEntry entry);

/// Writes text, state, revisions and scores of a study.
void writeStudy(const Cohort& cohort, const Study& study);

/// The entry with that revision, or null.
const HistoryEntry* entryAt(const std::vector<HistoryEntry>& history, int revision);

/// `maskFile` is that of an edit. Throws Error(WrongUse) as Cohort::decide().
DecisionOutcome decide(const Cohort& cohort, std::int64_t id, const Decision& decision, const std::string& maskFile);

} // namespace annotations::detail
