#include "ui/cohort_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QStringList>

namespace ui {

namespace {

using annotations::Action;
using annotations::CaseState;
using annotations::QueueOrder;
using annotations::RunState;

QString tr(const char* text)
{
    return QCoreApplication::translate("ui::CohortText", text);
}

QString decimal(double value)
{
    return QString::number(value, 'f', 2);
}

QString modelText(const annotations::ModelStamp& model)
{
    QString text = QString::fromStdString(model.name);
    if (!model.version.empty())
        text += QLatin1Char(' ') + QString::fromStdString(model.version);
    return model.run > 0 ? tr("%1 (run %2)").arg(text).arg(model.run) : text;
}

QString actionText(const annotations::HistoryEntry& entry)
{
    const QString who = QString::fromStdString(entry.who);
    switch (entry.action) {
    case Action::Imported:
        return tr("mask imported by %1").arg(who);
    case Action::Predicted:
        return tr("predicted by %1").arg(modelText(entry.model));
    case Action::Accepted:
        return tr("accepted by %1").arg(who);
    case Action::Edited:
        return tr("drawn or corrected by %1").arg(who);
    case Action::Rejected:
        return tr("rejected by %1").arg(who);
    case Action::Reopened:
        return tr("opened again by %1").arg(who);
    case Action::NotDrawn:
        return tr("not drawn by %1").arg(modelText(entry.model));
    case Action::TextChanged:
        break;
    }
    return tr("sentence changed by %1").arg(who);
}

std::optional<double> scoreOf(const annotations::Study& study, QueueOrder order)
{
    switch (order) {
    case QueueOrder::Entropy:
        return study.scores.entropy;
    case QueueOrder::Disagreement:
        return study.scores.disagreement;
    case QueueOrder::Mismatch:
        return study.scores.mismatch;
    default:
        return study.uncertainty < 0 ? std::nullopt : std::optional(study.uncertainty);
    }
}

} // namespace

QString stateText(CaseState state)
{
    switch (state) {
    case CaseState::Unlabelled:
        return tr("No mask yet");
    case CaseState::Predicted:
        return tr("To review");
    case CaseState::Labelled:
        return tr("Came labelled");
    case CaseState::Accepted:
        return tr("Accepted");
    case CaseState::Edited:
        return tr("Edited");
    case CaseState::Rejected:
        break;
    }
    return tr("Rejected");
}

QString scoresText(const annotations::Scores& scores, double uncertainty)
{
    QStringList parts;
    if (uncertainty >= 0)
        parts << tr("uncertainty %1").arg(decimal(uncertainty));
    if (scores.entropy)
        parts << tr("entropy %1").arg(decimal(*scores.entropy));
    if (scores.disagreement)
        parts << tr("average and model differ by %1").arg(decimal(*scores.disagreement));
    if (scores.mismatch)
        parts << tr("sentence and mask differ by %1").arg(decimal(*scores.mismatch));
    return parts.join(QStringLiteral("  ·  "));
}

QString makerText(const annotations::HistoryEntry& entry)
{
    if (entry.action != Action::Predicted)
        return actionText(entry);
    const QString model = modelText(entry.model);
    return entry.threshold ? tr("%1, threshold %2").arg(model, decimal(*entry.threshold)) : model;
}

QString historyText(const annotations::HistoryEntry& entry)
{
    QString text = timeText(entry.time) + QStringLiteral("  ") + actionText(entry);
    if (entry.threshold)
        text += tr(", threshold %1").arg(decimal(*entry.threshold));
    if (entry.action == Action::Predicted || entry.action == Action::NotDrawn || entry.action == Action::TextChanged)
        text +=
            entry.text.empty() ? tr(", without a sentence") : tr(", from “%1”").arg(QString::fromStdString(entry.text));
    if (!entry.note.empty())
        text += tr(" · “%1”").arg(QString::fromStdString(entry.note));
    if (!entry.warnings.empty())
        text += QLatin1Char('\n') + warningsText(entry.warnings);
    if (entry.conflicting)
        text += tr(" · came too late, changed nothing");
    return text;
}

QString warningsText(const std::vector<std::string>& warnings)
{
    QStringList texts;
    for (const auto& warning : warnings)
        texts << QString::fromStdString(warning);
    return texts.join(QLatin1Char(' '));
}

QString runText(const annotations::TrainingRun& run, bool alive)
{
    const QString stage = QString::fromStdString(run.stage);
    switch (run.state) {
    case RunState::Running:
        if (!alive)
            return tr("interrupted after epoch %1: train again to go on").arg(run.epochs);
        return stage.isEmpty() ? tr("running, %1 epochs finished").arg(run.epochs) : tr("running: %1").arg(stage);
    case RunState::Stopped:
        return tr("stopped after epoch %1: train again to go on").arg(run.epochs);
    case RunState::Failed:
        return tr("failed: %1").arg(stage);
    case RunState::Done:
        break;
    }
    return tr("done, %1 epochs, best %2").arg(run.epochs).arg(run.bestEpoch);
}

QString orderText(QueueOrder order)
{
    switch (order) {
    case QueueOrder::Uncertainty:
        return tr("Most uncertain first");
    case QueueOrder::Entropy:
        return tr("Highest entropy first");
    case QueueOrder::Disagreement:
        return tr("Largest disagreement first");
    case QueueOrder::Mismatch:
        return tr("Worst fit to the sentence first");
    case QueueOrder::Random:
        return tr("In random order");
    case QueueOrder::Import:
        break;
    }
    return tr("As they were imported");
}

QString orderValueText(const annotations::Study& study, QueueOrder order)
{
    const auto score = scoreOf(study, order);
    return score ? decimal(*score) : QString();
}

QString timeText(annotations::CohortTime time)
{
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count()).toLocalTime();
    return local.date() == QDate::currentDate() ? local.toString(QStringLiteral("HH:mm"))
                                                : local.toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

} // namespace ui
