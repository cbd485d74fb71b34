#include "ui/views/solid_thread.h"

#include "imaging/error.h"

#include <cstring>
#include <utility>

namespace ui {

namespace {

QImage imageOf(const SolidPicture& picture)
{
    QImage image(picture.width, picture.height, QImage::Format_RGB32);
    for (int row = 0; row < picture.height; ++row)
        std::memcpy(image.scanLine(row), picture.pixels.data() + static_cast<std::ptrdiff_t>(row) * picture.width,
            static_cast<std::size_t>(picture.width) * sizeof(std::uint32_t));
    return image;
}

} // namespace

struct SolidThread::Worker : QObject
{
    explicit Worker(Open opener)
        : open(std::move(opener))
    {
    }

    SolidRenderer& opened()
    {
        if (!renderer)
            renderer = open();
        return *renderer;
    }

    Open open;
    std::unique_ptr<SolidRenderer> renderer;
};

SolidThread::SolidThread(Open open, QObject* parent)
    : QObject(parent)
    , m_worker(new Worker(std::move(open)))
{
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("3-D"));
    m_thread.start();
}

SolidThread::~SolidThread()
{
    m_thread.quit();
    m_thread.wait();
}

void SolidThread::draw(SolidOrder order)
{
    if (m_busy)
        m_next = std::move(order);
    else
        begin(std::move(order));
}

void SolidThread::begin(SolidOrder order)
{
    m_busy = true;
    QMetaObject::invokeMethod(m_worker, [this, worker = m_worker, order = std::move(order)] {
        // What goes wrong becomes a sentence here: nothing may leave the thread's loop.
        try {
            const auto picture = imageOf(worker->opened().render(
                order.scene, order.camera, order.size.width(), order.size.height(), order.quality));
            QMetaObject::invokeMethod(this, [this, picture, order] {
                finish();
                Q_EMIT drawn(picture, order);
            });
        } catch (const std::exception& error) {
            QMetaObject::invokeMethod(this, [this, why = QString::fromUtf8(error.what())] {
                finish();
                Q_EMIT failed(why);
            });
        }
    });
}

void SolidThread::finish()
{
    m_busy = false;
    if (auto next = std::exchange(m_next, std::nullopt))
        begin(std::move(*next));
}

void SolidThread::forget()
{
    m_next.reset();
    QMetaObject::invokeMethod(m_worker, [worker = m_worker] {
        if (worker->renderer)
            worker->renderer->forget();
    });
}

void SolidThread::pick(QPoint pixel)
{
    QMetaObject::invokeMethod(m_worker, [this, worker = m_worker, pixel] {
        if (!worker->renderer)
            return;
        const auto point = worker->renderer->pick(pixel.x(), pixel.y());
        QMetaObject::invokeMethod(this, [this, point] { Q_EMIT picked(point); });
    });
}

} // namespace ui
