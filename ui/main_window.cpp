#include "ui/main_window.h"

#include "ui/actions.h"
#include "ui/pages/pages.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/message_strip.h"
#include "ui/text_size.h"
#include "ui/top_bar.h"
#include "ui/views/cine.h"
#include "ui/views/shown_picture.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_grid.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>

#include <algorithm>
#include <array>
#include <iterator>

namespace ui {

namespace {

QString localPath(const QMimeData& data)
{
    const auto urls = data.urls();
    return urls.isEmpty() ? QString() : urls.first().toLocalFile();
}

} // namespace

MainWindow::MainWindow(const Parts& parts, QWidget* parent)
    : QMainWindow(parent)
    , m_parts(parts)
    , m_topBar(new TopBar(parts.actions, parts.pages, parts.menus))
    , m_grid(new ViewGrid(parts.picture, parts.state))
    , m_messages(new MessageStrip(parts.messages))
    , m_jobBar(new JobBar)
    , m_cine(new Cine(parts.state, this))
    , m_splitter(new QSplitter(Qt::Horizontal))
    , m_left(new QStackedWidget)
    , m_middle(new QStackedWidget)
    , m_right(new QStackedWidget)
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMenuWidget(m_topBar);
    layOut();
    addCommands();
    connectView();
    connectTools();
    connectLaterViews();
    connectLayouts();
    connectCine();
    connectProgram();
    connectPresets();
    connect(&parts.pages, &Pages::changed, this, &MainWindow::showPage);
    connect(&parts.picture, &ShownPicture::subjectChanged, this, &MainWindow::showSubject);
    showPage();
    setIconColour(actions(), colours(m_look.theme).text);
    resize(1440, 900);
    followTextSize(this, [this] { fitColumns(); });
    view().setFocus();
}

void MainWindow::setLook(Look look)
{
    look.textPercent = std::clamp(look.textPercent, kSmallestText, kLargestText);
    m_look = look;
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), look);
    setIconColour(actions(), colours(look.theme).text);
    const Actions& a = m_parts.actions;
    a.lightTheme->setChecked(look.theme == Theme::Light);
    a.textLarger->setEnabled(look.textPercent < kLargestText);
    a.textSmaller->setEnabled(look.textPercent > kSmallestText);
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
