#include "ui/pages/pages.h"

#include <QActionGroup>

namespace ui {

Pages::Pages(ViewState& state)
    : segment(state)
    , m_shown(&segment)
{
    auto* openers = new QActionGroup(this);
    for (Page* page : all()) {
        openers->addAction(&page->opener());
        connect(&page->opener(), &QAction::triggered, this, [this, page] {
            if (page == m_shown)
                return;
            m_shown->opener().setChecked(true); // Until whoever listens changes the page.
            Q_EMIT wanted(page->id());
        });
    }
    show(PageId::Segment);
}

std::vector<Page*> Pages::all()
{
    return {&segment, &relabel};
}

void Pages::show(PageId wanted)
{
    for (Page* page : all())
        if (page->id() == wanted)
            m_shown = page;
    // First what goes: its keys are then free.
    for (Page* page : all())
        if (page != m_shown)
            page->setShown(false);
    m_shown->setShown(true);
    Q_EMIT changed();
}

} // namespace ui
