#pragma once

#include "app/workflow/cohort_worker.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace app {

/// Place in the queue and sentence, for the view's corner.
QStringList captionOf(const CaseView& view);

/// Where the mask comes from, newest first.
QStringList historyOf(const CaseView& view);

/// The scores of a model's mask, or where another mask comes from.
QString aboutOf(const CaseView& view);

/// What else had happened to the case that was decided.
struct OutcomeText
{
    QString text;
    bool warning = false;
};

/// Nothing when nothing else had.
std::optional<OutcomeText> textOf(const annotations::DecisionOutcome& outcome);

} // namespace app
