#pragma once

class QWidget;

namespace ui {
class Messages;
class ShownPicture;
class StudyActions;
class StudyList;
} // namespace ui

namespace app {

/// What controllers of studies listen to and show on, whichever page is in sight.
struct StudyScreen
{
    ui::StudyActions& actions;
    ui::StudyList& list;
    ui::Messages& messages;
    ui::ShownPicture& picture;
    QWidget& window; ///< That dialogs lie over.
};

} // namespace app
