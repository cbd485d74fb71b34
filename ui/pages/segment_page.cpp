#include "ui/pages/segment_page.h"

#include "ui/panels/classify_tab.h"
#include "ui/panels/draft_form.h"
#include "ui/panels/filter_form.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/report_tab.h"
#include "ui/panels/segment_panel.h"
#include "ui/panels/sentence_form.h"
#include "ui/panels/series_panel.h"
#include "ui/panels/unfinished_panel.h"
#include "ui/study_parts.h"
#include "ui/views/view_state.h"

#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kLeastSeries = 190;

} // namespace

SegmentPage::SegmentPage(StudyParts& study, ViewState& state)
    : Page(tr("Segment"), QStringLiteral("F3"))
    , m_actions(new SegmentActions(this))
    , m_series(new SeriesPanel(study.list))
    , m_panel(new SegmentPanel)
    , m_labels(new LabelsPanel(study.labels, study.filters))
    , m_classify(new ClassifyTab)
    , m_report(new ReportTab)
    , m_tabs(new QTabWidget)
{
    m_parts = {.left = m_series, .right = makeTabs(), .above = new UnfinishedPanel(study.unfinished),
        .leastLeft = kLeastSeries, .invitation = tr("Drop a folder or a file here, or press Ctrl+O to open a folder")};
    m_allActions = m_ownActions = study.actions.all() + study.filterActions.all() + m_actions->all();
    connectStudy(study);
    connectActions();
    connect(m_panel, &SegmentPanel::opacityChanged, &state, &ViewState::setOverlayOpacity);
    connect(&state, &ViewState::overlayOpacityChanged, m_panel, &SegmentPanel::setOpacity);
}

QWidget* SegmentPage::makeTabs()
{
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->addTab(m_panel, tr("Segment"));
    m_tabs->addTab(m_labels, tr("Labels"));
    m_tabs->addTab(m_classify, tr("Classify"));
    m_tabs->addTab(m_report, tr("Report"));
    auto* right = new QWidget;
    right->setObjectName(QStringLiteral("rightPanel"));
    right->setAttribute(Qt::WA_StyledBackground);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(1, 0, 0, 0);
    column->addWidget(m_tabs);
    return right;
}

void SegmentPage::toggleTab(QWidget* tab)
{
    m_tabs->setCurrentWidget(m_tabs->currentWidget() == tab ? static_cast<QWidget*>(m_panel) : tab);
}

void SegmentPage::connectStudy(StudyParts& study)
{
    connect(study.actions.findPatient, &QAction::triggered, this, [this] {
        if (isShown()) // Other pages may have such a list too.
            m_series->focusSearch();
    });
    connect(&study.filterActions, &FilterActions::chosen, this, [this](annotations::FilterKind kind) {
        m_tabs->setCurrentWidget(m_labels);
        m_labels->filterForm().choose(kind);
    });
    connect(m_actions->nextLabel, &QAction::triggered, &study.labels, &LabelList::requestNext);
}

void SegmentPage::connectActions()
{
    const auto on = [this](QAction* action, auto function) { connect(action, &QAction::triggered, this, function); };
    on(m_actions->thresholdUp, [this] { m_panel->stepThreshold(1); });
    on(m_actions->thresholdDown, [this] { m_panel->stepThreshold(-1); });
    on(m_actions->focusSentence, [this] {
        m_tabs->setCurrentWidget(m_panel);
        m_panel->form().focusSentence();
    });
    on(m_actions->labelsTab, [this] { toggleTab(m_labels); });
    on(m_actions->classifyTab, [this] {
        m_tabs->setCurrentWidget(m_classify);
        m_classify->focusClasses();
    });
    on(m_actions->reportTab, [this] {
        m_tabs->setCurrentWidget(m_report);
        m_report->form().focusPrompt();
    });
}

} // namespace ui
