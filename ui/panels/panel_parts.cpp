#include "ui/panels/panel_parts.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace ui {

QLabel* wrappedLabel(const char* role, const QString& objectName)
{
    auto* label = new QLabel;
    label->setObjectName(objectName);
    label->setProperty("role", role);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setVisible(false);
    return label;
}

void say(QLabel& label, const QString& text)
{
    label.setText(text);
    label.setVisible(!text.isEmpty());
}

QString breakable(const QString& text)
{
    constexpr int kLongest = 20; // Letters that fit a panel at the largest text size.
    QString result;
    int run = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        run = text[i].isSpace() ? 0 : run + 1;
        if (run > kLongest && !text[i].isLowSurrogate() && !text[i].isMark()) {
            result += QChar(0x200B); // Zero width space
            run = 1;
        }
        result += text[i];
    }
    return result;
}

QPushButton* makeButton(const QString& text, const QString& objectName, ButtonRole role)
{
    auto* button = new QPushButton(text);
    button->setObjectName(objectName);
    if (role == ButtonRole::Primary)
        button->setProperty("role", "primary");
    return button;
}

void putIntoScroll(QScrollArea& scroll, QVBoxLayout& column)
{
    column.setContentsMargins(14, 12, 14, 8);
    column.setSpacing(8);
    auto* content = new QWidget;
    content->setLayout(&column);
    content->setAutoFillBackground(false);
    scroll.setWidgetResizable(true);
    scroll.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll.setFrameShape(QFrame::NoFrame);
    scroll.setFocusPolicy(Qt::NoFocus);
    scroll.viewport()->setAutoFillBackground(false);
    scroll.setWidget(content);
}

} // namespace ui
