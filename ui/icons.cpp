#include "ui/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

/// The resources lie in a static library: nothing registers them by itself. Q_INIT_RESOURCE works in no namespace.
static void registerIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace ui {

namespace {

QByteArray read(const QString& name)
{
    registerIcons();
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Draws the SVG when and at what size it is needed, so that making an icon costs nothing at start.
class SvgEngine : public QIconEngine
{
public:
    explicit SvgEngine(QByteArray svg)
        : m_svg(std::move(svg))
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        QSvgRenderer renderer(m_svg);
        painter->setOpacity(mode == QIcon::Disabled ? 0.35 : 1.0);
        renderer.render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new SvgEngine(m_svg); }

private:
    QByteArray m_svg;
};

} // namespace

QIcon icon(const QString& name, const QColor& colour)
{
    const QByteArray svg = read(name);
    return svg.isEmpty() ? QIcon() : QIcon(new SvgEngine(QByteArray(svg).replace("#000000", colour.name().toLatin1())));
}

QIcon programIcon()
{
    const QByteArray svg = read(QStringLiteral("limn"));
    return QIcon(new SvgEngine(svg));
}

} // namespace ui
