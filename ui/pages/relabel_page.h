#pragma once

#include "ui/pages/page.h"
#include "ui/pages/relabel_actions.h"

namespace ui {

class CohortPanel;
class ReviewBar;
class ReviewPanel;

/// The cohort at the left, the review queue at the right, the decisions about the shown case below its picture.
class RelabelPage : public Page
{
    Q_OBJECT

public:
    RelabelPage();

    RelabelActions& actions() const { return *m_actions; }
    CohortPanel& cohort() { return *m_cohort; }
    ReviewPanel& review() { return *m_review; }
    ReviewBar& bar() { return *m_bar; }

private:
    RelabelActions* m_actions;
    CohortPanel* m_cohort;
    ReviewPanel* m_review;
    ReviewBar* m_bar;
};

} // namespace ui
