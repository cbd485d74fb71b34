#pragma once

#include <QString>

class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace ui {

/// Plain text in a role of the theme, over several lines; hidden until it says something.
QLabel* wrappedLabel(const char* role, const QString& objectName);

enum class ButtonRole { Plain, Primary };

QPushButton* makeButton(const QString& text, const QString& objectName, ButtonRole role = ButtonRole::Plain);

/// A panel's column that is scrolled up and down where it is higher than the window, never to the side.
void putIntoScroll(QScrollArea& scroll, QVBoxLayout& column);

} // namespace ui
