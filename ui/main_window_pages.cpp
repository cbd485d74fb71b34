#include "ui/actions.h"
#include "ui/key_table.h"
#include "ui/main_window.h"
#include "ui/pages/pages.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/message_strip.h"
#include "ui/text_size.h"
#include "ui/top_bar.h"
#include "ui/views/shown_picture.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_grid.h"
#include "ui/views/view_state.h"

#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ui {

namespace {

constexpr int kRightWidth = 360;
constexpr int kLeftWidth = 220;
constexpr int kLeastRight = 330;
constexpr int kLeastPicture = 340; ///< Less is a strip under a message.

} // namespace

void MainWindow::addCommands()
{
    addActions(m_parts.actions.all());
    for (Page* page : m_parts.pages.all()) {
        for (QAction* action : page->allActions())
            if (!actions().contains(action)) // Pages may share commands.
                addAction(action);
        addAction(&page->opener());
    }
    m_keys = new KeyTable(actions(), m_parts.actions, m_parts.pages, this);
}

void MainWindow::layOut()
{
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    for (const Page* page : m_parts.pages.all())
        if (page->parts().left)
            m_left->addWidget(page->parts().left);
    m_splitter->addWidget(m_left);
    m_splitter->addWidget(makeMiddle());
    for (const Page* page : m_parts.pages.all())
        if (page->parts().right)
            m_right->addWidget(page->parts().right);
    m_splitter->addWidget(m_right);
    m_splitter->setStretchFactor(1, 1);
    connect(m_splitter, &QSplitter::splitterMoved, this, &MainWindow::setLeastWidths);
    auto* central = new QWidget;
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_splitter, 1);
    column->addWidget(m_jobBar);
    setCentralWidget(central);
}

QWidget* MainWindow::makeMiddle()
{
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_messages->setParent(middle); // Before the picture, so that Tab comes to them first.
    for (const Page* page : m_parts.pages.all())
        addAround(page, page->parts().above, *column);
    m_middle->addWidget(m_grid);
    for (const Page* page : m_parts.pages.all())
        if (page->parts().middle)
            m_middle->addWidget(page->parts().middle);
    column->addWidget(m_middle, 1);
    for (const Page* page : m_parts.pages.all())
        addAround(page, page->parts().below, *column);
    return middle;
}

/// In a box that is there while the page is, so that the part may show and hide itself in it.
void MainWindow::addAround(const Page* page, QWidget* part, QVBoxLayout& column)
{
    if (!part)
        return;
    auto* box = new QWidget;
    auto* inside = new QVBoxLayout(box);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->addWidget(part);
    column.addWidget(box);
    m_around.insert(page, box);
}

void MainWindow::showPage()
{
    const Page& page = m_parts.pages.shown();
    const PageParts& parts = page.parts();
    for (const Page* other : m_parts.pages.all()) // One that is not shown does not widen the others.
        for (QWidget* part : {other->parts().left, other->parts().middle})
            if (part)
                part->setSizePolicy(
                    other == &page ? QSizePolicy::Preferred : QSizePolicy::Ignored, QSizePolicy::Preferred);
    for (auto [of, box] : m_around.asKeyValueRange())
        box->setVisible(of == &page);
    m_keys->apply();
    m_topBar->showMenusOf(page);
    if (parts.left)
        m_left->setCurrentWidget(parts.left);
    else
        m_leftBefore = std::max(m_leftBefore, m_splitter->sizes().value(0));
    if (parts.right)
        m_right->setCurrentWidget(parts.right);
    else
        m_rightBefore = std::max(m_rightBefore, m_splitter->sizes().value(2));
    m_middle->setCurrentWidget(parts.middle ? parts.middle : m_grid);
    m_messages->lieOver(m_middle->currentWidget());
    m_parts.picture.setInvitation(parts.invitation);
    setLeastWidths();
    takeInHand(viewInHand());
    showSubject();
}

SliceView& MainWindow::view()
{
    return m_grid->stored();
}

QList<SliceView*> MainWindow::views() const
{
    return findChildren<SliceView*>();
}

/// What commands for one view are meant for: of those in sight the one that had the keyboard last. Null: none is.
SliceView* MainWindow::viewInHand() const
{
    QWidget* middle = m_middle->currentWidget();
    if (m_inHand && middle->isAncestorOf(m_inHand) && m_inHand->isVisibleTo(middle))
        return m_inHand;
    return middle == m_grid ? &m_grid->stored() : middle->findChild<SliceView*>();
}

/// Whom commands for one view are meant for from now on; null: nobody, and they cannot be called.
void MainWindow::takeInHand(SliceView* view)
{
    m_parts.actions.setPictureInSight(view != nullptr);
    if (view)
        m_parts.state.setPlaneInHand(view->which());
}

void MainWindow::showSubject()
{
    const QString program = tr("Limn (research use only)");
    // Whose picture is open is said where it is seen.
    const QString subject = viewInHand() ? m_parts.picture.subject() : QString();
    setWindowTitle(subject.isEmpty() ? program : QStringLiteral("%1 - %2").arg(subject.simplified(), program));
}

/// The outer columns are as wide as their words need, the picture has the rest. Where that would leave a strip of it,
/// with large text in a narrow window, the left one is folded away.
void MainWindow::setLeastWidths()
{
    const PageParts& parts = m_parts.pages.shown().parts();
    const int leastRight = parts.right ? scaled(kLeastRight) : 0;
    m_left->setMinimumWidth(1); // The window may be narrower than all three.
    m_right->setMinimumWidth(leastRight);
    const int least = scaled(parts.leastLeft);
    const bool fits = parts.left && width() >= least + leastRight + kLeastPicture;
    m_left->setVisible(fits);
    m_right->setVisible(parts.right != nullptr);
    const auto sizes = m_splitter->sizes();
    if (sizes.size() != 3)
        return;
    const int left = fits ? std::max({sizes[0], std::exchange(m_leftBefore, 0), least}) : 0;
    const int wished = parts.right ? std::max(sizes[2], std::exchange(m_rightBefore, 0)) : 0;
    const int right = std::max(leastRight, std::min(wished, width() - left - kLeastPicture));
    if (left != sizes[0] || right != sizes[2])
        m_splitter->setSizes({left, std::max(1, width() - left - right), right});
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    setLeastWidths();
}

void MainWindow::fitColumns()
{
    if (std::exchange(m_fittedScale, textScale()) == textScale())
        return; // The user's widths stay.
    setLeastWidths();
    const PageParts& parts = m_parts.pages.shown().parts();
    const int left = parts.left ? scaled(kLeftWidth) : 0;
    const int right = parts.right ? scaled(kRightWidth) : 0;
    m_splitter->setSizes({left, std::max(1, width() - left - right), right});
    setLeastWidths();
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

} // namespace ui
