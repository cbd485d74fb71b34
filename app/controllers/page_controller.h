#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <map>

namespace ui {
class Page;
class Pages;
} // namespace ui

namespace app {

class SaveController;

/// What is open while a page is shown. `Nothing`: the page has nothing of its own and takes nothing away, so that what
/// was open stays so, unseen.
enum class PageHolds { Nothing, Study, Cohort };

/// What its controllers do when a page is come to and left. Between pages that hold the same, and on the way to one
/// that holds nothing and back, what is open stays so: nothing is asked, and neither enters nor leaves.
struct PageSteps
{
    PageHolds holds;
    /// The rest is for pages that hold something, but `drop`.
    QString before; ///< "before the cohort is shown": for what unsaved work is asked about.
    std::function<void()> enter; ///< With the page in sight.
    std::function<void()> leave; ///< Before the next page is in sight; unsaved work is safe.
    /// A file or folder that was dropped on the window meanwhile; none: nothing is taken.
    std::function<void(const QString& path)> drop;
};

/// Goes from page to page: keeps unsaved work, leaves the old page, shows the new one and enters it.
class PageController : public QObject
{
    Q_OBJECT

public:
    PageController(ui::Pages& pages, SaveController& save);

    /// Called once for each page.
    void add(ui::Page& page, PageSteps steps);

    /// Nothing when the page is shown already, or when the user wants to stay with unsaved work. `enter` in place of the
    /// page's own step, where something certain is to be shown there.
    void show(ui::Page& page, const std::function<void()>& enter = {});

    void drop(const QString& path);

private:
    void take(ui::Page& page, const std::function<void()>& enter);

    ui::Pages& m_pages;
    SaveController& m_save;
    const ui::Page* m_holder = nullptr; ///< Whose study or cohort is open: the last page shown that holds one.
    std::map<const ui::Page*, PageSteps> m_steps;
};

} // namespace app
