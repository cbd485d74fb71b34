#include "ui/top_bar.h"

#include "ui/actions.h"
#include "ui/menu.h"
#include "ui/pages/pages.h"
#include "ui/text_size.h"
#include "ui/tools/tool_buttons.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QToolButton>

namespace ui {

TopBar::TopBar(const Actions& actions, const Pages& pages, const std::vector<Menu>& menus, QWidget* parent)
    : QWidget(parent)
    , m_presetMenu(new QMenu(this))
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
    auto* bar = new QMenuBar;
    bar->setNativeMenuBar(false);
    bar->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_presetMenu->addActions(actions.presets);
    actions.presetMenu->setMenu(m_presetMenu);
    auto* slabs = new QMenu(this);
    slabs->addActions({actions.noSlab, actions.maximumSlab, actions.minimumSlab, actions.meanSlab});
    slabs->addSeparator();
    slabs->addActions({actions.slabThicker, actions.slabThinner});
    actions.slabMenu->setMenu(slabs);
    for (const Menu& menu : menus)
        addMenu(*bar, menu);
    row->addWidget(bar);
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
    followTextSize(this, [this] {
        keepToolName();
        makeRoom();
    });
}

void TopBar::addMenu(QMenuBar& bar, const Menu& menu)
{
    QMenu* made = bar.addMenu(menu.title);
    for (QAction* action : menu.actions)
        action ? made->addAction(action) : static_cast<void>(made->addSeparator());
    if (menu.page)
        m_pageMenus.insert(menu.page, made);
}

void TopBar::showMenusOf(const Page& page)
{
    for (auto [of, menu] : m_pageMenus.asKeyValueRange())
        menu->menuAction()->setVisible(of == &page);
}

void TopBar::addPages(const Pages& pages)
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
    auto buttons = makeToolButtons(a.tools);
    for (QAction* action : {a.undo, a.redo, a.showMasks, a.contourOnly, a.fit, a.singleLayout,
             a.planesLayout, a.planesAndSolidLayout}) {
        buttons << new QToolButton;
        buttons.last()->setDefaultAction(action);
        buttons.last()->setAccessibleName(action->text());
    }
    for (QToolButton* button : buttons) {
        followTextSize(button, [button] { button->setIconSize(QSize(scaled(18), scaled(18))); });
        layout()->addWidget(button);
        m_yielding.prepend(button);
    }
}

void TopBar::setToolText(const QString& name, const QString& help)
{
    m_toolName = name;
    m_toolText->setText(help.isEmpty() ? name : QStringLiteral("%1  ·  %2").arg(name, help));
    keepToolName();
}

/// What the keys do with a tool gives way, its name and size do not.
void TopBar::keepToolName()
{
    m_toolText->setMinimumWidth(m_toolText->fontMetrics().horizontalAdvance(m_toolName));
}

void TopBar::addToolOptions(QWidget* options)
{
    auto* row = static_cast<QHBoxLayout*>(layout());
    row->insertWidget(row->indexOf(m_toolText), options);
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

/// Options come and go with the tool in hand.
bool TopBar::event(QEvent* event)
{
    const bool done = QWidget::event(event);
    if (event->type() == QEvent::LayoutRequest)
        makeRoom();
    return done;
}

/// Hides nothing that need not be: what changes asks for a layout, which comes back here.
void TopBar::makeRoom()
{
    const auto widthOf = [this](const QWidget* part) { return part->sizeHint().width() + layout()->spacing(); };
    int wanted = layout()->sizeHint().width() + m_toolText->minimumWidth();
    for (const QWidget* part : m_yielding)
        wanted += part->isHidden() ? widthOf(part) : 0;
    for (QWidget* part : m_yielding) {
        const bool fits = wanted <= width();
        wanted -= fits ? 0 : widthOf(part);
        part->setVisible(fits);
    }
}

} // namespace ui
