#include "ui/main_window.h"

#include "ui/actions.h"
#include "ui/panels/cohort_panel.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/review_bar.h"
#include "ui/panels/review_panel.h"
#include "ui/panels/segment_panel.h"
#include "ui/panels/series_panel.h"
#include "ui/panels/unfinished_panel.h"
#include "ui/text_size.h"
#include "ui/top_bar.h"
#include "ui/views/slice_view.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QMenu>
#include <QMimeData>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace ui {

namespace {

constexpr int kRightWidth = 360;
constexpr int kLeftWidth = 220;
constexpr int kLeastRight = 330;
constexpr int kLeastSeries = 190;
constexpr int kLeastCohort = 250;

QString localPath(const QMimeData& data)
{
    const auto urls = data.urls();
    return urls.isEmpty() ? QString() : urls.first().toLocalFile();
}

} // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_actions(new Actions(this))
    , m_topBar(new TopBar(*m_actions))
    , m_seriesPanel(new SeriesPanel)
    , m_view(new SliceView)
    , m_segmentPanel(new SegmentPanel)
    , m_labelsPanel(new LabelsPanel)
    , m_messages(new MessageStrip)
    , m_unfinishedPanel(new UnfinishedPanel)
    , m_jobBar(new JobBar)
    , m_cohortPanel(new CohortPanel)
    , m_reviewPanel(new ReviewPanel)
    , m_reviewBar(new ReviewBar)
    , m_splitter(new QSplitter(Qt::Horizontal))
    , m_left(new QStackedWidget)
    , m_right(new QStackedWidget)
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMenuWidget(m_topBar);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_left->addWidget(m_seriesPanel);
    m_left->addWidget(m_cohortPanel);
    m_splitter->addWidget(m_left);
    m_splitter->addWidget(makeMiddle());
    m_splitter->addWidget(makeRight());
    m_splitter->setStretchFactor(1, 1);
    auto* central = new QWidget;
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_splitter, 1);
    column->addWidget(m_jobBar);
    setCentralWidget(central);
    setSubject({});
    connectActions();
    connectPages();
    connectPresets();
    setPage(Page::Segment);
    m_actions->setIconColour(colours(m_look.theme).text);
    resize(1440, 900);
    followTextSize(this, [this] { fitColumns(); });
    m_view->setFocus();
}

QWidget* MainWindow::makeMiddle()
{
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_messages->setParent(middle); // Before the picture, so that Tab comes to them first.
    column->addWidget(m_unfinishedPanel);
    column->addWidget(m_view, 1);
    column->addWidget(m_reviewBar);
    m_messages->lieOver(m_view);
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
    m_topBar->segmentMenu().menuAction()->setVisible(!relabel);
    m_topBar->relabelMenu().menuAction()->setVisible(relabel);
    // A page that is not shown does not widen the other.
    m_seriesPanel->setSizePolicy(relabel ? QSizePolicy::Ignored : QSizePolicy::Preferred, QSizePolicy::Preferred);
    m_cohortPanel->setSizePolicy(relabel ? QSizePolicy::Preferred : QSizePolicy::Ignored, QSizePolicy::Preferred);
    setLeastWidths();
    m_left->setCurrentIndex(relabel ? 1 : 0);
    m_right->setCurrentIndex(relabel ? 1 : 0);
    m_reviewBar->setVisible(relabel);
    m_view->setInvitation(relabel ? tr("The case to look at comes here")
                                  : tr("Drop a folder or a file here, or press Ctrl+O to open a folder"));
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

void MainWindow::setLook(Look look)
{
    look.textPercent = std::clamp(look.textPercent, kSmallestText, kLargestText);
    m_look = look;
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), look);
    m_actions->setIconColour(colours(look.theme).text);
    m_actions->lightTheme->setChecked(look.theme == Theme::Light);
    m_actions->textLarger->setEnabled(look.textPercent < kLargestText);
    m_actions->textSmaller->setEnabled(look.textPercent > kSmallestText);
    Q_EMIT lookChanged();
}

/// The next size in the direction, of those that are told apart at a glance.
void MainWindow::stepTextSize(int by)
{
    constexpr std::array kSizes{100, 110, 125, 150, 175, 200};
    const auto at = std::lower_bound(kSizes.begin(), kSizes.end(), m_look.textPercent) - kSizes.begin();
    const auto to = std::clamp<std::ptrdiff_t>(at + by, 0, std::ssize(kSizes) - 1);
    setLook({m_look.theme, kSizes[static_cast<std::size_t>(to)]});
}

/// The outer columns are as wide as their words need, the picture has the rest.
void MainWindow::setLeastWidths()
{
    m_left->setMinimumWidth(scaled(m_page == Page::Relabel ? kLeastCohort : kLeastSeries));
    m_right->setMinimumWidth(scaled(kLeastRight));
}

void MainWindow::fitColumns()
{
    if (std::exchange(m_fittedScale, textScale()) == textScale())
        return; // The user's widths stay.
    setLeastWidths();
    const int left = scaled(kLeftWidth);
    const int right = scaled(kRightWidth);
    m_splitter->setSizes({left, std::max(1, width() - left - right), right});
}

QByteArray MainWindow::columns() const
{
    return m_splitter->saveState();
}

void MainWindow::setColumns(const QByteArray& columns)
{
    m_splitter->restoreState(columns);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
}

void MainWindow::setLastFolder(const QString& purpose, const QString& folder)
{
    m_lastFolders[purpose] = folder;
    Q_EMIT lastFolderChanged(purpose, folder);
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
