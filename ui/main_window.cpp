#include "ui/main_window.h"

#include "ui/actions.h"
#include "ui/icons.h"
#include "ui/panels/cohort_panel.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/review_bar.h"
#include "ui/panels/review_panel.h"
#include "ui/panels/segment_panel.h"
#include "ui/panels/series_panel.h"
#include "ui/slice_view.h"

#include <QAction>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kRightWidth = 360;
constexpr int kLeftWidth = 220;

QAction* separator(QObject* parent)
{
    auto* action = new QAction(parent);
    action->setSeparator(true);
    return action;
}

QString localPath(const QMimeData& data)
{
    const auto urls = data.urls();
    return urls.isEmpty() ? QString() : urls.first().toLocalFile();
}

} // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_actions(new Actions(this))
    , m_seriesPanel(new SeriesPanel)
    , m_view(new SliceView)
    , m_segmentPanel(new SegmentPanel)
    , m_labelsPanel(new LabelsPanel)
    , m_messages(new MessageStrip)
    , m_jobBar(new JobBar)
    , m_cohortPanel(new CohortPanel)
    , m_reviewPanel(new ReviewPanel)
    , m_reviewBar(new ReviewBar)
    , m_left(new QStackedWidget)
    , m_right(new QStackedWidget)
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMenuWidget(makeTopBar());
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    m_left->addWidget(m_seriesPanel);
    m_left->addWidget(m_cohortPanel);
    splitter->addWidget(m_left);
    splitter->addWidget(makeMiddle());
    splitter->addWidget(makeRight());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({kLeftWidth, 1600 - kLeftWidth - kRightWidth, kRightWidth});
    auto* central = new QWidget;
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(splitter, 1);
    column->addWidget(m_jobBar);
    setCentralWidget(central);
    setSubject({});
    connectActions();
    connectPages();
    connectPresets();
    setPage(Page::Segment);
    setTheme(Theme::Dark);
    resize(1440, 900);
    m_view->setFocus();
}

QWidget* MainWindow::makeTopBar()
{
    auto* bar = new QWidget;
    bar->setObjectName(QStringLiteral("topBar"));
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(12, 3, 12, 3);
    row->setSpacing(4);
    auto* name = new QLabel(QStringLiteral("Limn"));
    name->setObjectName(QStringLiteral("programName"));
    row->addWidget(name);
    auto* menus = new QMenuBar;
    menus->setNativeMenuBar(false);
    menus->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    makeMenus(menus);
    row->addWidget(menus);
    row->addSpacing(8);
    for (QAction* action : {m_actions->segmentPage, m_actions->relabelPage}) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setProperty("role", "page");
        button->setAccessibleName(tr("%1 page").arg(action->text()));
        row->addWidget(button);
    }
    row->addSpacing(8);
    for (QAction* action : {m_actions->select, m_actions->brush, m_actions->eraser, m_actions->undo, m_actions->redo,
             m_actions->showMasks, m_actions->contourOnly, m_actions->fit}) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setIconSize(QSize(18, 18));
        button->setAccessibleName(action->text());
        row->addWidget(button);
    }
    row->addSpacing(8);
    m_toolText = new QLabel;
    m_toolText->setObjectName(QStringLiteral("toolText"));
    m_toolText->setTextFormat(Qt::PlainText);
    m_toolText->setProperty("role", "dim");
    row->addWidget(m_toolText, 1);
    auto* research = new QLabel(tr("Research use only"));
    research->setObjectName(QStringLiteral("researchOnly"));
    row->addWidget(research);
    return bar;
}

