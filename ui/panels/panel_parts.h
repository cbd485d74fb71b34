#pragma once

#include <QString>

class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace ui {

/// Plain text in a role of the theme, over several lines; hidden until it says something.
QLabel* wrappedLabel(const char* role, const QString& objectName);

/// Shows the text in a label; an empty one hides it.
void say(QLabel& label, const QString& text);

/// The text with invisible places to break a line at within words that are too long for one: what a machine writes may
/// have no spaces, and would make a panel as wide as it is.
QString breakable(const QString& text);

enum class ButtonRole { Plain, Primary };

QPushButton* makeButton(const QString& text, const QString& objectName, ButtonRole role = ButtonRole::Plain);

/// A panel's column that is scrolled up and down where it is higher than the window, never to the side.
void putIntoScroll(QScrollArea& scroll, QVBoxLayout& column);

} // namespace ui
