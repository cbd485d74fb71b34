#include "app/controllers/relabel/case_text.h"

#include "ui/cohort_text.h"
#include "ui/qt_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace app {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("app::CaseText", text);
}

} // namespace

QStringList captionOf(const CaseView& view)
{
    const auto& study = view.study;
    const QString name = ui::qt(study.name);
    const QString sentence = ui::qt(study.text).simplified();
    const QString place = annotations::isOpen(study.state)
        ? tr("case %1 of %2  ·  %3").arg(view.position + 1).arg(view.total).arg(name)
        : tr("%1  ·  %2").arg(name, ui::stateText(study.state));
    return {place, sentence.isEmpty() ? tr("no sentence") : sentence.left(120)};
}

QStringList historyOf(const CaseView& view)
{
    QStringList history;
    for (auto entry = view.history.rbegin(); entry != view.history.rend(); ++entry)
        history << ui::historyText(*entry);
    return history;
}

QString aboutOf(const CaseView& view)
{
    const auto& study = view.study;
    const QString scores = ui::scoresText(study.scores, study.uncertainty);
    const auto made = std::find_if(view.history.begin(), view.history.end(),
        [&](const auto& entry) { return entry.revision == study.maskRevision; });
    // There are two lines: the scores of a model's mask, or where another mask comes from.
    const bool predicted = made != view.history.end() && made->action == annotations::Action::Predicted;
    if (made != view.history.end() && (!predicted || scores.isEmpty()))
        return tr("mask: %1").arg(ui::makerText(*made));
    return scores;
}

std::optional<OutcomeText> textOf(const annotations::DecisionOutcome& outcome)
{
    using annotations::DecisionResult;
    const QString name = ui::qt(outcome.study.name);
    const QString other = ui::qt(outcome.otherReader);
    if (outcome.result == DecisionResult::Conflict)
        return OutcomeText{
            tr("%1 decided otherwise about %2 meanwhile: it stands as “%3”. Your decision is in its history; P goes "
               "back to it.")
                .arg(other, name, ui::stateText(outcome.study.state)),
            true};
    if (outcome.result == DecisionResult::Applied)
        return std::nullopt;
    if (other.isEmpty())
        return OutcomeText{
            tr("%1 was predicted anew meanwhile; your decision about the mask that you saw holds.").arg(name), false};
    return OutcomeText{tr("%1 had decided the same about %2.").arg(other, name), false};
}

} // namespace app
