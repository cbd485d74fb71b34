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
    m_steps.insert_or_assign(&page, std::move(steps));
}

void PageController::show(ui::Page& page, const std::function<void()>& enter)
{
    if (page.isShown())
        return;
    const PageSteps& steps = m_steps.at(&page);
    if (steps.holds == m_steps.at(&m_pages.shown()).holds) {
        m_pages.show(page);
        return enter ? enter() : void();
    }
    m_save.whenSafe(steps.before, [this, &page, &steps, enter] {
        m_steps.at(&m_pages.shown()).leave();
        m_pages.show(page);
        enter ? enter() : steps.enter();
    });
}

void PageController::drop(const QString& path)
{
    m_steps.at(&m_pages.shown()).drop(path);
}

} // namespace app
