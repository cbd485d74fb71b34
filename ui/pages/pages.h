#pragma once

#include "ui/pages/page.h"

#include <QObject>

#include <vector>

namespace ui {

/// The pages of the window, in the order of their buttons, and which of them is shown.
class Pages : public QObject
{
    Q_OBJECT

public:
    /// At least one; the first is shown. They must outlive this.
    explicit Pages(std::vector<Page*> pages);

    const std::vector<Page*>& all() const { return m_all; }
    Page& shown() const { return *m_shown; }
    /// Shows a page without asking anybody.
    void show(Page& page);

Q_SIGNALS:
    /// The user wants another page: answer with show().
    void wanted(ui::Page& page);
    void changed();

private:
    std::vector<Page*> m_all;
    Page* m_shown;
};

} // namespace ui
