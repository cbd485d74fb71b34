#pragma once

#include "ui/views/view_plane.h"

#include <QList>
#include <QObject>

class QAction;
class QTimer;

namespace ui {

class ViewState;

/// What happens at the last slice.
enum class CineEnd { Loop, Bounce };

/// Runs through the slices of one view. Any key, click or turn of the wheel in the program stops it, but for the keys of
/// its own commands; so does another picture or layout. While it is stopped no timer runs.
class Cine : public QObject
{
    Q_OBJECT

public:
    /// `state` must outlive this.
    explicit Cine(ViewState& state, QObject* parent = nullptr);

    bool isPlaying() const;
    /// Nothing where there are no two slices.
    void play(ViewPlane view);
    void pause();

    /// Slices a second, from 1 to 60.
    int speed() const { return m_speed; }
    void setSpeed(int slicesPerSecond);
    CineEnd end() const { return m_end; }
    void setEnd(CineEnd end) { m_end = end; }
    /// Commands whose keys do not stop it.
    void setOwnCommands(QList<QAction*> commands) { m_own = std::move(commands); }

Q_SIGNALS:
    void playingChanged(bool playing);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void step();
    bool isOwnKey(const QEvent& event) const;

    ViewState& m_state;
    QTimer* m_timer;
    ViewPlane m_view = ViewPlane::Stored;
    int m_speed = 10;
    int m_direction = 1;
    CineEnd m_end = CineEnd::Loop;
    QList<QAction*> m_own;
};

} // namespace ui
