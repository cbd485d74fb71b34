#pragma once

#include "ui/pages/relabel_page.h"
#include "ui/pages/segment_page.h"

#include <QObject>

#include <vector>

namespace ui {

class ViewState;

/// All pages of the window, and which of them is shown.
class Pages : public QObject
{
    Q_OBJECT

public:
    explicit Pages(ViewState& state);

    SegmentPage segment;
    RelabelPage relabel;

    /// In the order of their buttons.
    std::vector<Page*> all();
    Page& shown() { return *m_shown; }
    /// Shows a page without asking anybody.
    void show(PageId page);

Q_SIGNALS:
    /// The user wants another page: answer with show().
    void wanted(ui::PageId page);
    void changed();

private:
    Page* m_shown;
};

} // namespace ui
