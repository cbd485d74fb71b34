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

namespace {

constexpr int kOptionsWidth = 620; ///< Of the widest options with the name of their tool, at 100 %.

} // namespace

TopBar::TopBar(const Actions& actions, const Pages& pages, const std::vector<Menu>& menus, QWidget* parent)
    : QWidget(parent)
    , m_presetMenu(new QMenu(this))
    , m_line(new QHBoxLayout)
    , m_options(new QWidget)
    , m_toolText(new QLabel)
{
    setObjectName(QStringLiteral("topBar"));
    setAttribute(Qt::WA_StyledBackground);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 3, 12, 3);
    column->setSpacing(3);
    column->addLayout(m_line);
    m_line->setSpacing(4);
    auto* name = new QLabel(QStringLiteral("Limn"));
    name->setObjectName(QStringLiteral("programName"));
    m_line->addWidget(name);
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
    m_line->addWidget(bar);
    addPages(pages);
    addTools(actions);
    m_yielding.prepend(name);
    m_toolText->setObjectName(QStringLiteral("toolText"));
    m_toolText->setTextFormat(Qt::PlainText);
    m_toolText->setProperty("role", "dim");
    m_toolText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* options = new QHBoxLayout(m_options);
    options->setContentsMargins(8, 0, 8, 0);
    options->setSpacing(8);
    options->addWidget(m_toolText, 1);
    m_line->addStretch();
    m_line->addWidget(m_options, 1);
    auto* research = new QLabel(tr("Research use only"));
    research->setObjectName(QStringLiteral("researchOnly"));
    m_line->addWidget(research);
    followTextSize(this, [this] { makeRoom(); });
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
    m_line->addSpacing(8);
    for (Page* page : pages.all()) {
        auto* button = new QToolButton;
        button->setDefaultAction(&page->opener());
        button->setProperty("role", "page");
        button->setAccessibleName(tr("%1 page").arg(page->opener().text()));
        m_line->addWidget(button);
    }
    m_line->addSpacing(8);
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
        m_line->addWidget(button);
        m_yielding.prepend(button);
    }
}

void TopBar::setToolText(const QString& name, const QString& help)
{
    m_toolText->setText(help.isEmpty() ? name : QStringLiteral("%1  ·  %2").arg(name, help));
}

void TopBar::addToolOptions(QWidget* options)
{
    auto* row = static_cast<QHBoxLayout*>(m_options->layout());
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
    const auto margins = layout()->contentsMargins();
    const int room = width() - margins.left() - margins.right();
    const auto widthOf = [this](const QWidget* part) { return part->sizeHint().width() + m_line->spacing(); };
    int wanted = m_line->sizeHint().width();
    if (m_line->indexOf(m_options) >= 0)
        wanted -= widthOf(m_options);
    for (const QWidget* part : m_yielding)
        wanted += part->isHidden() ? widthOf(part) : 0;
    placeOptions(wanted + scaled(kOptionsWidth) <= room);
    for (QWidget* part : m_yielding) {
        const bool fits = wanted <= room;
        wanted -= fits ? 0 : widthOf(part);
        part->setVisible(fits);
    }
}

/// In the line, or in one of their own below it. Which, does not hang on the tool in hand, so that the picture stays
/// where it is when another is taken.
void TopBar::placeOptions(bool inLine)
{
    if (inLine == (m_line->indexOf(m_options) >= 0))
        return;
    if (inLine) {
        layout()->removeWidget(m_options);
        m_line->insertWidget(m_line->count() - 1, m_options, 1);
    } else {
        m_line->removeWidget(m_options);
        static_cast<QVBoxLayout*>(layout())->addWidget(m_options);
    }
}

} // namespace ui