void MainWindow::makeMenus(QMenuBar* bar)
{
    const Actions& a = *m_actions;
    const auto add = [bar](const QString& title, const QList<QAction*>& actions) {
        QMenu* menu = bar->addMenu(title);
        for (QAction* action : actions)
            menu->addAction(action ? action : separator(menu));
        return menu;
    };
    add(tr("&Study"),
        {a.openFolder, a.openFile, a.openMask, nullptr, a.newCohort, a.openCohort, nullptr, a.previousSeries,
            a.nextSeries, nullptr, a.saveSeg, nullptr, a.closeStudy, a.quit});
    add(tr("&Edit"),
        {a.undo, a.redo, nullptr, a.select, a.brush, a.eraser, a.brushLarger, a.brushSmaller, a.keyCursor, nullptr,
            a.nextLabel, a.labelsTab});
    QMenu* view = add(tr("&View"),
        {a.nextSlice, a.previousSlice, nullptr, a.fit, a.actualSize, a.zoomIn, a.zoomOut, nullptr, a.windowWider,
            a.windowNarrower, a.levelUp, a.levelDown});
    m_presetMenu = view->addMenu(tr("Window"));
    m_presetMenu->addActions(a.presets);
    view->addSeparator();
    for (QAction* action :
        {a.invert, a.smooth, a.showMasks, a.contourOnly, a.opacityUp, a.opacityDown, a.lightTheme, a.fullScreen})
        view->addAction(action);
    m_segmentMenu = add(tr("S&egment"),
        {a.focusSentence, a.run, a.runAll, a.cancel, nullptr, a.thresholdUp, a.thresholdDown, a.accept, a.discard,
            nullptr, a.focusPicture, a.focusMessages});
    m_relabelMenu = add(tr("&Relabel"),
        {a.importCases, a.predictCases, nullptr, a.trainModel, a.stopTraining, nullptr, a.reviewAccept, a.reviewEdit,
            a.reviewReject, a.reviewNext, a.reviewBack, a.reviewNote, a.focusQueue, nullptr, a.exportCases,
            a.closeCohort});
    add(tr("&PACS"), {a.send});
    add(tr("&Help"), {a.shortcuts, a.about});
}

QWidget* MainWindow::makeMiddle()
{
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_messages);
    column->addWidget(m_view, 1);
    column->addWidget(m_reviewBar);
    return middle;
}

QWidget* MainWindow::makeRight()
{
    m_right->addWidget(makeTabs());
    m_right->addWidget(m_reviewPanel);
    return m_right;
}

QWidget* MainWindow::makeTabs()
{
    m_tabs = new QTabWidget;
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->addTab(m_segmentPanel, tr("Segment"));
    m_tabs->addTab(m_labelsPanel, tr("Labels"));
    auto* right = new QWidget;
    right->setObjectName(QStringLiteral("rightPanel"));
    right->setAttribute(Qt::WA_StyledBackground);
    right->setMinimumWidth(330);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(1, 0, 0, 0);
    column->addWidget(m_tabs);
    return right;
}

void MainWindow::setSubject(const QString& subject)
{
    const QString program = tr("Limn (research use only)");
    setWindowTitle(subject.isEmpty() ? program : QStringLiteral("%1 - %2").arg(subject.simplified(), program));
}

void MainWindow::setPage(Page page)
{
    m_page = page;
    const bool relabel = page == Page::Relabel;
    m_actions->setPage(page);
    m_segmentMenu->menuAction()->setVisible(!relabel);
    m_relabelMenu->menuAction()->setVisible(relabel);
    m_left->setCurrentIndex(relabel ? 1 : 0);
    m_right->setCurrentIndex(relabel ? 1 : 0);
    m_reviewBar->setVisible(relabel);
}

void MainWindow::connectPages()
{
    // The checked state is set back when whoever listens does not change the page.
    const auto ask = [this](Page page) {
        if (page == m_page)
            return;
        m_actions->setPage(m_page);
        Q_EMIT pageRequested(page);
    };
    connect(m_actions->segmentPage, &QAction::triggered, this, [ask] { ask(Page::Segment); });
    connect(m_actions->relabelPage, &QAction::triggered, this, [ask] { ask(Page::Relabel); });
}

void MainWindow::setTheme(Theme theme)
{
    m_actions->setIconColour(colours(theme).text);
}

void MainWindow::useLightTheme()
{
    m_actions->lightTheme->setChecked(true);
}

void MainWindow::closeNow()
{
    m_mayClose = true;
    close();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    // A close within this one does nothing, so an answer that comes at once is taken here.
    if (!m_mayClose)
        Q_EMIT closeRequested();
    event->setAccepted(m_mayClose);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localPath(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QString path = localPath(*event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    Q_EMIT pathDropped(path);
}

bool MainWindow::event(QEvent* event)
{
    const bool handled = QMainWindow::event(event);
    if (event->type() == QEvent::Paint && !m_painted) {
        m_painted = true;
        // After this event the whole window has been drawn.
        QMetaObject::invokeMethod(this, &MainWindow::firstPainted, Qt::QueuedConnection);
    }
    return handled;
}

} // namespace ui
