#include "ui/panels/panel_parts.h"

#include <QLabel>
#include <QPushButton>

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

QPushButton* makeButton(const QString& text, const QString& objectName, ButtonRole role)
{
    auto* button = new QPushButton(text);
    button->setObjectName(objectName);
    if (role == ButtonRole::Primary)
        button->setProperty("role", "primary");
    return button;
}

} // namespace ui
