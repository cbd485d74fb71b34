#include "ui/text_size.h"

#include <QApplication>
#include <QEvent>
#include <QWidget>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ui {

namespace {

class FontFollower : public QObject
{
public:
    FontFollower(QWidget* widget, std::function<void()> apply)
        : QObject(widget)
        , m_apply(std::move(apply))
    {
        widget->installEventFilter(this);
        m_apply();
    }

    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::FontChange)
            m_apply();
        return QObject::eventFilter(watched, event);
    }

private:
    std::function<void()> m_apply;
};

} // namespace

double textScale()
{
    const int pixels = QApplication::font().pixelSize();
    return pixels > 0 ? static_cast<double>(pixels) / kTextPixels : 1;
}

int scaled(int pixels)
{
    return static_cast<int>(std::lround(pixels * textScale()));
}

QFont smallFont(QFont font)
{
    const int pixels = font.pixelSize() > 0 ? font.pixelSize() : QFontMetrics(font).height() * 3 / 4;
    font.setPixelSize(std::max(9, static_cast<int>(std::lround(pixels * 11.0 / kTextPixels))));
    return font;
}

void followTextSize(QWidget* widget, std::function<void()> apply)
{
    new FontFollower(widget, std::move(apply));
}

} // namespace ui
