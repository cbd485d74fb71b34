#include "ui/panels/count_bars.h"

#include "ui/cohort_text.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>

#include <algorithm>

namespace ui {

using annotations::CaseState;

CountBars::CountBars(QWidget* parent)
    : QWidget(parent)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const auto state : {CaseState::Labelled, CaseState::Accepted, CaseState::Edited, CaseState::Rejected,
             CaseState::Predicted, CaseState::Unlabelled}) {
        Line& line = m_lines[static_cast<std::size_t>(state)];
        line.bar = new QProgressBar;
        line.bar->setTextVisible(false);
        line.bar->setProperty("role", "count");
        line.bar->setProperty("state", QString::fromUtf8(annotations::nameOf(state).data()));
        line.bar->setAccessibleName(stateText(state));
        line.bar->setRange(0, 1);
        line.number = new QLabel(QStringLiteral("0"));
        line.number->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        line.number->setObjectName(QStringLiteral("count-") + QString::fromUtf8(annotations::nameOf(state).data()));
        grid->addWidget(new QLabel(stateText(state)), row, 0);
        grid->addWidget(line.bar, row, 1);
        grid->addWidget(line.number, row, 2);
        ++row;
    }
}

void CountBars::setCounts(const annotations::CohortCounts& counts)
{
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        m_lines[i].bar->setRange(0, std::max(1, counts.studies));
        m_lines[i].bar->setValue(counts.byState[i]);
        m_lines[i].number->setText(QLocale().toString(counts.byState[i]));
    }
}

} // namespace ui
