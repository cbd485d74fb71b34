#pragma once

#include "ui/render/solid_renderer.h"

#include <QImage>
#include <QObject>
#include <QPoint>
#include <QSize>
#include <QThread>

#include <functional>
#include <memory>
#include <optional>

namespace ui {

/// A picture of what lies in space, to be drawn.
struct SolidOrder
{
    SolidScene scene;
    SolidCamera camera;
    QSize size; ///< Device pixels.
    SolidQuality quality = SolidQuality::Fine;
};

/// Draws in space on a thread of its own, so that the window goes on while it takes its time. Of orders that come
/// meanwhile the newest is drawn.
class SolidThread : public QObject
{
    Q_OBJECT

public:
    using Open = std::function<std::unique_ptr<SolidRenderer>()>;

    /// `open` is called on the thread, when the first picture is ordered.
    explicit SolidThread(Open open, QObject* parent = nullptr);
    ~SolidThread() override;

    void draw(SolidOrder order);
    /// Lets go of what was drawn: the volume may be large.
    void forget();
    /// At a pixel of the last picture.
    void pick(QPoint pixel);

Q_SIGNALS:
    void drawn(const QImage& picture, const ui::SolidOrder& order);
    void picked(const std::optional<imaging::PatientPoint>& point);
    /// Nothing can be drawn; a sentence.
    void failed(const QString& why);

private:
    /// Lives on the thread, and so does its renderer.
    struct Worker;

    void begin(SolidOrder order);
    void finish();

    QThread m_thread;
    Worker* m_worker;
    bool m_busy = false;
    std::optional<SolidOrder> m_next;
};

} // namespace ui
