#include "ui/pages/relabel_page.h"

#include "ui/panels/cohort_panel.h"
#include "ui/panels/review_bar.h"
#include "ui/panels/review_panel.h"

namespace ui {

namespace {

constexpr int kLeastCohort = 250;

} // namespace

RelabelPage::RelabelPage()
    : Page(tr("Relabel"), QStringLiteral("F4"))
    , m_actions(new RelabelActions(this))
    , m_cohort(new CohortPanel)
    , m_review(new ReviewPanel)
    , m_bar(new ReviewBar)
{
    m_parts = {.left = m_cohort, .right = m_review, .below = m_bar, .leastLeft = kLeastCohort,
        .invitation = tr("The case to look at comes here")};
    m_allActions = m_actions->all();
    m_ownActions = m_actions->ofThePage();
    connect(m_actions->reviewNote, &QAction::triggered, m_bar, &ReviewBar::focusNote);
    connect(m_actions->focusQueue, &QAction::triggered, m_review, &ReviewPanel::showQueue);
    connect(m_actions->exportCases, &QAction::triggered, m_review, &ReviewPanel::showExport);
}

} // namespace ui
