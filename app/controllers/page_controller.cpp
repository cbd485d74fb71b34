#include "app/controllers/page_controller.h"

#include "app/controllers/study/save_controller.h"
#include "ui/pages/pages.h"

#include <utility>

namespace app {

PageController::PageController(ui::Pages& pages, SaveController& save)
    : m_pages(pages)
    , m_save(save)
{
    connect(&pages, &ui::Pages::wanted, this, [this](ui::Page& page) { show(page); });
}

void PageController::add(ui::Page& page, PageSteps steps)
{
    if (page.isShown() && steps.holds != PageHolds::Nothing)
        m_holder = &page;
    m_steps.insert_or_assign(&page, std::move(steps));
}

void PageController::show(ui::Page& page, const std::function<void()>& enter)
{
    if (page.isShown())
        return;
    const PageSteps& steps = m_steps.at(&page);
    const bool same = m_holder && steps.holds == m_steps.at(m_holder).holds;
    if (same || steps.holds == PageHolds::Nothing)
        return take(page, enter);
    m_save.whenSafe(steps.before, [this, &page, &steps, enter] {
        if (m_holder)
            m_steps.at(m_holder).leave();
        take(page, enter ? enter : steps.enter);
    });
}

void PageController::take(ui::Page& page, const std::function<void()>& enter)
{
    if (m_steps.at(&page).holds != PageHolds::Nothing)
        m_holder = &page;
    m_pages.show(page);
    if (enter)
        enter();
}

void PageController::drop(const QString& path)
{
    if (const auto& drop = m_steps.at(&m_pages.shown()).drop)
        drop(path);
}

} // namespace app
