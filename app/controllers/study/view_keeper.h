#pragma once

#include <QObject>
#include <QTimer>

namespace ui {
class ViewState;
}

namespace app {

class Session;

/// Opens a study as it was looked at when it was closed. What is kept is written when it is closed, and every few
/// seconds while something changes, for the program may end otherwise.
class ViewKeeper : public QObject
{
    Q_OBJECT

public:
    static constexpr int kWriteEvery = 3000; ///< ms

    ViewKeeper(Session& session, ui::ViewState& state);

private:
    void restore();
    void changed();
    void keep();

    Session& m_session;
    ui::ViewState& m_state;
    QTimer m_later;
};

} // namespace app
