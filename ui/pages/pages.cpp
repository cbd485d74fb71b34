#include "ui/pages/pages.h"

#include <QActionGroup>

#include <utility>

namespace ui {

Pages::Pages(std::vector<Page*> pages)
    : m_all(std::move(pages))
    , m_shown(m_all.front())
{
    auto* openers = new QActionGroup(this);
    for (Page* page : m_all) {
        openers->addAction(&page->opener());
        connect(&page->opener(), &QAction::triggered, this, [this, page] {
            if (page == m_shown)
                return;
            m_shown->opener().setChecked(true); // Until whoever listens changes the page.
            Q_EMIT wanted(*page);
        });
    }
    show(*m_shown);
}

void Pages::show(Page& wanted)
{
    m_shown = &wanted;
    // First what goes: its keys are then free, and what both have is there again.
    for (Page* page : m_all)
        if (page != m_shown)
            page->setShown(false);
    m_shown->setShown(true);
    Q_EMIT changed();
}

} // namespace ui
