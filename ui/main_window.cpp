#include "ui/main_window.h"

#include "ui/actions.h"
#include "ui/icons.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/message_strip.h"
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
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMenuWidget(makeTopBar());
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_seriesPanel);
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
    connectPresets();
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
    row->addSpacing(12);
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
        {a.openFolder, a.openFile, a.openMask, nullptr, a.previousSeries, a.nextSeries, nullptr, a.saveSeg, nullptr,
            a.closeStudy, a.quit});
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
    add(tr("S&egment"),
        {a.focusSentence, a.run, a.runAll, a.cancel, nullptr, a.thresholdUp, a.thresholdDown, a.accept, a.discard,
            nullptr, a.focusPicture, a.focusMessages});
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
    return middle;
}

QWidget* MainWindow::makeRight()
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
