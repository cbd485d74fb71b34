#include "ui/top_bar.h"

#include "ui/actions.h"
#include "ui/pages/pages.h"
#include "ui/text_size.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QToolButton>

namespace ui {

namespace {

/// A null makes a line between what stands before and after it.
void fill(QMenu& menu, const QList<QAction*>& actions)
{
    for (QAction* action : actions)
        action ? menu.addAction(action) : static_cast<void>(menu.addSeparator());
}

} // namespace

TopBar::TopBar(const Actions& actions, Pages& pages, QWidget* parent)
    : QWidget(parent)
    , m_toolText(new QLabel)
{
    setObjectName(QStringLiteral("topBar"));
    setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 3, 12, 3);
    row->setSpacing(4);
    auto* name = new QLabel(QStringLiteral("Limn"));
    name->setObjectName(QStringLiteral("programName"));
    row->addWidget(name);
    auto* menus = new QMenuBar;
    menus->setNativeMenuBar(false);
    menus->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    makeMenus(*menus, actions, pages);
    row->addWidget(menus);
    addPages(pages);
    addTools(actions);
    m_yielding.prepend(name);
    m_toolText->setObjectName(QStringLiteral("toolText"));
    m_toolText->setTextFormat(Qt::PlainText);
    m_toolText->setProperty("role", "dim");
    m_toolText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addSpacing(8);
    row->addWidget(m_toolText, 1);
    auto* research = new QLabel(tr("Research use only"));
    research->setObjectName(QStringLiteral("researchOnly"));
    row->addWidget(research);
    followTextSize(this, [this] { makeRoom(); });
}

void TopBar::makeMenus(QMenuBar& bar, const Actions& a, Pages& pages)
{
    const auto& s = pages.segment.actions();
    const auto& r = pages.relabel.actions();
    const auto add = [&bar](const QString& title, const QList<QAction*>& actions) {
        QMenu* menu = bar.addMenu(title);
        fill(*menu, actions);
        return menu;
    };
    add(tr("&Study"),
        {s.openFolder, s.openFile, s.openMask, nullptr, r.newCohort, r.openCohort, nullptr, s.previousSeries,
            s.nextSeries, s.findPatient, nullptr, s.saveSeg, s.finishStudy, nullptr, s.closeStudy, a.quit});
    add(tr("&Edit"),
        QList<QAction*>{a.undo, a.redo, nullptr} + a.tools
            + QList<QAction*>{a.brushLarger, a.brushSmaller, a.keyCursor, nullptr, s.nextLabel, a.clearSlice,
                a.clearLabel, s.labelsTab});
    makeViewMenu(*bar.addMenu(tr("&View")), a);
    m_pageMenus[PageId::Segment] = add(tr("S&egment"),
        {s.focusSentence, s.run, s.runAll, s.cancel, nullptr, s.thresholdUp, s.thresholdDown, s.accept, s.discard,
            s.explain, s.showHeat, nullptr, s.classifyTab, s.reportTab, nullptr, a.focusPicture, a.focusMessages});
    m_pageMenus[PageId::Relabel] = add(tr("&Relabel"),
        {r.importCases, r.predictCases, nullptr, r.trainModel, r.stopTraining, nullptr, r.reviewAccept, r.reviewEdit,
            r.reviewReject, r.reviewNext, r.reviewBack, r.reviewNote, r.focusQueue, nullptr, r.exportCases,
            r.closeCohort});
    add(tr("&PACS"), {s.send});
    add(tr("&Help"), {a.shortcuts, a.about});
}

void TopBar::makeViewMenu(QMenu& menu, const Actions& a)
{
    fill(menu,
        {a.nextSlice, a.previousSlice, nullptr, a.fit, a.actualSize, a.zoomIn, a.zoomOut, nullptr, a.windowWider,
            a.windowNarrower, a.levelUp, a.levelDown});
    m_presetMenu = menu.addMenu(tr("Window"));
    m_presetMenu->addActions(a.presets);
    fill(menu,
        {nullptr, a.invert, a.smooth, a.showMasks, a.contourOnly, a.opacityUp, a.opacityDown, nullptr, a.lightTheme,
            a.textLarger, a.textSmaller, a.textNormal, a.fullScreen});
}

void TopBar::showMenuOf(PageId page)
{
    for (auto [of, menu] : m_pageMenus.asKeyValueRange())
        menu->menuAction()->setVisible(of == page);
}

void TopBar::addPages(Pages& pages)
{
    auto* row = static_cast<QHBoxLayout*>(layout());
    row->addSpacing(8);
    for (Page* page : pages.all()) {
        auto* button = new QToolButton;
        button->setDefaultAction(&page->opener());
        button->setProperty("role", "page");
        button->setAccessibleName(tr("%1 page").arg(page->opener().text()));
        row->addWidget(button);
    }
    row->addSpacing(8);
}

void TopBar::addTools(const Actions& a)
{
    for (QAction* action : a.tools + QList<QAction*>{a.undo, a.redo, a.showMasks, a.contourOnly, a.fit}) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        followTextSize(button, [button] { button->setIconSize(QSize(scaled(18), scaled(18))); });
        button->setAccessibleName(action->text());
        layout()->addWidget(button);
        m_yielding.prepend(button);
    }
}

void TopBar::setToolText(const QString& text)
{
    m_toolText->setText(text);
}

QSize TopBar::minimumSizeHint() const
{
    return {scaled(400), QWidget::minimumSizeHint().height()};
}

void TopBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    makeRoom();
}

void TopBar::makeRoom()
{
    for (QWidget* part : m_yielding)
        part->setVisible(true);
    for (QWidget* part : m_yielding) {
        if (layout()->sizeHint().width() <= width())
            break;
        part->setVisible(false);
    }
}

} // namespace ui
