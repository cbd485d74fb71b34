#pragma once

#include "ui/pages/page.h"
#include "ui/pages/segment_actions.h"

class QTabWidget;

namespace ui {

class ClassifyTab;
class LabelsPanel;
class ReportTab;
class SegmentPanel;
class SeriesPanel;
class ViewState;
struct StudyParts;

/// Studies at the left, the sentence and the labels at the right, unfinished work above the empty picture.
class SegmentPage : public Page
{
    Q_OBJECT

public:
    /// Both must outlive the page.
    SegmentPage(StudyParts& study, ViewState& state);

    SegmentActions& actions() const { return *m_actions; }
    SeriesPanel& series() { return *m_series; }
    SegmentPanel& panel() { return *m_panel; }
    LabelsPanel& labels() { return *m_labels; }
    ClassifyTab& classify() { return *m_classify; }
    ReportTab& report() { return *m_report; }

private:
    QWidget* makeTabs();
    void connectStudy(StudyParts& study);
    void connectActions();
    /// Shows a tab, or the Segment tab again when it is shown already.
    void toggleTab(QWidget* tab);

    SegmentActions* m_actions;
    SeriesPanel* m_series;
    SegmentPanel* m_panel;
    LabelsPanel* m_labels;
    ClassifyTab* m_classify;
    ReportTab* m_report;
    QTabWidget* m_tabs;
};

} // namespace ui
