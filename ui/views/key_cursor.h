#pragma once

#include <QPointF>

#include <optional>

class QPainter;

namespace ui {

class SliceView;

/// The keyboard's cursor in a view: where it is in the picture, how arrow keys move it, what it looks like.
class KeyCursor
{
public:
    explicit KeyCursor(SliceView& view);

    /// In picture positions; nothing while the mouse is used.
    const std::optional<QPointF>& position() const { return m_position; }
    /// Begins where the mouse is, or in the middle of what is seen of the picture; stays where it is already.
    void begin(std::optional<QPointF> mouse);
    void drop() { m_position.reset(); }
    /// One step, `far` ten, into a direction; begins where there is none.
    void move(QPointF direction, bool far, std::optional<QPointF> mouse);
    /// A cross; of another colour while the brush is down.
    void paint(QPainter& painter, bool down) const;

private:
    SliceView& m_view;
    std::optional<QPointF> m_position;
};

} // namespace ui
