#pragma once

#include "annotations/cohort/cohort_types.h"
#include "annotations/cohort/review_queue.h"
#include "annotations/cohort/training_runs.h"

#include <QString>

namespace ui {

/// "To review" for Predicted, "No mask yet" for Unlabelled, and so on.
QString stateText(annotations::CaseState state);

/// "uncertainty 0.41 · entropy 0.30 · average and model differ by 0.09"; what is not known is left out.
QString scoresText(const annotations::Scores& scores, double uncertainty);

/// Who made a mask, in a few words: "lvit-qata 1.0.0, threshold 0.50".
QString makerText(const annotations::HistoryEntry& entry);

/// One entry of a mask's history: "14:31  predicted by epi-25 (run 3), threshold 0.50, from “…”".
QString historyText(const annotations::HistoryEntry& entry);

/// What is to be known of a case before it is judged (Study::warnings), in one line.
QString warningsText(const std::vector<std::string>& warnings);

/// "running, epoch 7" or "failed: ..."; `alive` as annotations::isAlive.
QString runText(const annotations::TrainingRun& run, bool alive);

/// What a queue is ordered by, for a choice.
QString orderText(annotations::QueueOrder order);

/// The score that the order is about, for a row of the queue; empty when it is not known.
QString orderValueText(const annotations::Study& study, annotations::QueueOrder order);

/// Local date and time, the date left out for today.
QString timeText(annotations::CohortTime time);

} // namespace ui
